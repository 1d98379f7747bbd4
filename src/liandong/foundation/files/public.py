"""Door of files 文件: kept before a transaction names them, served to who may see them, swept by asking all rooms."""

from liandong.kernel.kept import MOST_FILES, DocumentRef, FileRef, PhotoRef

from .documents import keep_document, keep_file
from .naming import named_among
from .photos import keep_photo
from .serving import answer
from .store import FORM_KEEPS, ORPHAN_AFTER, is_kept, keep, path_of
from .sweeping import sweep_orphans
from .tokens import (
    TOKEN_VALID,
    document_of_token,
    document_token,
    file_of_form,
    files_of_tokens,
    photo_of_token,
    photo_token,
    token_of,
)
from .uploads import Kept, Uploads, kept_again, take_uploads

__all__ = [
    "FORM_KEEPS",
    "MOST_FILES",
    "ORPHAN_AFTER",
    "TOKEN_VALID",
    "DocumentRef",
    "FileRef",
    "Kept",
    "PhotoRef",
    "Uploads",
    "answer",
    "document_of_token",
    "document_token",
    "file_of_form",
    "files_of_tokens",
    "is_kept",
    "keep",
    "keep_document",
    "keep_file",
    "keep_photo",
    "kept_again",
    "named_among",
    "path_of",
    "photo_of_token",
    "photo_token",
    "sweep_orphans",
    "take_uploads",
    "token_of",
]
