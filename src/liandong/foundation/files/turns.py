"""A few files are read at a time by a process, so that other pages keep their threads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from liandong.kernel.errors import Busy

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
WAITING = 2 * AT_ONCE
WAIT_S = 5.0
"""Files read at once by a process, how many more may wait, and how long."""
_readers, _room = BoundedSemaphore(AT_ONCE), BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def turn() -> Iterator[None]:
    """One of the few. Raises Busy."""
    busy = Busy("照片正在排队处理，请过几秒再试一次。", field="photos")
    if not _room.acquire(blocking=False):
        raise busy
    try:
        if not _readers.acquire(timeout=WAIT_S):
            raise busy
        try:
            yield
        finally:
            _readers.release()
    finally:
        _room.release()
