"""Office documents: a zip with the parts of one kind, written anew without properties. Only ever run apart.

OOXML is ISO/IEC 29500, ODF is ISO/IEC 26300.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from .domain.kept import DOCX, ODP, ODS, ODT, PPTX, XLSX
from .domain.refusals import Refusal, Refused
from .pictures import bare

MOST_PARTS = 5_000
MOST_BYTES = 200 * 2**20
"""Of all parts together, as they are declared and as they come out."""
_TYPES, _RELS, _MIMETYPE, _MANIFEST = "[Content_Types].xml", ".rels", "mimetype", "META-INF/manifest.xml"
_MAIN = {f"{kind}.main+xml": kind for kind in (DOCX, XLSX, PPTX)}
_ODF = {kind.encode(): kind for kind in (ODT, ODS, ODP)}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MANIFESTS = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets?/|activex/|^basic/|^scripts/", re.IGNORECASE)
_MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|macrosheet|activeX", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?:^|/)embeddings/|oleobject", re.IGNORECASE)
_OWN_KIND = re.compile(r"\.(?:docx|xlsx|pptx)$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png)$", re.IGNORECASE)
_TEMPLATE, _LINKED_BOOK = "/attachedTemplate", "/externalLinkPath"
_EXTERNAL = {"/hyperlink": None, _TEMPLATE: "Normal.dotm", _LINKED_BOOK: "external.xlsx"}
"""Relations that may lead out, by the end of their type, and what stands in their place; None for what stays."""
_SIGNATURES = ("META-INF/documentsignatures.xml", "META-INF/macrosignatures.xml")
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PROPERTIES: Mapping[str, bytes] = {
    "docProps/core.xml": _XML
    + b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": _XML
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": _XML
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": _XML
    + b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>',
}
"""These stand in the place of the parts that say who wrote it, when, where and with what."""
_AT = (1980, 1, 1, 0, 0, 0)
Parts = dict[str, bytes]


def cleaned(content: bytes, depth: int = 0) -> tuple[str, bytes]:
    """The media type and the document. Raises Refused."""
    try:
        parts = _read(content)
        kind = _kind(parts)
        clean = _CLEANED[kind in _MAIN.values()](parts, depth)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ET.ParseError, ValueError) as error:
        raise Refused(Refusal.BROKEN) from error
    except RuntimeError as error:  # a part of the zip has a password
        raise Refused(Refusal.ENCRYPTED) from error
    return kind, _written(clean)


def _read(content: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(content)) as whole:
        told = [each for each in whole.infolist() if not each.is_dir()]
        if len(told) > MOST_PARTS or sum(each.file_size for each in told) > MOST_BYTES:
            raise Refused(Refusal.TOO_LARGE)
        if len({each.filename.lower() for each in told}) < len(told) or not all(map(_is_inside, told)):
            raise Refused(Refusal.BROKEN)
        left = MOST_BYTES
        parts: Parts = {}
        for each in told:
            with whole.open(each) as part:
                parts[each.filename] = part.read(left + 1)
            left -= len(parts[each.filename])
            if left < 0:
                raise Refused(Refusal.TOO_LARGE)
    return parts


def _is_inside(part: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(part.filename)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in part.filename


def _kind(parts: Parts) -> str:
    """By what its own parts say and that they are there."""
    if _TYPES in parts:
        return _ooxml_kind(parts)
    kind = _ODF.get(parts.get(_MIMETYPE, b"").strip())
    if kind is None:
        raise Refused(Refusal.UNKNOWN)
    if not {"content.xml", _MANIFEST} <= parts.keys():
        raise Refused(Refusal.BROKEN)
    return kind


def _ooxml_kind(parts: Parts) -> str:
    types = _tree(parts[_TYPES])
    told = [each.get("ContentType", "") for each in types]
    if any(map(_MACRO_TYPES.search, told)):
        raise Refused(Refusal.MACROS)
    main = [
        (_MAIN[each.get("ContentType", "")], each.get("PartName", ""))
        for each in types.iter(f"{{{_CONTENT_TYPES}}}Override")
        if each.get("ContentType") in _MAIN
    ]
    if not main:
        raise Refused(Refusal.UNKNOWN)
    if len(main) > 1 or main[0][1].lstrip("/") not in parts:
        raise Refused(Refusal.BROKEN)
    return main[0][0]


def _tree(content: bytes) -> ET.Element:
    """XML without a document type: neither standard allows one, and what blows up is declared there."""
    if b"<!" in content and (b"<!DOCTYPE" in content or b"<!ENTITY" in content):
        raise Refused(Refusal.BROKEN)
    return ET.fromstring(content)  # noqa: S314 (in a process of its own, without declarations)


def _clean_ooxml(parts: Parts, depth: int) -> Parts:
    clean: Parts = {}
    for name, content in parts.items():
        if _MACROS.search(name):
            raise Refused(Refusal.MACROS)
        if _EMBEDDED.search(name) and not name.endswith(_RELS):
            if depth or not _OWN_KIND.search(name):
                raise Refused(Refusal.EMBEDDED)
            clean[name] = cleaned(content, depth + 1)[1]
        else:
            clean[name] = _without_links(content) if name.endswith(_RELS) else _part(name, content)
    return clean


def _clean_odf(parts: Parts, _depth: int) -> Parts:
    manifest = parts[_MANIFEST]
    tree = _tree(manifest)
    if any(each.tag == f"{{{_MANIFESTS}}}encryption-data" for each in tree.iter()):
        raise Refused(Refusal.ENCRYPTED)
    if any("oleobject" in (each.get(f"{{{_MANIFESTS}}}media-type") or "") for each in tree.iter()):
        raise Refused(Refusal.EMBEDDED)
    if any(map(_MACROS.search, parts)) or b"script:event-listener" in parts["content.xml"]:
        raise Refused(Refusal.MACROS)
    clean = {name: _part(name, content) for name, content in parts.items() if name not in _SIGNATURES}
    clean[_MANIFEST] = _without_entries(tree, _SIGNATURES) if parts.keys() & set(_SIGNATURES) else manifest
    return clean


def _without_entries(tree: ET.Element, names: tuple[str, ...]) -> bytes:
    for each in list(tree):
        if each.get(f"{{{_MANIFESTS}}}full-path") in names:
            tree.remove(each)
    ET.register_namespace("manifest", _MANIFESTS)
    return bytes(ET.tostring(tree, encoding="UTF-8", xml_declaration=True))


_CLEANED: Mapping[bool, Callable[[Parts, int], Parts]] = {True: _clean_ooxml, False: _clean_odf}
"""By whether it is OOXML."""


def _part(name: str, content: bytes) -> bytes:
    if name.endswith((".xml", _RELS)):
        head = content[:4096]
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\0!\0" in head or b"\0<\0!" in head:
            raise Refused(Refusal.BROKEN)
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    return bare(content) if _PICTURE.search(name) else content


def _without_links(content: bytes) -> bytes:
    """Relations of a part. Links that are followed by a click stay; what is fetched by itself is refused, but for the
    template and linked workbook that every office writes in by itself: these lead nowhere.
    """
    tree = _tree(content)
    is_changed = False
    for each in tree.iter(f"{{{_RELATIONS}}}Relationship"):
        if each.get("TargetMode", "").lower() != "external":
            continue
        kind = each.get("Type", "")
        known = next((end for end in _EXTERNAL if kind.endswith(end)), None)
        if known is None:
            raise Refused(Refusal.LINKED)
        instead = _EXTERNAL[known]
        if instead is not None:
            each.set("Target", instead)
            is_changed = True
    if not is_changed:
        return content
    ET.register_namespace("", _RELATIONS)
    return bytes(ET.tostring(tree, encoding="UTF-8", xml_declaration=True))


def _written(parts: Parts) -> bytes:
    """The same parts give the same bytes. ODF's `mimetype` stands first and as it is."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as whole:
        for name in sorted(parts, key=lambda each: (each != _MIMETYPE, each != _TYPES)):
            method = zipfile.ZIP_STORED if name == _MIMETYPE else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(name, _AT)
            entry.compress_type = method
            entry.external_attr = 0o600 << 16
            whole.writestr(entry, parts[name])
    return written.getvalue()
