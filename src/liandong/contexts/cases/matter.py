"""The matter of a report: its own case, and the main case 主事件 that it is joined to, or itself. What its reporter is
told of state, dates, answer and verdict is said here once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from liandong.kernel.actor import Actor

from .domain.lifecycle import State
from .queries import find, of_matter, rows_of, visible_among
from .rows import CaseRow


@dataclass(frozen=True, slots=True)
class Matter:
    """`main` has the office, the dates and the answer; it is `own` unless that is joined to another."""

    own: CaseRow
    main: CaseRow

    @property
    def is_joined(self) -> bool:
        return self.own.id != self.main.id

    @property
    def state(self) -> State:
        """The state that the reporter is told."""
        return State(self.main.state)

    @property
    def is_asked(self) -> bool:
        """Whether the office waits for this reporter's reply, and for no other one's."""
        return self.state is State.ASKED and not self.is_joined

    @property
    def has_answer(self) -> bool:
        return self.main.answered_at is not None

    @property
    def awaits_verdict(self) -> bool:
        return self.state is State.ANSWERED

    @property
    def is_judged_by_own(self) -> bool:
        """Whether a joined reporter has judged and others haven't yet."""
        return self.awaits_verdict and self.is_joined and self.own.solved is not None

    @property
    def is_of_one(self) -> bool:
        """Whether nobody else reported it."""
        return not self.is_joined and self.main.report_count == 1


def matter_of(row: CaseRow) -> Matter:
    """One statement where the case is joined, else none."""
    return Matter(row, find(row.joined_to_id) if row.joined_to_id is not None else row)


def matters_of(rows: Iterable[CaseRow]) -> dict[int, Matter]:
    """By the id of each case; at most one statement for all."""
    own = {row.id: row for row in rows}
    wanted = {row.joined_to_id for row in own.values() if row.joined_to_id is not None} - own.keys()
    known = own | (rows_of(wanted) if wanted else {})
    return {row.id: Matter(row, known[row.joined_to_id or row.id]) for row in own.values()}


def main_seen_by(actor: Actor, row: CaseRow) -> CaseRow | None:
    """The main case of a joined one, where the post may open it."""
    if row.joined_to_id is None:
        return None
    return next(iter(visible_among([row.joined_to_id], actor=actor).values()), None)


def main_ids(case_ids: Collection[int]) -> dict[int, int]:
    """By the id of each case that of its main case. One statement."""
    joined_to = of_matter(case_ids)
    return {case_id: joined_to.get(case_id) or case_id for case_id in case_ids}


def reported_in(main: Collection[int]) -> dict[int, int]:
    """The cases of some matters, those joined to them too, each with its main case. One statement."""
    return {case_id: joined_to or case_id for case_id, joined_to in of_matter(main).items()}


def of_main(path: str, column: str) -> Coalesce:
    """In SQL: a column of the main case of the case at `path`."""
    return Coalesce(F(f"{path}__joined_to__{column}"), F(f"{path}__{column}"))


def not_judged_by_own(path: str) -> Any:
    """In SQL: whether the reporter of the case at `path` hasn't judged for itself yet, where it is joined."""
    return Q(**{f"{path}__joined_to": None}) | Q(**{f"{path}__solved": None})
