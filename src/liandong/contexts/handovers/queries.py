"""Hand-overs as posts read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.kernel.actor import Actor

from .domain import rights
from .models import Handover, HandoverLine

LISTED = 30


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A hand-over with the cases that the post who asks may see, each with its note; `to_staff_id` None: the office."""

    id: int
    is_shift: bool
    from_staff_id: int
    to_staff_id: int | None
    office_id: int | None
    text: str
    written_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by_id: int | None
    lines: tuple[tuple[cases.CaseRow, str], ...]


def receivers(actor: Actor, *, is_shift: bool = False) -> list[access.StaffRow]:
    """Posts that a hand-over can be addressed to: those that can stand in; at the desk, the others of the desk."""
    own = access.staff().get(actor.id)
    if own is None:
        return []
    if not is_shift:
        return access.possible_deputies(own)
    beside = (post for post in access.staff().values() if post.office_id == actor.office_id and post.id != actor.id)
    return [post for post in beside if post.may(rights.CHANGE_SHIFTS)]


def waiting_handovers(actor: Actor, *, most: int = LISTED) -> list[HandoverRow]:
    """Addressed to the post, to one for which it stands in, or to its office by another, and not acknowledged yet."""
    return _rows(Handover.objects.filter(addressed_to(actor), acknowledged_at=None), actor, most)


def written_handovers(actor: Actor) -> list[HandoverRow]:
    """The last that the post has written itself."""
    return _rows(Handover.objects.filter(from_staff_id=actor.id, is_shift=False), actor)


def shift_handovers(actor: Actor) -> list[HandoverRow]:
    """The desk's log of shifts, the last first."""
    return _rows(Handover.objects.filter(is_shift=True, office_id=actor.office_id or 0), actor)


def addressed_to(actor: Actor) -> Q:
    """A grid worker of a town may have an office; his work lies in his cells, and what the office gets isn't his."""
    own = Q(to_staff_id__in=(actor.id, *actor.stands_in_for))
    if actor.office_id is None or not actor.may(rights.TAKE_FOR_OFFICE):
        return own
    return own | (Q(to_staff_id=None, office_id=actor.office_id) & ~Q(from_staff_id=actor.id))


def _rows(wanted: QuerySet[Handover], actor: Actor, most: int = LISTED) -> list[HandoverRow]:
    columns = HandoverRow.__slots__[:-1]
    found = list(wanted.order_by("-id").values_list(*columns)[:most])
    said = HandoverLine.objects.filter(handover_id__in=[row[0] for row in found]).order_by("id")
    lines = list(said.values_list("handover_id", "message_id")) if found else []
    notes = cases.readable([message_id for _, message_id in lines], actor=actor) if lines else {}
    said_in: dict[int, list[tuple[cases.CaseRow, str]]] = {}
    for handover_id, message_id in lines:
        if message_id in notes:
            row, note = notes[message_id]
            said_in.setdefault(handover_id, []).append((row, note.text))
    return [_row(said_in.get(row[0], []), *row) for row in found]


def _row(lines: list[tuple[cases.CaseRow, str]], *columns: Any) -> HandoverRow:
    return HandoverRow(*(*columns, tuple(lines)))
