"""Answers on their way out: a page is handed over whole, a long file holds its thread until its reader has taken it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .lanes import Room, Source

WHOLE_BYTES = 320 * 1024
"""A file up to here, as everything that a page needs when packed, is handed over like a page."""


class Answer:
    """The site's answer to a request."""

    def __init__(self, given: Any) -> None:
        length = str(given.headers.get("Content-Length", "")) if getattr(given, "streaming", False) else "0"
        self.is_long = not (length.isdecimal() and int(length) <= WHOLE_BYTES)
        self._given = given
        self.content: Iterable[bytes] = given
        if getattr(given, "streaming", False) and not self.is_long:
            self.content = [b"".join(given)]
            given.close()

    def take(self, room: Room, source: Source) -> None:
        """A place in the room for a long one, until it is closed. Raises Busy and TooMany."""
        if not self.is_long:
            return
        try:
            room.take(source)
        except BaseException:
            self._given.close()
            raise
        self.content = _Slowly(self._given, lambda: room.give_back(source))


class _Slowly:
    """A long answer that gives its place back, once, however it ends."""

    def __init__(self, given: Any, give_back: Callable[[], None]) -> None:
        self._given, self._give_back = given, give_back
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._given)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._given.close()
            finally:
                self._give_back()

    __del__ = close


def answered(application: Callable[..., Any], environ: Mapping[str, Any]) -> tuple[Answer, tuple[Any, ...]]:
    """The answer, and the words that begin it."""
    said: list[tuple[Any, ...]] = []
    given = application(environ, lambda *words: said.append(words))
    return Answer(given), said[-1]
