"""Writes down which offices have a part in a case 参与, where a change of the case is recorded and under its lock; and
fills in, once, the parts of cases from before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef

from liandong.foundation.ledger import public as ledger
from liandong.kernel.errors import Busy

from .domain.involvement import PartRole, involved, role_of
from .models import Case, Involvement, Task


def settle_involvement(case: Case, open_tasks: Iterable[Task], now: datetime) -> None:
    """Parts begin, change their role or end as the lead office and the open tasks are now."""
    wanted = involved(case.office_id, [(task.office_id, task.kind) for task in open_tasks])
    for row in Involvement.objects.filter(case=case).order_by("id"):
        role = wanted.pop(row.office_id, None)
        told = {"until": row.until or now} if role is None else {"until": None, "role": role.value}
        names = [name for name, value in told.items() if getattr(row, name) != value]
        for name in names:
            setattr(row, name, told[name])
        if names:
            row.save(update_fields=names)
    for office_id, role in wanted.items():
        Involvement.objects.create(
            case=case, office_id=office_id, role=role.value, received_at=case.received_at, since=now
        )


AT_A_TIME = 500
"""Cases that are filled in by one transaction: a tenth of a second, in which what is done to one of them waits."""
_NAME_TASKS = """
UPDATE cases_deadline_entry AS line SET task_id = (
    SELECT task.id FROM cases_task task
    WHERE task.case_id = line.case_id AND task.kind <> 'assist'
    ORDER BY task.created_at > line.at, CASE WHEN task.created_at > line.at THEN task.id ELSE -task.id END
    LIMIT 1)
WHERE line.case_id = ANY(%s) AND line.task_id IS NULL
"""
"""A line is of the main task that was open then; of the first one where it was written before there was any."""


def fill_parts(behind: int) -> int | None:
    """Fills in the parts that offices had in the cases below a number, the newest first, and which task each deadline
    entry is of; how far it came, None at the end. Raises Busy where somebody is at work on one of them.

    May be stopped anywhere and run again. The ledger's words on deadline entries from before say nothing of their task.
    """
    wanted = list(Case.objects.filter(pk__lt=behind).order_by("-pk").values_list("pk", flat=True)[:AT_A_TIME])
    if not wanted:
        return None
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
            held = Case.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
            cases = [_Held(*row) for row in held.values_list("pk", "office_id", "received_at")]
            ledger.write_past(list(_missing(cases)))
            with connection.cursor() as cursor:
                cursor.execute(_NAME_TASKS, [wanted])
    except OperationalError as error:
        raise Busy from error
    return wanted[-1]


def is_filled() -> bool:
    """Whether no case lacks the part of its lead office."""
    own = Involvement.objects.filter(case_id=OuterRef("pk"))
    return not Case.objects.filter(~Exists(own), office__isnull=False).exists()


class _Held(NamedTuple):
    id: int
    office_id: int | None
    received_at: datetime


def _missing(cases: Iterable[_Held]) -> Iterator[Involvement]:
    """The parts that no row tells of: from the lead office and all tasks that there ever were."""
    held = {case.id: case for case in cases}
    known = set(Involvement.objects.filter(case_id__in=held).values_list("case_id", "office_id"))
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(case_id__in=held, office__isnull=False).order_by("id"):
        tasks[task.case_id].append(task)
    for case in held.values():
        own = tasks[case.id]
        now = involved(case.office_id, [(task.office_id, task.kind) for task in own if task.done_at is None])
        for office_id in {task.office_id for task in own} | now.keys():
            if office_id is not None and (case.id, office_id) not in known:
                yield _past(case, office_id, now.get(office_id), [task for task in own if task.office_id == office_id])


def _past(case: _Held, office_id: int, role: PartRole | None, own: list[Task]) -> Involvement:
    return Involvement(
        case_id=case.id,
        office_id=office_id,
        role=(role or role_of(own[-1].kind)).value,
        received_at=case.received_at,
        since=min((task.created_at for task in own), default=case.received_at),
        until=None if role else max((task.done_at for task in own if task.done_at), default=case.received_at),
    )
