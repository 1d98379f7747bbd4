"""Writes down which offices have a part in a case 参与, where a change of the case is recorded and under its lock; and
writes the parts of cases from before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from liandong.foundation.ledger import public as ledger

from .domain.involvement import PartRole, involved, role_of
from .models import Case, Involvement, Task


def settle_involvement(case: Case, open_tasks: Iterable[Task], now: datetime, leaving: Collection[int] = ()) -> None:
    """Parts begin, change their role or end as the lead office and the open tasks are now. `leaving`: offices whose
    part ended so that the case is closed to them.
    """
    wanted = involved(case.office_id, [(task.office_id, task.kind) for task in open_tasks])
    for row in Involvement.objects.filter(case=case).order_by("id"):
        role = wanted.pop(row.office_id, None)
        told: dict[str, object] = {"until": row.until or now} if role is None else {"until": None, "role": role.value}
        if role is None and row.office_id in leaving:
            told["role"] = PartRole.LEFT.value
        names = [name for name, value in told.items() if getattr(row, name) != value]
        for name in names:
            setattr(row, name, told[name])
        if names:
            row.save(update_fields=names)
    for office_id, role in wanted.items():
        Involvement.objects.create(
            case=case, office_id=office_id, role=role.value, received_at=case.received_at, since=now
        )


def write_parts_of_before(cases: Iterable[Case]) -> None:
    """Parts of these locked cases that no row tells of, from the lead office and all tasks that there ever were.

    Raises Conflict while the ledger has rows of its own to adopt.
    """
    ledger.write_past(list(_missing(_Held(case.pk, case.office_id, case.received_at) for case in cases)))


class _Held(NamedTuple):
    id: int
    office_id: int | None
    received_at: datetime


def _missing(cases: Iterable[_Held]) -> Iterator[Involvement]:
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
