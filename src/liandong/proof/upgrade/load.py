"""The work that goes on meanwhile: clients that report, an officer who accepts, and when nobody could report."""

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator

from liandong.proof.crash.senders import Book, Sender
from liandong.proof.crash.steps import HANDLER
from liandong.proof.house import House

from .handler import Handler

CONNECTIONS = 8
LOOK_EVERY_S = 0.005


class Watch(threading.Thread):
    """Notes when reports are acknowledged. `silences`: between two of its moments."""

    def __init__(self, book: Book) -> None:
        super().__init__(name="watch", daemon=True)
        self._book, self._moments, self._ended = book, [time.monotonic()], threading.Event()

    def run(self) -> None:
        count = 0
        while not self._ended.is_set():
            if len(self._book.acknowledged) > count:
                count = len(self._book.acknowledged)
                self._moments.append(time.monotonic())
            time.sleep(LOOK_EVERY_S)

    def end(self) -> None:
        self._ended.set()
        self.join()

    def silences(self, since: float, until: float) -> list[tuple[float, float]]:
        """(how long, how many seconds after the first moment it began), the longest first."""
        moments = [since, *(each for each in self._moments if since < each < until), until]
        return sorted(((later - at, at - since) for at, later in itertools.pairwise(moments)), reverse=True)


class Load:
    """Clients that report and an officer who accepts what they reported."""

    def __init__(self, house: House) -> None:
        self.book, self._stop = Book(), threading.Event()
        points = house.points()
        self.senders = [
            Sender(number, house, points, self.book, self._stop, sends_documents=False)
            for number in range(1, CONNECTIONS + 1)
        ]
        """The earlier version takes no documents."""
        self.handler, self.watch = Handler(house, HANDLER, self.book, self._stop), Watch(self.book)

    def begin(self) -> None:
        for each in (*self.senders, self.handler, self.watch):
            each.start()

    def end(self) -> None:
        self._stop.set()
        for each in (*self.senders, self.handler):
            each.join()
        self.watch.end()


@contextlib.contextmanager
def loaded(house: House) -> Iterator[Load]:
    load = Load(house)
    load.begin()
    try:
        yield load
    finally:
        load.end()
