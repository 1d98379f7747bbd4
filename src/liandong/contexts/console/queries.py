"""What the desk's pages show, composed from the rooms below through their doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.handovers import public as handovers
from liandong.foundation.access import public as access
from liandong.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """A line of a queue: the case, who has taken it, how long it waits; `reason`: why it is stuck, or who decides."""

    case: cases.ListedCase
    desk: str
    owner: str
    since: datetime
    age: str
    may_take: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ListedAbsence:
    """An absence with its names; `state` `now`, `coming` or `over`, `may_change`: by the post that looks."""

    row: access.AbsenceRow
    post: str
    deputy: str
    reason: str
    state: str
    may_change: bool


def listed_absences(actor: Actor) -> list[ListedAbsence]:
    arrangeable = {post.id for post in access.arrangeable(actor)}
    return [
        ListedAbsence(
            row=row,
            post=names.post(row.staff_id) or gettext("已停用岗位"),
            deputy=names.post(row.deputy_id) or gettext("已停用岗位"),
            reason=gettext(access.ABSENCE_REASONS[row.reason]),
            state="over" if row.is_over else "now" if row.has_begun else "coming",
            may_change=row.staff_id in arrangeable,
        )
        for row in access.absences(actor)
    ]


@dataclass(frozen=True, slots=True)
class ListedHandover:
    """A hand-over with its names; `lines`: cases with what was said of them."""

    row: handovers.HandoverRow
    giver: str
    receiver: str
    acknowledged_by: str
    lines: list[tuple[cases.ListedCase, str]]


def listed_handovers(rows: Iterable[handovers.HandoverRow]) -> list[ListedHandover]:
    return [
        ListedHandover(
            row=row,
            giver=names.post(row.from_staff_id) or gettext("已停用岗位"),
            receiver=names.post(row.to_staff_id) or names.office(row.office_id),
            acknowledged_by=names.post(row.acknowledged_by_id),
            lines=[(cases.listed(case), said) for case, said in row.lines],
        )
        for row in rows
    ]
