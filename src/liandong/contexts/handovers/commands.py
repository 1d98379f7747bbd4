"""A hand-over 交接 is written and acknowledged: what is said of a case is a note on it."""

from collections.abc import Sequence

import msgspec
from django.db import transaction

from liandong.contexts.cases import public as cases
from liandong.foundation.events import public as events
from liandong.kernel import time, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

from .domain import rights
from .domain.events import HandoverAcknowledged, HandoverFacts, HandoverWritten
from .models import Handover, HandoverLine
from .queries import addressed_to, receivers

MOST_LINES = 100


def write_handover(
    *, actor: Actor, to_staff_id: int | None, text: str, lines: Sequence[tuple[int, str]], is_shift: bool = False
) -> int:
    """Writes a hand-over to a post that can stand in, or to the office (None); `lines`: case ids with what is to be
    known. Returns its id. Raises InvalidInput where nothing is said, NotAllowed for posts that only look on, NotAllowed
    or NotFound of a case that isn't the post's to note on.
    """
    _check(actor, to_staff_id, text, lines, is_shift=is_shift)
    with transaction.atomic():
        noted = [
            (case_id, cases.write_note(actor=actor, case_id=case_id, text=said))
            for case_id, said in sorted(dict(lines).items())
        ]
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
        facts = HandoverWritten(to_post=to_staff_id, cases=[case_id for case_id, _ in noted])
        _record(actor, row, facts)
    return int(row.pk)


def acknowledge_handover(*, actor: Actor, handover_id: int) -> None:
    """知悉. Raises NotFound where it isn't addressed to the post, Conflict where somebody has done so already."""
    with transaction.atomic():
        row = Handover.objects.select_for_update().filter(addressed_to(actor), pk=handover_id).first()
        if row is None:
            raise NotFound
        if row.acknowledged_at is not None:
            raise Conflict("这份交接已经有人知悉。")
        row.acknowledged_at, row.acknowledged_by_id = time.now(), actor.id
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record(actor, row, HandoverAcknowledged())


def _check(
    actor: Actor, to_staff_id: int | None, text: str, lines: Sequence[tuple[int, str]], *, is_shift: bool
) -> None:
    if not actor.may(rights.CHANGE_SHIFTS if is_shift else rights.WRITE):
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


def _record(actor: Actor, row: Handover, facts: HandoverFacts) -> None:
    told = msgspec.structs.replace(facts, shift=row.is_shift, office=row.office_id)
    events.happened(actor=actor, stream=("handover", row.pk), facts=told)
