"""The first row of a case: category, place, lead office, clocks and first task, decided once and written by intake."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.kernel.masking import Reporter

from .clocks.reckoning import promise
from .clocks.refreshing import own_times
from .domain.events import CaseReceived
from .domain.involvement import PartRole
from .domain.lifecycle import ENDED, State
from .lists.near import near_cell
from .models import Task
from .rows import DeadlineRow
from .words import NO_WORDS, words_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """The past of a case from elsewhere. `clocks` False: an ended case without promises (import).

    `promise`: the source's own finish budget, in place of the category's.
    """

    state: State
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    solved: bool | None = None
    satisfied: int | None = None
    reworks: int = 0
    paused: tuple[tuple[datetime, datetime], ...] = ()
    paused_since: datetime | None = None
    clocks: bool = True
    promise: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """The matter as a report tells it. `category_code` None: propose one from the words. Degrees WGS-84.

    `office_id`: a source that names the responsible office; `reporters`: whose names and numbers are left out of what
    is shown and searched; `may_publish`: the reporter allows that the words are public.
    """

    text: str
    received_at: datetime
    channel: str
    located: places.Located
    lon: float | None = None
    lat: float | None = None
    source_crs: str = ""
    address: str = ""
    category_code: str | None = None
    language: str = ""
    title: str = ""
    office_id: int | None = None
    complained_office_id: int | None = None
    complained_staff_id: int | None = None
    life: Life | None = None
    reporters: tuple[Reporter, ...] = ()
    may_publish: bool = False


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """Rows to be written, by column name and without `id`/`case_id`; the deadlines are the task's, where there is one;
    `facts` go to ledger and event.
    """

    case: Row
    publication: Row | None
    task: Row | None
    involvement: Row | None
    deadlines: list[Row]
    facts: CaseReceived
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AssistDraft:
    """Rows of an office's part in a new case, as those of `CaseDraft`."""

    office_id: int
    task: Row
    involvement: Row
    deadline: Row


def draft_case(matter: Reported, *, recorded_by: str) -> CaseDraft:
    """Decides everything about a new case. Pure over the registers in memory: asks the database nothing."""
    first = _first(matter)
    category = first.category
    registry = orgs.organisation()
    office_of_post = _office_of(matter.complained_staff_id)
    complained_office_id = matter.complained_office_id or office_of_post
    barred = {complained_office_id, office_of_post} - {None}
    office_id, queue = _lead(matter, category, registry, barred)
    life = matter.life or Life(State.RECEIVED)
    if life.state is State.RECEIVED and not queue:
        life = replace(life, state=State.DISPATCHED)
    ended = life.state in ENDED
    accept_budget, finish_budget = (category.accept_budget, category.finish_budget) if category else _UNSORTED
    accept_budget = first.urgent_budget or accept_budget
    finish_budget = life.promise or finish_budget
    clocks = life.clocks or not ended
    running = (accept_budget, finish_budget) if clocks else ("", life.promise)
    promised = promise(*running, matter.received_at, life.paused)
    yellow_at, red_at = promised.turns(life.state, accepted=life.accepted_at is not None)
    county = orgs.county()
    words = words_of(title=matter.title, address=matter.address, words=matter.text, reporters=matter.reporters)
    is_private = category.is_private if category else first.is_private
    is_confidential = bool(category and "reporter_confidential" in category.flags)
    complains = complained_office_id is not None or matter.complained_staff_id is not None
    is_published = matter.may_publish and not (is_private or is_confidential or complains)
    case: Row = {
        "state": life.state.value,
        "title": words.title or (category.zh if category else NO_WORDS),
        "category_code": category.code if category else "",
        "category_version": category.version if category else 0,
        "severity": category.severity if category else 1 if first.urgent_budget else 3,
        "queue": queue if life.state is State.RECEIVED else "",
        "channel": matter.channel,
        "language": matter.language,
        "address": matter.address[:200],
        "public_address": words.public_address,
        "lon": matter.lon,
        "lat": matter.lat,
        "source_crs": matter.source_crs,
        "near": _near(matter.lon, matter.lat),
        "division_id": matter.located.division_id,
        "cell_id": matter.located.cell_id,
        "village_id": matter.located.village_id,
        "town_id": matter.located.town_id,
        "office_id": office_id,
        "assignee_id": None,
        "complained_office_id": complained_office_id,
        "complained_staff_id": matter.complained_staff_id,
        "is_private": is_private,
        "is_confidential": is_confidential,
        "is_published": is_published,
        "accept_budget": accept_budget,
        "finish_budget": finish_budget,
        "received_at": matter.received_at,
        "clock_from": matter.received_at,
        "accept_due_at": promised.accept_due_at,
        "due_at": promised.due_at,
        "yellow_at": yellow_at,
        "red_at": red_at,
        "provisional": promised.provisional,
        "accepted_at": life.accepted_at,
        "answered_at": life.answered_at,
        "verdict_due_at": (
            life.answered_at + timedelta(days=county.verdict_days)
            if life.answered_at and life.state is State.ANSWERED
            else None
        ),
        "closed_at": life.closed_at if ended else None,
        "changed_at": life.closed_at or life.answered_at or life.accepted_at or matter.received_at,
        "report_count": 1,
        "rework_count": life.reworks,
        "solved": life.solved,
        "satisfied": life.satisfied,
        "version": 1,
        "tokens": words.tokens,
    }
    facts = CaseReceived(
        state=life.state.value,
        category=category.code if category else "",
        lead_office=office_id,
        division=matter.located.division_id,
        channel=matter.channel,
        queue=queue if life.state is State.RECEIVED else "",
        published=is_published,
        urgent=first.is_urgent,
    )
    publication = {"text": words.text, "answer": ""} if is_published else None
    task = _task(case, life) if life.state not in (*ENDED, State.ANSWERED) else None
    deadlines = _deadlines(case, life, recorded_by) if clocks else []
    lead = _involvement(office_id, PartRole.LEAD, matter.received_at) if office_id is not None else None
    return CaseDraft(case, publication, task, lead, deadlines, facts, first.reasons)


