"""Subscribers and timers of intake."""

from collections.abc import Sequence

from liandong.foundation.events import public as events

from . import phone_keys, photos, publishing


@events.timer(every_s=3600)
def sweep_orphans() -> None:
    """Photos whose report never came are removed after a day."""
    photos.sweep_orphans()


@events.timer(every_s=60)
def fill_phone_keys() -> None:
    """Contacts from before their numbers had keys get them, a batch at a time."""
    phone_keys.fill()


@events.subscribe("CaseAnswered")
def keep_public_answers(batch: Sequence[events.EventRow]) -> None:
    """Masks the answer for public view; again without harm."""
    publishing.keep_public_answers(batch)
