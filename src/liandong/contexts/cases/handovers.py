"""Hand-over 交接: what is said of a case is a note on it; the general word waits until somebody acknowledges it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time, written
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

from .change import Change
from .domain.actions import Action
from .models import Handover, HandoverLine, Message
from .queries import CaseRow, visible_among

LISTED = 30
MOST_LINES = 100
_DESK = (Role.CLERK, Role.COORDINATOR)
_WRITE = (*_DESK, Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER)
_OFFICE = (*_DESK, Role.HANDLER, Role.DISPATCHER)
"""Who takes what is addressed to an office; a grid worker of a town may have an office, his work lies in his cells."""


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
    lines: tuple[tuple[CaseRow, str], ...]


def hand_over(
    *, actor: Actor, to_staff_id: int | None, text: str, lines: Sequence[tuple[int, str]], is_shift: bool = False
) -> int:
    """Writes a hand-over to a post that can stand in, or to the office (None); `lines`: case ids with what is to be
    known. Returns its id. Raises InvalidInput where nothing is said, NotAllowed for posts that only look on, NotAllowed
    or NotFound of a case that isn't the post's to note on.
    """
    _check(actor, to_staff_id, text, lines, is_shift=is_shift)
    with transaction.atomic():
        noted = [(case_id, _note(actor, case_id, said)) for case_id, said in sorted(dict(lines).items())]
        row = Handover.objects.create(
            is_shift=is_shift,
            from_staff_id=actor.id,
            to_staff_id=to_staff_id,
            office_id=actor.office_id,
            text=written.cleaned(text),
            written_at=time.now(),
        )
        HandoverLine.objects.bulk_create(
            HandoverLine(handover=row, case_id=case_id, message_id=message_id) for case_id, message_id in noted
        )
        _record(actor, row, "HandoverWritten", {"to": to_staff_id, "cases": [case_id for case_id, _ in noted]})
    return int(row.pk)


def acknowledge_handover(*, actor: Actor, handover_id: int) -> None:
    """知悉. Raises NotFound where it isn't addressed to the post, Conflict where somebody has done so already."""
    with transaction.atomic():
        row = Handover.objects.select_for_update().filter(_addressed_to(actor), pk=handover_id).first()
        if row is None:
            raise NotFound
        if row.acknowledged_at is not None:
            raise Conflict("这份交接已经有人知悉。")
        row.acknowledged_at, row.acknowledged_by_id = time.now(), actor.id
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record(actor, row, "HandoverAcknowledged", {})


def receivers(actor: Actor, *, is_shift: bool = False) -> list[access.StaffRow]:
    """Posts that a hand-over can be addressed to: those that can stand in; at the desk, the others of the desk."""
    own = access.staff().get(actor.id)
    if own is None:
        return []
    if not is_shift:
        return access.possible_deputies(own)
    beside = (post for post in access.staff().values() if post.office_id == actor.office_id and post.role in _DESK)
    return [post for post in beside if post.id != actor.id]


def waiting_handovers(actor: Actor, *, most: int = LISTED) -> list[HandoverRow]:
    """Addressed to the post, to one for which it stands in, or to its office by another, and not acknowledged yet."""
    return _rows(Handover.objects.filter(_addressed_to(actor), acknowledged_at=None), actor, most)


def written_handovers(actor: Actor) -> list[HandoverRow]:
    """The last that the post has written itself."""
    return _rows(Handover.objects.filter(from_staff_id=actor.id, is_shift=False), actor)


def shift_handovers(actor: Actor) -> list[HandoverRow]:
    """The desk's log of shifts, the last first."""
    return _rows(Handover.objects.filter(is_shift=True, office_id=actor.office_id or 0), actor)


def _check(
    actor: Actor, to_staff_id: int | None, text: str, lines: Sequence[tuple[int, str]], *, is_shift: bool
) -> None:
    if not actor.has(*(_DESK if is_shift else _WRITE)):
        raise NotAllowed
    if to_staff_id is None and actor.office_id is None:
        raise InvalidInput("请选择交给哪个岗位。", field="to_staff_id")
    if to_staff_id is not None and to_staff_id not in (post.id for post in receivers(actor, is_shift=is_shift)):
        raise InvalidInput("不能交接给这个岗位。", field="to_staff_id")
    if not written.has_words(text) and not lines:
        raise InvalidInput("请填写交接内容。", field="text")
    written.check(written.cleaned(text))
    if len(lines) > MOST_LINES:
        raise InvalidInput("一次最多交接 %(limit)s 件。", field="text", limit=MOST_LINES)


def _note(actor: Actor, case_id: int, said: str) -> int:
    with Change(actor, case_id, Action.NOTE, text=said) as change:
        return change.say(Message.Kind.NOTE, public=False, required=True) or 0


def _addressed_to(actor: Actor) -> Q:
    own = Q(to_staff_id__in=(actor.id, *actor.stands_in_for))
    if actor.office_id is None or not actor.has(*_OFFICE):
        return own
    return own | (Q(to_staff_id=None, office_id=actor.office_id) & ~Q(from_staff_id=actor.id))


def _rows(wanted: QuerySet[Handover], actor: Actor, most: int = LISTED) -> list[HandoverRow]:
    columns = HandoverRow.__slots__[:-1]
    found = list(wanted.order_by("-id").values_list(*columns)[:most])
    said = HandoverLine.objects.filter(handover_id__in=[row[0] for row in found]).order_by("id")
    lines = list(said.values_list("handover_id", "case_id", "message__text")) if found else []
    rows = visible_among({case_id for _, case_id, _ in lines}, actor=actor) if lines else {}
    said_in: dict[int, list[tuple[CaseRow, str]]] = {}
    for handover_id, case_id, note in lines:
        if case_id in rows:
            said_in.setdefault(handover_id, []).append((rows[case_id], note))
    return [_row(said_in.get(row[0], []), *row) for row in found]


def _row(lines: list[tuple[CaseRow, str]], *columns: Any) -> HandoverRow:
    return HandoverRow(*(*columns, tuple(lines)))


def _record(actor: Actor, row: Handover, what: str, facts: dict[str, object]) -> None:
    facts = {"shift": row.is_shift, "office": row.office_id, **facts}
    ledger.append(actor=actor, stream=("handover", row.pk), action=what, payload=facts)
    events.publish(type=what, stream=("handover", row.pk), payload=facts)
