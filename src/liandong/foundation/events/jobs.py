"""The ledger lies beside the jobs and cannot ask for a timer: its sealing and adoption are run from here."""

from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger

SEAL_EVERY_S = 10
_LOCKED_S = 5.0


@jobs.timer(every_s=SEAL_EVERY_S)
def seal_ledger() -> None:
    """Seals what was recorded since the last time."""
    ledger.seal()


@jobs.work("ledger.adopt", at_start=True)
def adopt_rows(_turn: jobs.Turn) -> jobs.Again | None:
    """Rows from before the ledger spoke of rows are bound, some spans at a time; what somebody works on waits."""
    done = ledger.adopt_rows()
    return jobs.Again(in_s=0 if done else _LOCKED_S) if ledger.has_rows_to_adopt() else None
