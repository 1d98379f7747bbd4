"""Registers in memory: read once per process, again after somebody changed them."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from math import inf
from typing import Generic, TypeVar

from django.db import connection

from .models import RegisterVersion

T = TypeVar("T")
RECHECK_S = 2.0
PATIENCE_S = 0.5
Versions = tuple[tuple[str, int], ...]


class _Look:
    """The versions of all registers, by one query for all caches of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: Mapping[str, int] = {}
        self._at = -inf

    def of(self, names: Collection[str]) -> tuple[Versions, float] | None:
        """The versions and when they were looked at, at most 2 s ago. None inside a transaction, which may see what
        nobody else does, and while another thread looks.
        """
        if connection.in_atomic_block or not self._lock.acquire(blocking=False):
            return None
        try:
            now = time.monotonic()
            if now - self._at >= RECHECK_S:
                self._found = dict(RegisterVersion.objects.values_list("name", "version"))
                self._at = now
            return tuple((name, self._found[name]) for name in sorted(names) if name in self._found), self._at
        finally:
            self._lock.release()


_look = _Look()


class Cached(Generic[T]):
    """Value of `load()`, kept until a named register has a new version; asks the database at most every 2 s.

    While one thread asks, others take the value of before; nobody waits for long with a connection in hand that the
    one who asks may need.
    """

    _all: "list[Cached[object]]" = []

    def __init__(self, load: Callable[[], T], *registers: str) -> None:
        self._load = load
        self._registers = registers
        self._lock = threading.Lock()
        self._value: T | None = None
        self._versions: Versions | None = None
        self._checked = 0.0
        Cached._all.append(self)  # type: ignore[arg-type]

    def get(self) -> T:
        value = self._value
        if value is not None and time.monotonic() - self._checked < RECHECK_S:
            return value
        if not self._lock.acquire(timeout=PATIENCE_S if value is None else 0):
            return self._load() if value is None else value
        try:
            return self._looked_at()
        finally:
            self._lock.release()

    def _looked_at(self) -> T:
        value = self._value
        seen = _look.of(self._registers) if value is not None else None
        if value is not None and seen is not None and seen[0] == self._versions:
            self._checked = seen[1]
            return value
        versions = tuple(
            RegisterVersion.objects.filter(name__in=self._registers).order_by("name").values_list("name", "version")
        )
        value = self._value
        if value is None or versions != self._versions:
            value = self._value = self._load()
            self._versions = versions
        self._checked = time.monotonic()
        return value

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