_UNSORTED = ("120wm", "5wd")
"""Clocks of a case whose category isn't known yet: the desk's own time to accept, and the ordinary limit."""
_URGENT = "5m"
"""The accept clock of an unclear case whose words tell of a danger that no leaf stands for."""


@dataclass(frozen=True, slots=True)
class _First:
    """The beginning of the case. `urgent_budget`: the accept clock of an unclear one whose words sound as if somebody
    were in danger; "" of all others. `is_urgent`: desk and town are rung. `is_private`: an unclear one that may be
    nobody else's business is held back until the desk has said what it is.
    """

    category: categories.CategoryRow | None
    reasons: tuple[str, ...] = ()
    urgent_budget: str = ""
    is_urgent: bool = False
    is_private: bool = False


def _first(matter: Reported) -> _First:
    """The chosen category, else the one that is taken from the words."""
    if matter.category_code:
        chosen = categories.taxonomy().by_code.get(matter.category_code)
        return _First(chosen, is_urgent=matter.life is None and categories.words_tell_danger(matter.text))
    if matter.life:
        return _First(None)
    found = categories.assess_words(matter.text)
    if found.taken:
        return _First(categories.taxonomy().leaf(found.taken.code), found.taken.reasons, is_urgent=found.is_danger)
    guesses = [leaf for each in found.proposals if (leaf := categories.taxonomy().leaf(each.code))]
    return _First(
        None,
        urgent_budget=_urgent_budget(guesses[:1]) if found.is_urgent else "",
        is_urgent=found.is_urgent,
        is_private=any(guess.is_private for guess in guesses[:1]) or any("recusal" in guess.flags for guess in guesses),
    )


def _urgent_budget(guess: Sequence[categories.CategoryRow]) -> str:
    return next((leaf.accept_budget for leaf in guess if leaf.severity == 1), _URGENT)


def _office_of(staff_id: int | None) -> int | None:
    """Whoever complains of a post complains of its office: colleagues don't handle it either."""
    post = access.staff().get(staff_id or 0)
    return post.office_id if post else None


