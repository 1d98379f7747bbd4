"""Timers of files."""

from liandong.foundation.jobs import public as jobs

from . import sweeping


@jobs.timer(every_s=3600)
def sweep_orphans() -> None:
    """Files whose row never came are removed after a day."""
    sweeping.sweep_orphans()


@jobs.timer(every_s=900)
def sweep_forms() -> None:
    """Files of forms that were looked at and never sent are removed within the hour."""
    sweeping.sweep_orphans(lately=True)
