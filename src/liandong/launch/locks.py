"""Locks on files that vanish with the process that holds them, `kill -9` included."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """An advisory lock on a file or folder. The file stays; only the lock comes and goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def take(self, *, shared: bool = False, patience_s: float = 0.0) -> bool:
        """Whether it was got within `patience_s`."""
        fd = self._open()
        deadline = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(fd)
                    return False
                time.sleep(0.1)
            else:
                self._fd = fd
                return True

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def held_by_someone(self) -> bool:
        """Whether another process holds it now."""
        if self._fd is not None:
            return False
        probe = Lock(self.path)
        if probe.take():
            probe.release()
            return False
        return True

    def _open(self) -> int:
        if self.path.is_dir():
            return os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def holding(lock: Lock) -> Iterator[Lock]:
    """Release at the end of the block a lock that was taken before it."""
    try:
        yield lock
    finally:
        lock.release()
