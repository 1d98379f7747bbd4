"""Writes down which offices have a part in a case 参与. Called where a change of the case is recorded, under its lock."""

from collections.abc import Iterable
from datetime import datetime

from .domain.involvement import involved
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
