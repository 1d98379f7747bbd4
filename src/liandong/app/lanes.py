"""Who is worked on, who waits and who is refused: one lane for each kind of work, in each web process."""

import threading
import time as stopwatch
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from liandong.app import serving
from liandong.foundation.deadlines import public as deadlines
from liandong.kernel.errors import Busy, TooMany

_NEWEST_PART = 0.1
"""How far the newest request moves the mean time of work."""
_MOST_SOURCES = 10_000
_YIELDED = 2
"""Places that a lane leaves free for each request that is worked on in the one before it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who asks: an address, and the key that was shown, which anybody can make up."""

    address: str
    key: str = ""


@dataclass(slots=True, eq=False)
class _Ticket:
    source: Source
    called: threading.Event = field(default_factory=threading.Event)
    is_admitted: bool = False


class Room:
    """Room that others fill at their own pace: bodies that arrive, files that leave. One address may take half of what
    is free, so that a few never shut out all the others.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    @contextmanager
    def held(self, source: Source) -> Iterator[None]:
        """Raises Busy, and TooMany where this address has half of all."""
        self.take(source)
        try:
            yield
        finally:
            self.give_back(source)

    def take(self, source: Source) -> None:
        """Raises Busy and TooMany."""
        with self._lock:
            own, free = self._held.get(source.address, 0), self._most - self._held.total()
            if own >= free:
                raise TooMany(retry_after_s=2) if 2 * own >= self._most else Busy
            self._held[source.address] += 1

    def give_back(self, source: Source) -> None:
        with self._lock:
            self._held[source.address] -= 1
            if not self._held[source.address]:
                del self._held[source.address]


class Lane:
    """Places being worked on and places waiting. Who would wait too long, or finds no place, is refused at once; but a
    source with more waiting than the others makes room for them. While the lane `before` is at work, this one calls
    fewer in, a quarter at least.
    """

    def __init__(self, name: str, size: serving.Lane, before: "Lane | None" = None) -> None:
        self.name = name
        self._before = before
        self.share = deadlines.Share(size.connections) if size.connections else None
        self._size = size
        self._lock = threading.Lock()
        self._working = 0
        self._waiting: list[_Ticket] = []
        self.arriving = Room(size.arriving)
        """Bodies that are read: one that trickles in takes no place from anybody."""
        self._mean_s = 0.0

    def check_room(self, source: Source) -> None:
        """Raises Busy where nobody would make room for this source: what it sends needn't be read."""
        with self._lock:
            if self._is_full() and self._who_leaves(source) is None:
                raise Busy

    @contextmanager
    def work(self, source: Source) -> Iterator[float]:
        """A place, once there is one; gives the seconds that were waited. Raises Busy."""
        waited_s = self._enter(source)
        begun = stopwatch.monotonic()
        try:
            yield waited_s
        finally:
            self._leave(stopwatch.monotonic() - begun)

    def _enter(self, source: Source) -> float:
        with self._lock:
            if self._working < self._places() and not self._waiting:
                self._working += 1
                return 0.0
            if self._is_full():
                self._make_room(source)
            ticket = _Ticket(source)
            self._waiting.append(ticket)
        begun = stopwatch.monotonic()
        ticket.called.wait(self._size.wait_s)
        with self._lock:
            if ticket.is_admitted:
                return stopwatch.monotonic() - begun
            if ticket in self._waiting:
                self._waiting.remove(ticket)
        raise Busy

    def _leave(self, took_s: float) -> None:
        with self._lock:
            self._mean_s += _NEWEST_PART * (took_s - self._mean_s)
            self._working -= 1
            while self._waiting and self._working < self._places():
                ticket = self._waiting.pop(0)
                ticket.is_admitted = True
                ticket.called.set()
                self._working += 1

    def _places(self) -> int:
        most = self._size.places
        return most if self._before is None else max(1, most // 4, most - _YIELDED * self._before._working)  # noqa: SLF001

    def _is_full(self) -> bool:
        if self._working < self._places():
            return False
        expected_s = (len(self._waiting) + 1) * self._mean_s / self._places()
        return len(self._waiting) >= self._size.waiting or (bool(self._waiting) and expected_s > self._size.wait_s)

    def _make_room(self, source: Source) -> None:
        leaving = self._who_leaves(source)
        if leaving is None:
            raise Busy
        self._waiting.remove(leaving)
        leaving.called.set()

    def _who_leaves(self, source: Source) -> _Ticket | None:
        """The newest of the address with most waiting, and within one's own address of the key with most; nobody where
        the one who comes would then have as many.
        """
        of_address = Counter(ticket.source.address for ticket in self._waiting)
        crowd, most = max(of_address.items(), key=lambda each: each[1], default=("", 0))
        if most > of_address[source.address] + 1:
            return next(ticket for ticket in reversed(self._waiting) if ticket.source.address == crowd)
        of_key = Counter(ticket.source.key for ticket in self._waiting if ticket.source.address == source.address)
        key, many = max(of_key.items(), key=lambda each: each[1], default=("", 0))
        if many <= of_key[source.key] + 1:
            return None
        return next(ticket for ticket in reversed(self._waiting) if ticket.source == Source(source.address, key))


class Rates:
    """Each name may send so many requests a second, twice as many at once after a rest."""

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, name: str) -> None:
        """Raises TooMany."""
        now = stopwatch.monotonic()
        most = 2 * self._per_s
        with self._lock:
            left, at = self._left.pop(name, (most, now))
            left = min(most, left + (now - at) * self._per_s)
            self._left[name] = (max(left - 1, 0.0) if left >= 1 else left, now)
            if len(self._left) > _MOST_SOURCES:
                self._left.popitem(last=False)
        if left < 1:
            raise TooMany(retry_after_s=1)
