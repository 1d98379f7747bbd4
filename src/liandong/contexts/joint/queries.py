"""Parts as pages and other rooms read them, and who may do what with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.by_key import ByKey
from liandong.foundation.events import public as events
from liandong.foundation.facts import Facts
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import NotFound

from .domain import rights
from .domain.parts import MOST_EXTENSIONS, PART_ACTIONS, PartAction, Side, Source, Standing
from .models import Part


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part with the clocks of its task. `asked_id`, `answer_id`: messages of the case."""

    id: int
    case_id: int
    office_id: int | None
    assignee_id: int | None
    source: str
    asked_by: str
    asked_at: datetime
    asked_id: int | None
    answer_id: int | None
    accepted_at: datetime | None
    ended_at: datetime | None
    outcome: str
    accept_budget: str
    finish_budget: str
    accept_due_at: datetime | None
    due_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    extension_asked: str
    extension_count: int

    @property
    def standing(self) -> Standing:
        if self.ended_at is not None:
            return Standing.ENDED
        return Standing.ASKED if self.accepted_at is None else Standing.WORKING

    @property
    def left(self) -> tuple[int | None, str]:
        """(count, unit) until the light turns red, as `cases.time_left`."""
        return cases.time_left(self)

    @property
    def light(self) -> cases.Light:
        return cases.light(time.now(), self.yellow_at, self.red_at)


_COLUMNS = (
    *("task_id", "case_id", "task__office_id", "task__assignee_id", "source", "asked_by", "task__created_at"),
    *("asked_id", "answer_id", "accepted_at", "task__done_at", "task__outcome", "task__accept_budget"),
    *("task__finish_budget", "task__accept_due_at", "task__due_at", "task__yellow_at", "task__red_at"),
    *("extension_asked", "extension_count"),
)


def _rows() -> QuerySet[Part]:
    return Part.objects.order_by("task_id")


_of_cases = ByKey(PartRow, lambda: _rows().values_list(*_COLUMNS), "case_id")


def parts_of(case_id: int) -> list[PartRow]:
    """All parts of a case, in the order in which they were asked. One statement."""
    return _of_cases.of(case_id)


def find_part(part_id: int) -> PartRow:
    """Without asking who looks. Raises NotFound."""
    for row in _rows().filter(pk=part_id).values_list(*_COLUMNS):
        return PartRow(*row)
    raise NotFound


def parts_shown(look: rooms.Look[cases.CaseRow]) -> list[PartRow]:
    """Those of the page's case: panels and forms share them."""
    return parts_of(look.row.id)


def answers_of(parts: Sequence[PartRow], reader: cases.Reader) -> dict[int, str]:
    """By office: what those wrote whose part of one case is done, in the order in which they were asked."""
    done = [part for part in parts if part.outcome == cases.Outcome.ANSWERED]
    texts = {message.id: message.text for message in cases.messages(done[0].case_id, reader=reader)} if done else {}
    return {part.office_id: texts.get(part.answer_id or 0, "") for part in done if part.office_id is not None}


def why_due(part: PartRow) -> list[str]:
    """Why the part is due when it is, in sentences."""
    task = next((each for each in cases.tasks(part.case_id) if each.id == part.id), None)
    return cases.why_part(task) if task else []


def gives(row: cases.CaseRow, actor: Actor) -> bool:
    """Whether the post may ask offices for parts of this case, and take them back: of the lead office, of the town
    where a public matter lies, of the county's desk. Never whom it complains of.
    """
    if actor.kind != "staff" or not actor.may(rights.GIVE) or cases.is_complained_of(row, actor):
        return False
    if actor.may(cases.rights.HANDLE_COUNTY):
        return True
    leads = actor.office_id is not None and actor.office_id == row.office_id
    return leads or (actor.may(cases.rights.SUPERVISE_TOWN) and cases.supervises(row, actor))


def helps(part: PartRow, actor: Actor) -> bool:
    """Whether the part is this post's to do: of its office, or given to it, or to one for which it stands in."""
    if actor.kind != "staff":
        return False
    own = part.office_id is not None and part.office_id == actor.office_id
    is_given = part.assignee_id in (actor.id, *actor.stands_in_for)
    return is_given or (own and actor.may(cases.rights.HANDLE_OFFICE))


def side_of(row: cases.CaseRow, part: PartRow, actor: Actor) -> Side | None:
    """On which side of the part the post is; whoever does it doesn't decide on it."""
    if helps(part, actor):
        return Side.HELPS
    return Side.GIVES if gives(row, actor) else None


def actions_of(row: cases.CaseRow, part: PartRow, actor: Actor) -> list[PartAction]:
    """The actions that the post may take on the part as it stands, in the order of the table."""
    side = side_of(row, part, actor)
    if row.closed_at is not None or side is None:
        return []
    return [
        action
        for action, spec in PART_ACTIONS.items()
        if spec.side is side and part.standing in spec.standings and _is_open_to(part, action)
    ]


