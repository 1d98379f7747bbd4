"""Door of the opening of a county: files that were brought in, for whoever works through them."""

from .commands import KIND, checked, ended, is_through, sweep
from .domain.kinds import KINDS, FileKind
from .folder import FILE, MAPPING, PROGRESS, REFUSED, file_of, folder_of, write
from .queries import State, UploadRow, actor_for, upload

__all__ = [
    "FILE",
    "KIND",
    "KINDS",
    "MAPPING",
    "PROGRESS",
    "REFUSED",
    "FileKind",
    "State",
    "UploadRow",
    "actor_for",
    "checked",
    "ended",
    "file_of",
    "folder_of",
    "is_through",
    "sweep",
    "upload",
    "write",
]
