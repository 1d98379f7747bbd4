"""Names a kept file to whoever sent it, until the row that names it: signed, good for 20 hours."""

from collections.abc import Sequence
from datetime import timedelta

from django.core import signing

from liandong.kernel.errors import InvalidInput
from liandong.kernel.kept import MOST_FILES, DocumentRef, FileRef, PhotoRef

from . import store

TOKEN_VALID = timedelta(hours=20)
_PHOTO, _DOCUMENT = "intake.photo", "files.document"


def photo_token(photo: PhotoRef) -> str:
    return signing.dumps([photo.sha256, photo.media_type, photo.width, photo.height, photo.bytes], salt=_PHOTO)


def document_token(document: DocumentRef) -> str:
    return signing.dumps([document.sha256, document.media_type, document.bytes, document.name], salt=_DOCUMENT)


def token_of(file: FileRef) -> str:
    return photo_token(file) if isinstance(file, PhotoRef) else document_token(file)


def photo_of_token(token: str) -> PhotoRef | None:
    """The kept photo that a token names; None for a token that isn't ours or too old."""
    try:
        return PhotoRef(*signing.loads(token, salt=_PHOTO, max_age=TOKEN_VALID))
    except signing.BadSignature:
        return None


def document_of_token(token: str) -> DocumentRef | None:
    """The same for a document."""
    try:
        return DocumentRef(*signing.loads(token, salt=_DOCUMENT, max_age=TOKEN_VALID))
    except signing.BadSignature:
        return None


def file_of_token(token: str) -> FileRef | None:
    return photo_of_token(token) or document_of_token(token)


def files_of_tokens(tokens: Sequence[str]) -> list[FileRef]:
    """Raises InvalidInput where one names none (any more). One more than may come together is read, so that whoever
    takes them can refuse it.
    """
    found = [file_of_token(token) for token in tokens[: MOST_FILES + 1]]
    if None in found:
        raise InvalidInput("文件标记无效或已过期，请重新上传。", field="files")
    return [each for each in found if each is not None]


def file_of_form(token: str) -> FileRef | None:
    """The same for a form that comes back: its file is kept on from now; None too where it is gone by now."""
    file = file_of_token(token)
    return file if file is not None and store.keep_on(file.sha256, store.FORM_KEEPS) else None
