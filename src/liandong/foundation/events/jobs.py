"""The ledger lies below the events and cannot ask for a timer: its sealing is run from here."""

from liandong.foundation.ledger import public as ledger

from .public import timer

SEAL_EVERY_S = 10


@timer(every_s=SEAL_EVERY_S)
def seal_ledger() -> None:
    """Seals what was recorded since the last time."""
    ledger.seal()


@timer(every_s=5)
def adopt_rows() -> None:
    """Rows from before the ledger spoke of rows are bound, some spans at a time."""
    ledger.adopt_rows()