def _lead(
    matter: Reported,
    category: categories.CategoryRow | None,
    registry: orgs.Organisation,
    barred: Collection[int | None],
) -> tuple[int | None, str]:
    """Lead office and, where something is unclear, the queue it waits in: then the desk leads (首接负责).

    On the border where more than one village is as near the place is unclear, unless all have the same lead office.
    What complains of the desk itself goes past its queues to the supervision office. An office that has ended leads
    nothing new.
    """
    named = registry.offices.get(matter.office_id or 0)
    if named is not None and named.id not in barred and (named.active or matter.life is not None):
        return named.id, ""
    located = matter.located
    if category is not None:
        shut = {office for office in barred if office is not None}
        possible = located.near if located.is_doubtful else (located.division_id,)
        leads = {registry.duties.route(category.code, registry.path(each), shut).lead for each in possible}
        if len(leads) == 1 and (lead := leads.pop()) is not None:
            return lead, ""
    is_placed = located.inside and not located.is_doubtful
    unclear = "category" if category is None else "duty" if is_placed else "place"
    if registry.desk_id in barred and registry.supervision_id is not None:
        return registry.supervision_id, ""
    return None if registry.desk_id in barred else registry.desk_id, unclear


def _near(lon: float | None, lat: float | None) -> int | None:
    return near_cell(lon, lat) if lon is not None and lat is not None else None


def _task(case: Row, life: Life) -> Row:
    kinds = {State.RECEIVED: Task.Kind.SCREEN, State.COORDINATING: Task.Kind.COORDINATE}
    screening = life.state is State.RECEIVED
    return {
        "kind": kinds.get(life.state, Task.Kind.HANDLE).value,
        "office_id": case["office_id"],
        "assignee_id": None,
        "created_at": case["received_at"],
        "due_at": case["accept_due_at"] if screening else case["due_at"],
        "done_at": None,
        "outcome": "",
        "accept_budget": case["accept_budget"],
        "finish_budget": case["finish_budget"],
        "accept_due_at": case["accept_due_at"],
        "yellow_at": case["yellow_at"],
        "red_at": case["red_at"],
        "provisional": case["provisional"],
    }


def _involvement(office_id: int, role: PartRole, received_at: datetime) -> Row:
    return {
        "office_id": office_id,
        "role": role.value,
        "received_at": received_at,
        "since": received_at,
        "until": None,
    }


def _deadlines(case: Row, life: Life, actor: str) -> list[Row]:
    def line(kind: str, at: object) -> Row:
        budgets = kind == "start"
        return {
            "kind": kind,
            "at": at,
            "accept_budget": case["accept_budget"] if budgets else "",
            "finish_budget": case["finish_budget"] if budgets else "",
            "actor": actor,
        }

    lines = [line("start", case["clock_from"])]
    if life.accepted_at:
        lines.append(line("accept", life.accepted_at))
    for since, until in life.paused:
        lines += [line("pause", since), line("resume", until)]
    if life.paused_since:
        lines.append(line("pause", life.paused_since))
    if life.answered_at or life.closed_at:
        lines.append(line("stop", life.answered_at or life.closed_at))
    return lines


def draft_assist(draft: CaseDraft, office_id: int, *, finish_budget: str, recorded_by: str) -> AssistDraft:
    """The part of an office besides the lead, asked when the report came. It has the case's time to sign for it."""
    case = draft.case
    received_at, accept_budget = case["received_at"], case["accept_budget"]
    start = DeadlineRow("start", received_at, accept_budget, finish_budget, recorded_by)
    task = {
        "kind": Task.Kind.ASSIST.value,
        "office_id": office_id,
        "assignee_id": None,
        "created_at": received_at,
        "done_at": None,
        "outcome": "",
        **own_times(received_at, [start]),
    }
    return AssistDraft(
        office_id,
        task,
        _involvement(office_id, PartRole.ASSIST, received_at),
        {"kind": "start", "at": received_at, "accept_budget": accept_budget, "finish_budget": finish_budget}
        | {"actor": recorded_by},
    )
