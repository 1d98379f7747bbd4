from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from liandong.foundation.by_key import ByKey
from liandong.kernel.actor import Actor
from liandong.kernel.errors import NotFound

from . import lights
from .domain import audience, channels
from .domain.audience import Reader, Tie
from .domain.involvement import PartRole
from .domain.lifecycle import PROMISED, State
from .domain.light import Light
from .models import Case, DeadlineEntry, Involvement, Message, Task
from .rows import CASE_COLUMNS, CaseRow, DeadlineRow, MessageRow, TaskRow
from .visibility import is_judged, may_see, ties_of

_cases = ByKey(CaseRow, lambda: Case.objects.values_list(*CASE_COLUMNS), "pk")
_tasks = ByKey(TaskRow, lambda: Task.objects.order_by("id").values_list(*TaskRow.__slots__), "case_id")
_messages = ByKey(MessageRow.kept, lambda: Message.objects.order_by("id").values_list(*MessageRow.__slots__), "case_id")
_MAIN = Q(task=None) | ~Q(task__kind=Task.Kind.ASSIST)
"""Lines of the main clock: those from before tasks had clocks name none."""


def _lines() -> QuerySet[DeadlineEntry]:
    return DeadlineEntry.objects.order_by("id")


def _with_kind(kind: str | None, *line: Any) -> tuple[str | None, DeadlineRow]:
    return kind, DeadlineRow(*line)


_deadlines = ByKey(_with_kind, lambda: _lines().values_list("task__kind", *DeadlineRow.__slots__), "case_id")


def find(case_id: int) -> CaseRow:
    """One case without asking who looks: for commands and for a reporter whose receipt was checked. Raises NotFound."""
    for row in _cases.of(case_id):
        return row
    raise NotFound("没有找到这个事件编号。")


def rows_of(case_ids: Collection[int]) -> dict[int, CaseRow]:
    """Some cases by id, without asking who looks: for what is told to those whom they concern. One statement."""
    rows = Case.objects.filter(pk__in=case_ids).values_list(*CASE_COLUMNS)
    return {row[0]: CaseRow(*row) for row in rows}


def turned_yellow(since: datetime, until: datetime) -> list[CaseRow]:
    """Cases whose running clock turned yellow after `since`, up to `until`; those red by then too."""
    turned = Case.objects.filter(lights.turned(Light.YELLOW, since, until)).order_by("red_at", "id")
    return [CaseRow(*row) for row in turned.values_list(*CASE_COLUMNS)]


def turned_red(since: datetime, until: datetime) -> list[CaseRow]:
    """Cases whose running clock turned red after `since`, up to `until`."""
    turned = Case.objects.filter(lights.turned(Light.RED, since, until)).order_by("red_at", "id")
    return [CaseRow(*row) for row in turned.values_list(*CASE_COLUMNS)]


def count_red(since: datetime, until: datetime) -> int:
    """How many running clocks turned red after `since`, up to `until`, and still run."""
    return Case.objects.filter(lights.turned(Light.RED, since, until)).count()


def count_going_on(case_ids: Collection[int], *, actor: Actor) -> int:
    """How many of these matters haven't ended, by the case that carries each; none that complains of the post."""
    going_on = Q(closed_at=None) | Q(joined_to__isnull=False, joined_to__closed_at=None)
    complains = Q(complained_staff_id=actor.id, complained_staff_id__isnull=False)
    if actor.office_id is not None:
        complains |= Q(complained_office_id=actor.office_id, complained_office_id__isnull=False)
    return Case.objects.filter(going_on, pk__in=case_ids).exclude(complains).count()


def count_unclear() -> int:
    """How many cases wait for the desk to say what, where or whose they are."""
    return Case.objects.filter(state=State.RECEIVED).exclude(queue="").count()


def visible_case(*, actor: Actor, case_id: int) -> CaseRow:
    """One case for a post at work; a joined one also for those who see the main case.

    Raises NotFound also where the post may not see it: its existence is no answer.
    """
    row = find(case_id)
    if may_see(row, actor):
        return row
    if opened_by_part([row], actor=actor) and may_see(row, actor, has_part=True):
        return row
    if row.joined_to_id is not None and may_see(find(row.joined_to_id), actor):
        return row
    raise NotFound("没有找到这个事件编号。")


def joined_cases(case_id: int, *, most: int | None = None) -> list[CaseRow]:
    """The cases of the same matter that are joined to this one, the oldest first."""
    rows = Case.objects.filter(joined_to=case_id).order_by("id").values_list(*CASE_COLUMNS)
    return [CaseRow(*row) for row in rows[:most]]