def _is_open_to(part: PartRow, action: PartAction) -> bool:
    """Extensions are asked for before the date, one at a time, and decided where one waits."""
    if action in (PartAction.GRANT_EXTENSION, PartAction.REFUSE_EXTENSION):
        return part.extension_asked != ""
    if action is not PartAction.ASK_EXTENSION:
        return True
    in_time = part.due_at is not None and time.now() < part.due_at
    return in_time and not part.extension_asked and part.extension_count < MOST_EXTENSIONS


def why_at_once(category_code: str) -> Source | None:
    """Why parts of this kind of matter are made as soon as it has an office; None where they are only offered."""
    leaf = categories.taxonomy().named(category_code)
    if leaf is None:
        return None
    if "joint_handling" in leaf.flags:
        return Source.DUTY
    return Source.SEVERITY if leaf.severity == 1 else None


def assistants(
    category_code: str, division_id: int | None, *, lead_id: int | None, barred: Iterable[int | None] = ()
) -> tuple[int, ...]:
    """The offices that the duty list names to assist a matter of this kind at this place, without the lead."""
    registry = orgs.organisation()
    shut = {office for office in barred if office is not None}
    named = registry.duties.route(category_code, registry.path(division_id), shut).assist
    return tuple(each for each in named if each != lead_id and registry.offices[each].active)


def offered(row: cases.CaseRow, parts: Iterable[PartRow]) -> list[int]:
    """Offices that one press asks: those of the duty list, then those that assisted before; none that does now."""
    known = list(parts)
    now = {part.office_id for part in known if part.ended_at is None} | {row.office_id, row.complained_office_id}
    named = assistants(row.category_code, row.division_id, lead_id=row.office_id, barred=(row.complained_office_id,))
    before = [part.office_id for part in known if part.office_id is not None]
    return [each for each in dict.fromkeys((*named, *before)) if each not in now]


@dataclass(frozen=True, slots=True)
class PartDraft:
    """`part`: the row of the part, without the ids of task and case."""

    part: Mapping[str, Any]
    assist: cases.AssistDraft


def draft_parts(draft: cases.CaseDraft, *, recorded_by: str) -> list[PartDraft]:
    """The parts that a case has from the first moment: what the duty list says, where its kind is handled jointly or
    it is of the highest severity, and an office has it. Asks the database nothing.
    """
    case = draft.case
    source = why_at_once(case["category_code"])
    if source is None or case["state"] != cases.State.DISPATCHED:
        return []
    named = assistants(
        case["category_code"],
        case["division_id"],
        lead_id=case["office_id"],
        barred=(case["complained_office_id"],),
    )
    part = {
        "source": source.value,
        "asked_by": "system:0",
        "asked_id": None,
        "answer_id": None,
        "accepted_at": None,
        "extension_asked": "",
        "extension_count": 0,
    }
    budget = case["finish_budget"]
    return [
        PartDraft(part, cases.draft_assist(draft, office_id, finish_budget=budget, recorded_by=recorded_by))
        for office_id in named
    ]


def assisting_posts(row: cases.CaseRow, facts: Facts) -> list[int]:
    """Posts of the offices that a report's event asks, or whose part the event tells of: who has the part, else all
    that may.
    """
    if isinstance(facts, cases.CaseReceived):
        return [post for office_id in facts.assisting for post in _posts_of(office_id)]
    if not isinstance(facts, cases.AssistFacts) or facts.assisting_office is None:
        return []
    has = next((part.assignee_id for part in parts_of(row.id) if part.id == facts.task), None)
    return [has] if has is not None else _posts_of(facts.assisting_office)


def _posts_of(office_id: int) -> list[int]:
    own = (post for post in access.staff().values() if post.office_id == office_id)
    return [post.id for post in own if post.may(cases.rights.HANDLE_OFFICE)]


def lead(row: cases.CaseRow, facts: Facts) -> Iterable[int]:
    """Who has the case in hand, else the posts of the lead office."""
    return cases.holder(row, facts)


def town(row: cases.CaseRow, facts: Facts) -> Iterable[int]:
    """The dispatchers of the town where a public matter lies."""
    return cases.place_town(row, facts)


def is_of_helper(row: cases.CaseRow, event: events.EventRow) -> bool:
    """Whether the assisting office itself ended its part."""
    facts = event.facts
    return isinstance(facts, cases.AssistTaskEnded) and facts.outcome in (
        cases.Outcome.ANSWERED,
        cases.Outcome.RETURNED,
    )


def is_of_giver(row: cases.CaseRow, event: events.EventRow) -> bool:
    """Whether the part was taken from the office."""
    facts = event.facts
    return isinstance(facts, cases.AssistTaskEnded) and facts.outcome in (
        cases.Outcome.RELEASED,
        cases.Outcome.TAKEN_BACK,
    )


def is_emergency_with_an_office(row: cases.CaseRow, event: events.EventRow) -> bool:
    """Whether it is of the highest severity and an office has it: its town hears of it at the same moment."""
    return row.severity == 1 and row.state == cases.State.DISPATCHED
