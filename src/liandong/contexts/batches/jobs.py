"""Timers of batches; all may run again without harm."""

from liandong.foundation.events import public as events

from . import commands


@events.timer(every_s=2)
def go_on_with_batches() -> None:
    """Does a little more of the batches that were too long for one request."""
    commands.go_on_with_all()


@events.timer(every_s=3600)
def forget_unconfirmed_batches() -> None:
    """Removes batches that nobody confirmed."""
    commands.forget_unconfirmed()
