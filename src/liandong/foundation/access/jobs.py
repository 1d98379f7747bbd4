"""Timers of access."""

from liandong.foundation.jobs import public as jobs

from .commands import forget_attempts


@jobs.timer(every_s=3600)
def forget_old_attempts() -> None:
    """Who has asked how often is nobody's business a day later."""
    forget_attempts()
