"""Documents as people and attackers send them, made here: nothing real."""

import zipfile
from io import BytesIO

from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

SECRET = "SECRETAUTHOR"


def camera_jpeg() -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "SECRETPHONE"
    tags.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (35.0, 3.0, 0.0)})
    written = BytesIO()
    Image.new("RGB", (40, 30), "red").save(written, "JPEG", exif=tags)
    return written.getvalue()


def pdf_writer(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": SECRET, "/Producer": SECRET, "/Title": SECRET})
    xmp = DecodedStreamObject()
    xmp.set_data(f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    return writer


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    return written(pdf_writer(pages))


def pdf_with_picture() -> bytes:
    writer = pdf_writer()
    image = StreamObject()
    image._data = camera_jpeg()
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    shown = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(image)})})
    writer.pages[0][NameObject("/Resources")] = shown
    return written(writer)


def _action(kind: str, **more: str) -> DictionaryObject:
    action = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
    action.update({NameObject(f"/{name}"): TextStringObject(value) for name, value in more.items()})
    return action


def pdf_opening(action: DictionaryObject) -> bytes:
    writer = pdf_writer()
    writer.root_object[NameObject("/OpenAction")] = action
    return written(writer)


def pdf_with_script() -> bytes:
    """Where a reader looks for programs of the whole file: in its tree of names."""
    writer = pdf_writer()
    named = ArrayObject([TextStringObject("a"), writer._add_object(_action("JavaScript", JS="app.alert(1)"))])
    tree = DictionaryObject({NameObject("/Names"): named})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})
    return written(writer)


def pdf_with_hidden_action() -> bytes:
    """The kind of the action stands in an object of its own, the action in a link of a page."""
    writer = pdf_writer()
    action = _action("GoTo", F="x")
    action[NameObject("/S")] = writer._add_object(NameObject("/Launch"))
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    return written(writer)


def pdf_with_file() -> bytes:
    writer = pdf_writer()
    writer.add_attachment("tool.exe", b"MZ")
    return written(writer)


def pdf_with_password(password: str) -> bytes:
    writer = pdf_writer()
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    return written(writer)


ACTIVE = {
    "a script": pdf_with_script(),
    "an action that starts a program": pdf_opening(_action("Launch", F="cmd.exe")),
    "an action in another object": pdf_with_hidden_action(),
    "a form that sends itself": pdf_opening(_action("SubmitForm", F="http://example.org/")),
    "an action with a program": pdf_opening(_action("Named", JS="app.alert(1)")),
}

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}


def zipped(parts: dict[str, bytes], **options: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as whole:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            whole.writestr(name, content, method)
    return out.getvalue()


def relation(kind: str, target: str) -> bytes:
    return (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


def ooxml(kind: str = "docx", *, main_type: str = "", **more: bytes) -> bytes:
    """`more`: parts beside, `__` in a name stands for a slash."""
    name, spec = _MAIN[kind]
    main = main_type or f"application/vnd.openxmlformats-officedocument.{spec}.main+xml"
    types = f'<Types xmlns="{_TYPES}"><Override PartName="/{name}" ContentType="{main}"/></Types>'
    parts = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"/>'.encode(),
        name: b"<document>words of the letter</document>",
        "docProps/core.xml": f"<coreProperties><creator>{SECRET}</creator></coreProperties>".encode(),
        "docProps/app.xml": f"<Properties><Company>{SECRET}</Company></Properties>".encode(),
        "word/media/image1.jpeg": camera_jpeg(),
    }
    return zipped(parts | {key.replace("__", "/"): value for key, value in more.items()})


_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def odf(kind: str = "text", *, entry: str = "", **more: bytes) -> bytes:
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_MANIFEST}"><manifest:file-entry manifest:full-path="content.xml" '
        f'manifest:media-type="text/xml">{entry}</manifest:file-entry></manifest:manifest>'
    )
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "content.xml": b"<office:document-content>words of the letter</office:document-content>",
        "meta.xml": f"<meta>{SECRET}</meta>".encode(),
        "META-INF/manifest.xml": manifest.encode(),
    }
    return zipped(parts | {key.replace("__", "/"): value for key, value in more.items()})


def bomb() -> bytes:
    """A few hundred kilobytes that come out as more than is taken."""
    return ooxml(word__big=bytes(210 * 2**20))


def lying_bomb() -> bytes:
    """The same, and its directory says that it is small."""
    content = bytearray(bomb())
    size = (210 * 2**20).to_bytes(4, "little")
    return bytes(content.replace(size, (1000).to_bytes(4, "little")))
