"""Timers of access."""

from liandong.foundation.events import public as events

from .arrangements import forget_arrangements
from .commands import forget_attempts


@events.timer(every_s=3600)
def forget_old_attempts() -> None:
    """Who has asked how often is nobody's business a day later."""
    forget_attempts()


@events.timer(every_s=3600)
def forget_arrangements_of_posts_gone() -> None:
    """A post that was switched off leaves nothing arranged behind."""
    forget_arrangements()
