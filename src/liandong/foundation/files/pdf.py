"""PDF: checked by what it holds, written anew without its metadata and earlier versions. Only ever run apart.

ISO 32000-2: actions 12.6, embedded files 7.11.4, metadata 14.3.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from .domain.refusals import Refusal, Refused
from .pictures import bare

MOST_PAGES = 2_000
MOST_OBJECTS = 500_000
_END, _END_WITHIN = b"%%EOF", 2048
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie"),
        *("/Sound", "/RichMediaExecute", "/GoTo3DView"),
    }
)
_PROGRAMS = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent"})
_FILES = frozenset({"/EF", "/EmbeddedFiles", "/Collection"})
_ANNOTATIONS = frozenset({"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"})
_ATTACHED = "/FileAttachment"
_DROPPED = ("/Metadata", "/PieceInfo", "/LastModified", "/OpenAction", "/AA", "/Perms")


def cleaned(content: bytes) -> bytes:
    """Raises Refused."""
    if _END not in content[-_END_WITHIN:]:
        raise Refused(Refusal.BROKEN)
    try:
        return _written(content)
    except Refused:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise Refused(Refusal.BROKEN) from error


def _written(content: bytes) -> bytes:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        raise Refused(Refusal.ENCRYPTED)
    pages = len(reader.pages)
    if not 0 < pages <= MOST_PAGES:
        raise Refused(Refusal.TOO_LARGE if pages else Refusal.BROKEN)
    writer = _copied(reader)
    everything = list(_everything(writer.root_object))
    for each in everything:
        _check(each)
    for each in everything:
        _strip(each)
    clean = PdfReader(BytesIO(_bytes_of(writer)))
    if len(clean.pages) != pages:
        raise Refused(Refusal.BROKEN)
    return _bytes_of(_copied(clean))


def _copied(reader: PdfReader) -> PdfWriter:
    """A copy of all that hangs below the root: nothing that was dropped, no earlier version, no metadata."""
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    writer._ID = None  # noqa: SLF001 (made of the moment and the sender's file name)
    return writer


def _bytes_of(writer: PdfWriter) -> bytes:
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _everything(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that hangs below the root, once."""
    waiting: list[Any] = [root]
    seen: set[int] = set()
    count = 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in seen:
                continue
            seen.add(each.idnum)
            each = each.get_object()
        count += 1
        if count > MOST_OBJECTS:
            raise Refused(Refusal.TOO_LARGE)
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [dict.__getitem__(each, key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(list.__iter__(each))


def _check(each: DictionaryObject) -> None:
    keys = each.keys()
    kind = _value(each, "/Subtype")
    if keys & _PROGRAMS or _value(each, "/S") in _ACTIONS or kind in _ANNOTATIONS:
        raise Refused(Refusal.ACTIVE)
    if keys & _FILES or kind == _ATTACHED:
        raise Refused(Refusal.EMBEDDED)


def _value(each: DictionaryObject, key: str) -> str:
    """The name or text at a key, also where it stands elsewhere in the file; "" for anything else."""
    found = each.raw_get(key).get_object() if key in each else None
    return str(found) if isinstance(found, str) else ""


def _strip(each: DictionaryObject) -> None:
    for name in _DROPPED:
        each.pop(NameObject(name), None)
    if isinstance(each, StreamObject) and _value(each, "/Subtype") == "/Image" and _filters(each) == ["/DCTDecode"]:
        each._data = bare(each._data)  # noqa: SLF001 (as it stands in the file, JPEG and all)


def _filters(each: StreamObject) -> list[str]:
    found = each.raw_get("/Filter").get_object() if "/Filter" in each else []
    return [str(name.get_object()) for name in found] if isinstance(found, list) else [str(found)]
