"""Subscribers, timers and long work of intake."""

from collections.abc import Sequence

from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs

from . import indexing, phone_keys, publishing


@events.subscribe("CaseAnswered")
def keep_public_answers(batch: Sequence[events.EventRow]) -> None:
    """Masks the answer for public view; again without harm."""
    publishing.keep_public_answers(batch)


@jobs.work("intake.index_words", at_start=True)
def index_words(_turn: jobs.Turn) -> jobs.Again | None:
    """Cuts the words of old cases anew, where they are cut in an earlier way."""
    return indexing.go_on().again


@jobs.timer(every_s=60)
def fill_phone_keys() -> None:
    """Contacts from before their numbers had keys get them, a batch at a time."""
    phone_keys.fill()
