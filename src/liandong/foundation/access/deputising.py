"""Setting, ending and resuming an absence 外出. One step of deputies only: who stands in is there himself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from liandong.foundation.events import public as events
from liandong.foundation.registers import public as registers
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

from .absences import AbsenceRow, may_arrange, possible_deputies
from .domain.events import AbsenceEnded, AbsenceFacts, AbsenceResumed, AbsenceSet
from .models import Absence, Staff
from .posts import StaffRow, staff

LONGEST = timedelta(days=366)


def set_absence(
    *, actor: Actor, staff_id: int, deputy_id: int, begins_at: datetime, ends_at: datetime, reason: str
) -> AbsenceRow:
    """The post is out until before `ends_at`; the deputy sees its open tasks and may act on them. A beginning in the
    past means from now on.

    Raises InvalidInput for a deputy of another office, for times that don't go together, where the post is out already,
    where the deputy is out too, or where the post stands in for somebody itself.
    """
    post = _post(actor, staff_id)
    begins_at = max(begins_at, time.now())
    _check_times(begins_at, ends_at)
    if reason not in Absence.Reason.values:
        raise InvalidInput("请选择事由。", field="reason")
    if deputy_id not in (each.id for each in possible_deputies(post)):
        raise InvalidInput("代理岗位须属于同一部门；网格员由同一乡镇的网格员代理。", field="deputy_id")
    with transaction.atomic():
        _lock_posts(staff_id, deputy_id)
        _check_free(staff_id, deputy_id, begins_at, ends_at)
        row = Absence.objects.create(
            staff_id=staff_id,
            deputy_id=deputy_id,
            begins_at=begins_at,
            ends_at=ends_at,
            reason=reason,
            set_by_id=actor.id,
            set_at=time.now(),
        )
        _record(actor, row, AbsenceSet)
    return _row(row)


def end_absence(*, actor: Actor, absence_id: int) -> AbsenceRow:
    """The post is back, or doesn't go at all. Raises Conflict where it is over."""
    with transaction.atomic():
        row = _locked(actor, absence_id)
        now = time.now()
        if row.ends_at <= now:
            raise Conflict("这次外出已经结束。")
        row.planned_until, row.ends_at = row.ends_at, max(now, row.begins_at)
        row.save(update_fields=["ends_at", "planned_until"])
        _record(actor, row, AbsenceEnded)
    return _row(row)


def resume_absence(*, actor: Actor, absence_id: int) -> AbsenceRow:
    """Undoes an early end. Raises Conflict where nothing was ended early or the planned end has passed too,
    InvalidInput as `set_absence` does.
    """
    with transaction.atomic():
        row = _locked(actor, absence_id)
        if row.planned_until is None or row.planned_until <= time.now():
            raise Conflict("这次外出不能恢复，请重新登记。")
        _check_free(row.staff_id, row.deputy_id, max(row.begins_at, row.ends_at), row.planned_until)
        row.ends_at, row.planned_until = row.planned_until, None
        row.save(update_fields=["ends_at", "planned_until"])
        _record(actor, row, AbsenceResumed)
    return _row(row)


def _post(actor: Actor, staff_id: int) -> StaffRow:
    post = staff().get(staff_id)
    if post is None:
        raise InvalidInput("没有这个岗位。", field="staff_id")
    if not may_arrange(actor, post):
        raise NotAllowed
    return post


def _check_times(begins_at: datetime, ends_at: datetime) -> None:
    if ends_at <= begins_at:
        raise InvalidInput("结束时间须晚于开始时间和现在。", field="ends_at")
    if ends_at - begins_at > LONGEST:
        raise InvalidInput("一次外出最长一年。", field="ends_at")


def _lock_posts(*staff_ids: int) -> None:
    """Two absences of the same posts are set one after the other."""
    list(Staff.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=staff_ids).order_by("pk"))


def _locked(actor: Actor, absence_id: int) -> Absence:
    found = Absence.objects.filter(pk=absence_id).values_list("staff_id", "deputy_id").first()
    if found is None:
        raise NotFound
    _post(actor, found[0])
    _lock_posts(*found)
    return Absence.objects.select_for_update(of=("self",)).get(pk=absence_id)


def _check_free(staff_id: int, deputy_id: int, begins_at: datetime, ends_at: datetime) -> None:
    meanwhile = Absence.objects.filter(begins_at__lt=ends_at, ends_at__gt=begins_at).exclude(begins_at=F("ends_at"))
    if meanwhile.filter(staff_id=staff_id).exists():
        raise InvalidInput("该岗位这段时间已登记外出。", field="begins_at")
    if meanwhile.filter(staff_id=deputy_id).exists():
        raise InvalidInput("代理岗位这段时间也外出，请另选。", field="deputy_id")
    absent = _absent_in(meanwhile, deputy_id=staff_id)
    if absent:
        raise InvalidInput(
            "该岗位这段时间是“%(post)s”的代理，请先为其另选代理。", field="begins_at", post=absent.post_name
        )


def _absent_in(meanwhile: QuerySet[Absence], *, deputy_id: int) -> Staff | None:
    row = meanwhile.filter(deputy_id=deputy_id).select_related("staff").first()
    return row.staff if row else None


def _record(actor: Actor, row: Absence, event: type[AbsenceFacts]) -> None:
    facts = event(
        staff=row.staff_id,
        deputy=row.deputy_id,
        begins_at=row.begins_at.isoformat(),
        ends_at=row.ends_at.isoformat(),
        reason=row.reason,
    )
    events.happened(actor=actor, stream=("absence", row.pk), facts=facts)
    registers.bump("absences")


def _row(row: Absence) -> AbsenceRow:
    return AbsenceRow(*(getattr(row, name) for name in AbsenceRow.__slots__))
