"""Long work and timers of batches; all may run again without harm."""

from liandong.foundation.jobs import public as jobs

from . import commands


@jobs.work(commands.KIND)
def go_on_with_batch(turn: jobs.Turn) -> jobs.Again | None:
    """Does a little more of a batch that was too long for one request."""
    return jobs.Again() if commands.go_on(int(turn.key)) else None


@jobs.timer(every_s=3600)
def forget_unconfirmed_batches() -> None:
    """Removes batches that nobody confirmed."""
    commands.forget_unconfirmed()
