"""Files that nobody but their owner can read, whatever the umask."""

import os
import stat
from pathlib import Path
from typing import Any

FOLDER_MODE, FILE_MODE = 0o700, 0o600
UMASK = 0o077


def open_private(path: Path, mode: str, buffering: int = -1) -> Any:
    """As `open`: a new file is private, an old one becomes it where it is ours."""
    return open(path, mode, buffering, opener=_opener)


def _opener(path: str, flags: int) -> int:
    fd = os.open(path, flags, FILE_MODE)
    found = os.fstat(fd)
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & UMASK:
        os.fchmod(fd, FILE_MODE)
    return fd
