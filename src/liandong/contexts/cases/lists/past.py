"""Cases that an office had a part in 曾经办: once that has ended and nothing is left to be said, only that it had one.

Number, kind, when, and what the office's own posts did; no words, no place, nobody's report.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from liandong.contexts.cases.domain import rights
from liandong.contexts.cases.models import Involvement
from liandong.contexts.cases.queries import opened_by_part, rows_of
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.visibility import is_complained_of, may_see
from liandong.foundation.access import public as access
from liandong.foundation.ledger import public as ledger
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotFound

PAST_ROWS = 50


@dataclass(frozen=True, slots=True)
class PastCase:
    """A part that has ended. `may_open`: the case itself may still be read, for the verdict isn't over or by another
    right.
    """

    case_id: int
    category_code: str
    role: str
    received_at: datetime
    since: datetime
    until: datetime
    may_open: bool

    @property
    def number(self) -> str:
        return ids.case_number(self.case_id)


@dataclass(frozen=True, slots=True)
class PastPage:
    """`behind`: the number to go on behind, "" on the last page."""

    rows: list[PastCase]
    behind: str


@dataclass(frozen=True, slots=True)
class PastEntry:
    """A post of the office did this then; without any word."""

    at: datetime
    event: str
    actor: str


def past_cases(*, actor: Actor, behind: str = "", rows: int = PAST_ROWS) -> PastPage:
    """Cases in which the part of the post's office has ended, the newest first; a walk of an index. `behind`: the
    number of the case that the page before ended with. Raises InvalidInput for what is no such number.
    """
    if actor.office_id is None or not _keeps_past(actor):
        return PastPage([], "")
    ended = Involvement.objects.filter(office_id=actor.office_id, until__isnull=False)
    if behind:
        ended = ended.filter(_older(ended, ids.parse_case_number(behind)))
    parts = [
        _Ended(*row) for row in ended.order_by("-received_at", "-case_id").values_list(*_Ended._fields)[: rows + 1]
    ]
    cases = rows_of([part.case_id for part in parts])
    shown = [(cases[part.case_id], part) for part in parts[:rows]]
    opened = opened_by_part([row for row, _ in shown], actor=actor)
    return PastPage(
        [_past(row, part, actor, opened) for row, part in shown if not is_complained_of(row, actor)],
        ids.case_number(parts[rows - 1].case_id) if len(parts) > rows else "",
    )


def past_case(*, actor: Actor, case_id: int) -> tuple[PastCase, list[PastEntry]]:
    """One such case, with what posts of the office did to it, oldest first. Raises NotFound where the office never had
    a part in it, has one still, or is complained of.
    """
    ended = Involvement.objects.filter(case_id=case_id, office_id=actor.office_id or 0, until__isnull=False)
    found = ended.values_list(*_Ended._fields).first() if _keeps_past(actor) else None
    row = rows_of([case_id]).get(case_id)
    if found is None or row is None or is_complained_of(row, actor):
        raise NotFound("没有找到这个事件编号。")
    own = {f"staff:{post.id}" for post in access.staff().values() if post.office_id == actor.office_id}
    told = [each for each in ledger.entries(("case", case_id)) if each.actor in own]
    part = _past(row, _Ended(*found), actor, opened_by_part([row], actor=actor))
    return part, [PastEntry(each.at, each.event, each.actor) for each in told]


def _keeps_past(actor: Actor) -> bool:
    """Whether the post works on what its office has, and so may know what it had."""
    return actor.kind == "staff" and actor.office_id is not None and actor.may(rights.HANDLE_OFFICE)


class _Ended(NamedTuple):
    case_id: int
    role: str
    received_at: datetime
    since: datetime
    until: datetime


def _past(row: CaseRow, part: _Ended, actor: Actor, opened: Collection[int]) -> PastCase:
    return PastCase(
        case_id=part.case_id,
        category_code=row.category_code,
        role=part.role,
        received_at=part.received_at,
        since=part.since,
        until=part.until,
        may_open=may_see(row, actor, has_part=row.id in opened),
    )


def _older(ended: QuerySet[Involvement], case_id: int) -> Q:
    """Parts after that of a case in the order; the first condition alone is what the index can seek by."""
    at = ended.filter(case_id=case_id).values_list("received_at", flat=True).first()
    if at is None:
        raise InvalidInput("翻页标记无效，请从第一页重新查看。", field="behind")
    return Q(received_at__lte=at) & (Q(received_at__lt=at) | Q(case_id__lt=case_id))
