"""Timers of places."""

from liandong.foundation.events import public as events

from . import indexing


@events.timer(every_s=5)
def index_words() -> None:
    """Cuts the words of places anew, as long as they are cut in an earlier way."""
    indexing.go_on()
