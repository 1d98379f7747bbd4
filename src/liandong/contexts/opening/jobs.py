"""The end of files that were brought in. Working through one is long, and needs what reads files: app/jobs.py."""

from liandong.foundation.jobs import public as jobs

from . import commands


@jobs.timer(every_s=3600)
def sweep_uploads() -> None:
    """Removes files after a day."""
    commands.sweep()
