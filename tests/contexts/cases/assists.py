"""Changes of parts beside the main task, one each, as a room above makes them."""

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Task
from liandong.kernel.actor import Actor


def open_task(*, actor: Actor, case_id: int, **given: object) -> cases.TaskRow:
    with cases.assisting(actor=actor, case_id=case_id) as change:
        return change.open(**given)


def move(*, actor: Actor, task_id: int, move: str, budget: str = "") -> cases.TaskRow:
    with cases.assisting(actor=actor, case_id=_case_of(task_id)) as change:
        return change.move(task_id, move, budget)


def assign(*, actor: Actor, task_id: int, staff_id: int | None) -> cases.TaskRow:
    with cases.assisting(actor=actor, case_id=_case_of(task_id)) as change:
        return change.assign(task_id, staff_id)


def end(
    *, actor: Actor, task_id: int, outcome: cases.Outcome = cases.Outcome.ANSWERED, leaves: bool = False
) -> cases.TaskRow:
    with cases.assisting(actor=actor, case_id=_case_of(task_id)) as change:
        return change.end(task_id, outcome, leaves=leaves)


def _case_of(task_id: int) -> int:
    return Task.objects.get(pk=task_id).case_id
