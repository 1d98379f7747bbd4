"""The kinds of files that are taken, and what they are called."""

from collections.abc import Mapping

from liandong.kernel.shown import one_line

NAME_SIGNS = 100
JPEG = "image/jpeg"
PDF = "application/pdf"
_OOXML, _ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
DOCX, XLSX, PPTX = (
    f"{_OOXML}{kind}" for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
ODT, ODS, ODP = (f"{_ODF}{kind}" for kind in ("text", "spreadsheet", "presentation"))
ENDINGS: Mapping[str, str] = {
    PDF: ".pdf",
    DOCX: ".docx",
    XLSX: ".xlsx",
    PPTX: ".pptx",
    ODT: ".odt",
    ODS: ".ods",
    ODP: ".odp",
}
"""Of the documents that are taken, by media type."""


def name_of(given: str, media_type: str) -> str:
    """The name that a sender gave a file, in one line, without folders, with the ending of what it is."""
    ending = ENDINGS[media_type]
    plain = one_line(given.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, last = plain.rpartition(".")
    if dot and stem and (last.lower() == ending[1:] or (last.isascii() and last.isalnum() and len(last) <= 4)):
        plain = stem
    return f"{plain[:NAME_SIGNS].strip() or '文件'}{ending}"