def assists_only(row: CaseRow, *, actor: Actor) -> bool:
    """Whether nothing but its office's part opens the case to the post: it reads no contact."""
    if may_see(row, actor):
        return False
    return row.joined_to_id is None or not may_see(find(row.joined_to_id), actor)


def replies_of_joined(case_id: int) -> dict[int, list[MessageRow]]:
    """By case: what the reporters of the cases joined to this one have written there. One statement."""
    rows = Message.objects.filter(case__joined_to=case_id, kind=Message.Kind.REPLY).order_by("id")
    found: dict[int, list[MessageRow]] = {}
    for of_case, *columns in rows.values_list("case_id", *MessageRow.__slots__):
        found.setdefault(of_case, []).append(MessageRow.kept(*columns))
    return found


def has_reporter(case: CaseRow | Case) -> bool:
    """Whether anybody reported the matter: by the case itself, or by one that is joined to it."""
    if case.channel not in channels.WITHOUT_REPORTER:
        return True
    return case.report_count > 1 and joined_with_reporter(case.id).exists()


def joined_with_reporter(case_id: int) -> QuerySet[Case]:
    """The cases joined to this one that somebody reported, so that somebody may judge the answer."""
    return Case.objects.filter(joined_to=case_id).exclude(channel__in=channels.WITHOUT_REPORTER)


def of_matter(case_ids: Collection[int]) -> dict[int, int | None]:
    """These cases and those joined to them, each with the one to which it is joined. One statement that reads no other
    table, so that indexes lead it.
    """
    rows = Case.objects.filter(Q(pk__in=case_ids) | Q(joined_to_id__in=case_ids))
    return dict(rows.order_by("pk").values_list("pk", "joined_to_id"))


def awaiting_verdict() -> list[int]:
    """Ids of the answered cases and of those joined to one: whose reporters may judge now. Led by the answered ones;
    one statement.
    """
    answered = Case.objects.filter(state=State.ANSWERED).values_list("pk")
    joined = Case.objects.filter(joined_to__isnull=False, joined_to__state=State.ANSWERED).values_list("pk")
    return [case_id for (case_id,) in answered.union(joined, all=True)]


def visible_among(case_ids: Collection[int], *, actor: Actor) -> dict[int, CaseRow]:
    """Those of the cases that the post may open, in the order of the ids; two statements, and one where a joined case
    was the office's once.
    """
    return {row.id: row for row, _ in _visible(case_ids, actor)}


def _visible(case_ids: Collection[int], actor: Actor) -> Iterator[tuple[CaseRow, bool]]:
    """Each with whether a part of the post's office opens it."""
    found = {row[0]: CaseRow(*row) for row in Case.objects.filter(pk__in=case_ids).values_list(*CASE_COLUMNS)}
    rows = [found[case_id] for case_id in dict.fromkeys(case_ids) if case_id in found]
    opened = opened_by_part(rows, actor=actor)
    for row in rows:
        if may_see(row, actor, has_part=row.id in opened):
            yield row, row.id in opened


def opened_by_part(rows: Sequence[CaseRow], *, actor: Actor) -> set[int]:
    """Those of the cases, by id, that a part of the post's office opens: it lasts, or the matter isn't judged yet."""
    if actor.office_id is None or actor.kind != "staff" or not rows:
        return set()
    parts = Involvement.objects.filter(case_id__in=[row.id for row in rows], office_id=actor.office_id)
    parts = parts.exclude(role=PartRole.LEFT)
    until = dict(parts.values_list("case_id", "until"))
    mine = [row for row in rows if row.id in until]
    joined = {row.joined_to_id for row in mine if row.joined_to_id is not None and until[row.id] is not None}
    mains = rows_of(joined) if joined else {}
    return {row.id for row in mine if until[row.id] is None or not is_judged(mains.get(row.joined_to_id or 0, row))}


def readable(message_ids: Collection[int], *, actor: Actor) -> dict[int, tuple[CaseRow, MessageRow]]:
    """Those of the messages that the post may read, each with its case, of cases that it may open; three statements."""
    found = Message.objects.filter(pk__in=message_ids).values_list("case_id", *MessageRow.__slots__)
    written = [(case_id, MessageRow.kept(*columns)) for case_id, *columns in found]
    seen = {
        row.id: (row, Reader(ties_of(row, actor, has_part=has_part), actor.ref))
        for row, has_part in _visible({case_id for case_id, _ in written}, actor)
    }
    return {
        message.id: (seen[case_id][0], message)
        for case_id, message in written
        if case_id in seen and may_read(seen[case_id][1], message)
    }


