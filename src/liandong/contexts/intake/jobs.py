"""Timers of intake."""

from liandong.foundation.events import public as events

from . import phone_keys, photos


@events.timer(every_s=3600)
def sweep_orphans() -> None:
    """Photos whose report never came are removed after a day."""
    photos.sweep_orphans()


@events.timer(every_s=60)
def fill_phone_keys() -> None:
    """Contacts from before their numbers had keys get them, a batch at a time."""
    phone_keys.fill()
