"""Timers of intake."""

from liandong.foundation.events import public as events

from . import indexing, photos


@events.timer(every_s=3600)
def sweep_orphans() -> None:
    """Photos whose report never came are removed after a day."""
    photos.sweep_orphans()


@events.timer(every_s=5)
def index_words() -> None:
    """Cuts the words of old cases anew, as long as they are cut in an earlier way."""
    indexing.go_on()
