from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Backfill:
    """Rows of an earlier version that lack what this one writes into each new row, filled by a job beside the service.

    `name` is kept in rows of jobs and said by the enforcing migration: `room.what`. `words`: what an administrator
    reads of it. `lacking`: dotted name of `() -> QuerySet`, the rows that lack it still. `fill`: dotted name of
    `(keys) -> None`, which fills the rows of these primary keys in the transaction it is called in. A row that it
    leaves as it is lacks it for ever and is told as an error. `batch`: rows of one transaction; their locks last so
    long.
    """

    name: str
    words: str | Promise
    lacking: str
    fill: str
    batch: int = 500
