"""Timers of access."""

from liandong.foundation.jobs import public as jobs

from .arrangements import forget_arrangements
from .commands import forget_attempts


@jobs.timer(every_s=3600)
def forget_old_attempts() -> None:
    """Forgets attempts after a day: nobody needs to know any more who asked how often."""
    forget_attempts()


@jobs.timer(every_s=3600)
def forget_arrangements_of_posts_gone() -> None:
    """A post that was switched off leaves nothing arranged behind."""
    forget_arrangements()
