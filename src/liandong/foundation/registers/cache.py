"""Registers in memory: read once per process, again after somebody changed them."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Generic, TypeVar

from .models import RegisterVersion

T = TypeVar("T")
RECHECK_S = 2.0


class Cached(Generic[T]):
    """Value of `load()`, kept until a named register has a new version; asks the database at most every 2 s."""

    _all: "list[Cached[object]]" = []

    def __init__(self, load: Callable[[], T], *registers: str) -> None:
        self._load = load
        self._registers = registers
        self._lock = threading.Lock()
        self._value: T | None = None
        self._versions: tuple[tuple[str, int], ...] | None = None
        self._checked = 0.0
        Cached._all.append(self)  # type: ignore[arg-type]

    def get(self) -> T:
        value = self._value
        if value is not None and time.monotonic() - self._checked < RECHECK_S:
            return value
        if not self._lock.acquire(blocking=value is None):
            return value  # type: ignore[return-value]  # somebody else is asking, perhaps in vain
        try:
            versions = tuple(
                RegisterVersion.objects.filter(name__in=self._registers).order_by("name").values_list("name", "version")
            )
            value = self._value
            if value is None or versions != self._versions:
                value = self._value = self._load()
                self._versions = versions
            self._checked = time.monotonic()
            return value
        finally:
            self._lock.release()

    def rests_on(self, registers: Collection[str]) -> bool:
        return any(name in registers for name in self._registers)

    def forget(self) -> None:
        self._value = None

    @classmethod
    def forget_all(cls, *registers: str) -> None:
        """Empties the caches of this process that rest on these registers, without names every one: after a register
        command here, and between tests.
        """
        for cached in cls._all:
            if not registers or cached.rests_on(registers):
                cached.forget()
