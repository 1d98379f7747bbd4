"""Documents: PDF and office documents, known by their content, read by a process of its own and written anew without
what the file says of its author and device.
"""

from datetime import timedelta
from typing import BinaryIO

from django.conf import settings

from liandong.kernel.errors import InvalidInput, TooLarge
from liandong.kernel.kept import MOST_DOCUMENT_BYTES, DocumentRef, FileRef

from . import apart, store
from .domain.kept import name_of
from .domain.refusals import SENTENCES, Refusal
from .photos import keep_photo
from .reading import FORMATS_BEGIN
from .turns import turn

FIELD = "photos"
_PDF, _ZIP, _OLD_OFFICE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGIN_BYTES = 1024
_BY_CODE = {each.value: each for each in Refusal}


def keep_file(
    upload: BinaryIO, size_bytes: int, name: str, *, keep_for: timedelta = store.ORPHAN_AFTER, field: str = FIELD
) -> FileRef:
    """Stores a photo or a document, whichever its content is. Raises as `keep_photo` and `keep_document` do."""
    if size_bytes > settings.UPLOAD_MAX_BYTES:
        raise TooLarge("照片不能超过 %(limit)s MB。", field=field, limit=settings.UPLOAD_MAX_BYTES // 2**20)
    begin = upload.read(_BEGIN_BYTES)
    upload.seek(0)
    if _is_document(begin):
        return keep_document(upload, size_bytes, name, keep_for=keep_for, field=field)
    if not FORMATS_BEGIN.match(begin):
        raise InvalidInput(SENTENCES[Refusal.UNKNOWN], field=field)
    return keep_photo(upload, size_bytes, keep_for=keep_for)


def keep_document(
    upload: BinaryIO, size_bytes: int, name: str, *, keep_for: timedelta = store.ORPHAN_AFTER, field: str = FIELD
) -> DocumentRef:
    """Stores a PDF or an office document without its metadata; again with the same document is the same file.
    `name`: what the sender calls it.

    Raises TooLarge, InvalidInput with the reason in a sentence, Busy where too many others are being read.
    """
    if size_bytes > MOST_DOCUMENT_BYTES:
        raise TooLarge("文件不能超过 %(limit)s MB。", field=field, limit=MOST_DOCUMENT_BYTES // 2**20)
    begin = upload.read(_BEGIN_BYTES)
    upload.seek(0)
    if begin.startswith(_OLD_OFFICE):
        raise InvalidInput(
            "旧格式（doc、xls、ppt、wps）或加密的文件不能接受，请另存为 docx、xlsx、pptx 或 PDF 再上传。", field=field
        )
    if not _is_document(begin):
        raise InvalidInput(SENTENCES[Refusal.UNKNOWN], field=field)
    with turn():
        code, told = apart.run("cleaning", upload.read(MOST_DOCUMENT_BYTES + 1))
    if code != 0:
        raise _refused(code, field)
    media_type, content = told.split(b"\n", 1)
    kind = media_type.decode()
    digest = store.keep(content, keep_for=keep_for)
    return DocumentRef(digest, kind, len(content), name_of(name, kind))


def _is_document(begin: bytes) -> bool:
    return begin.lstrip(b"\xef\xbb\xbf\t\r\n\x0c ").startswith(_PDF) or begin.startswith((_ZIP, _OLD_OFFICE))


def _refused(code: int, field: str) -> InvalidInput | TooLarge:
    why = _BY_CODE.get(code, Refusal.BROKEN)
    error = TooLarge if why is Refusal.TOO_LARGE else InvalidInput
    return error(SENTENCES[why], field=field)
