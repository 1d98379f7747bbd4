"""Timers of intake."""

from liandong.foundation.events import public as events

from . import photos


@events.timer(every_s=3600)
def sweep_orphans() -> None:
    """Photos whose report never came are removed after a day."""
    photos.sweep_orphans()


@events.timer(every_s=900)
def sweep_forms() -> None:
    """Photos of forms that were looked at and never sent are removed within the hour."""
    photos.sweep_orphans(lately=True)