def tasks(case_id: int) -> list[TaskRow]:
    return _tasks.of(case_id)


def reader_of(*, actor: Actor, row: CaseRow, is_reporter: bool = False) -> Reader:
    """The actor as a reader of the case, to be asked for its words (`may_read`): of a joined one that it may not open,
    as a reader of the main case. `is_reporter`: whether it reported the matter, which only the room above knows; the
    receipt of who acts by one was checked before.
    """
    ties = _ties(row, actor)
    if not ties and row.joined_to_id is not None:
        ties = _ties(find(row.joined_to_id), actor)
    return Reader(ties | {Tie.REPORTER} if is_reporter or actor.kind == "reporter" else ties, actor.ref)


def _ties(row: CaseRow, actor: Actor) -> frozenset[Tie]:
    """Who leads or is of the desk reads no more by a part, so that isn't looked for."""
    ties = ties_of(row, actor)
    if not ties.isdisjoint({Tie.LEAD, Tie.DESK, Tie.COMPLAINED}):
        return ties
    return ties_of(row, actor, has_part=bool(opened_by_part([row], actor=actor)))


def may_read(reader: Reader, message: MessageRow) -> bool:
    """Whether the reader of the case may read this message: asked by whoever shows, sends or exports words."""
    return audience.may_read(reader, message.audience, message.actor)


def told_to_reporters() -> Q:
    """In SQL: the messages that a reporter of the matter may read."""
    return Q(public=True)


def messages(case_id: int, *, reader: Reader | None = None) -> list[MessageRow]:
    """Those of a case that the reader may read, in order. All without one: for what is shown to nobody."""
    return [message for message in _messages.of(case_id) if reader is None or may_read(reader, message)]


def deadline_entries(case_id: int) -> list[DeadlineRow]:
    """The deadline ledger of the case's main clock, in its order."""
    return [line for kind, line in _deadlines.of(case_id) if kind != Task.Kind.ASSIST]


def task_history(case_id: int, task_id: int) -> list[DeadlineRow]:
    """The lines of a task of the case beside the main one, in their order."""
    lines = _lines().filter(case_id=case_id, task_id=task_id)
    return [DeadlineRow(*line) for line in lines.values_list(*DeadlineRow.__slots__)]


def history(case_ids: Collection[int]) -> Mapping[int, list[DeadlineRow]]:
    """The deadline ledgers of the main clocks of some cases, each in its order."""
    found: dict[int, list[DeadlineRow]] = {case_id: [] for case_id in case_ids}
    lines = _lines().filter(_MAIN, case_id__in=case_ids)
    for case_id, *line in lines.values_list("case_id", *DeadlineRow.__slots__):
        found[case_id].append(DeadlineRow(*line))
    return found


def promised_after(case_id: int, limit: int) -> list[CaseRow]:
    """The next cases by number that still owe an answer."""
    rows = Case.objects.filter(pk__gt=case_id, state__in=PROMISED, closed_at=None).order_by("pk")
    return [CaseRow(*row) for row in rows.values_list(*CASE_COLUMNS)[:limit]]


def assist_tasks_between(after: int, until: int | None) -> Mapping[int, list[TaskRow]]:
    """Open tasks beside the main one, of the cases behind one number up to another; by case."""
    rows = Task.objects.filter(kind=Task.Kind.ASSIST, done_at=None, case_id__gt=after)
    if until is not None:
        rows = rows.filter(case_id__lte=until)
    found: dict[int, list[TaskRow]] = {}
    for row in rows.order_by("case_id", "id").values_list(*TaskRow.__slots__):
        task = TaskRow(*row)
        found.setdefault(task.case_id, []).append(task)
    return found


def review_due(at: datetime) -> list[int]:
    """Ids of parked cases whose day of review has come; they are few."""
    return list(Case.objects.filter(state=State.PARKED, review_at__lte=at).order_by("pk").values_list("pk", flat=True))


def asked() -> list[CaseRow]:
    """Cases that wait for their reporter's reply; they are few."""
    rows = Case.objects.filter(state=State.ASKED).order_by("pk")
    return [CaseRow(*row) for row in rows.values_list(*CASE_COLUMNS)]
