"""Files that are on disk under their content hash, as rows name them."""

from dataclasses import dataclass

MOST_FILES = 9
"""Photos and documents that one form or report brings."""
MOST_DOCUMENT_BYTES = 20 * 2**20


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo that is already on disk under its content hash."""

    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A document that is already on disk under its content hash. `name`: as it is shown and saved under."""

    sha256: str
    media_type: str
    bytes: int
    name: str


FileRef = PhotoRef | DocumentRef
