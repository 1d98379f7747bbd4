"""A case with one task has the dates, lights and readers that it had when clocks were the case's alone. How they were
reckoned then stands here, plainly, over the lines of the deadline ledger.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain.light import light
from liandong.contexts.cases.models import DeadlineEntry
from liandong.contexts.cases.public import Action, CaseRow, State
from liandong.foundation.calendar import public as calendar
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import LiandongError, NotFound
from tests import county
from tests.contexts.cases.acting import reporter, take

pytestmark = pytest.mark.usefixtures("small_county")

POSTS = ("clerk", "coordinator", "desk", "sup", "law1", "hud1", "hud2", "pol1", "town_a", "town_b", "grid_a1", "leader")
DEEDS = {
    *(Action.SCREEN, Action.ACCEPT, Action.CLAIM, Action.ASSIGN, Action.UNDO_ASSIGN, Action.TAKE_UP, Action.RETURN),
    *(Action.REASSIGN, Action.UNDO_REASSIGN, Action.GIVE_CONSENT, Action.DECLINE_CONSENT, Action.ASK, Action.REPLY),
    *(Action.ASK_EXTENSION, Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION, Action.PARK, Action.UNPARK),
    *(Action.OVERRIDE, Action.UNDO_OVERRIDE, Action.ANSWER, Action.JUDGE_SOLVED, Action.JUDGE_UNSOLVED),
    *(Action.CLOSE, Action.REOPEN, Action.WITHDRAW),
}
"""What moves clocks, tasks or readers of one case."""
ACTORS = ("hud1", "law1", "jus1", "coordinator", "clerk", "leader", "town_a", "town_b")


class Line:
    """A line of the deadline ledger, whoever's it is."""

    def __init__(self, row: DeadlineEntry) -> None:
        self.kind, self.at = str(row.kind), row.at
        self.finish_budget = row.finish_budget


def counting(lines: Sequence[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        if line.kind == "undo":
            undone = [each for each in kept if each.kind in ("reassign", "override")]
            if undone:
                kept.remove(undone[-1])
        else:
            kept.append(line)
    return kept


def times_then(row: CaseRow, lines: Sequence[Line]) -> tuple[datetime | None, ...]:
    """(accept due, due, yellow, red) as a case's one clock gave them."""
    table, share = calendar.work_calendar(orgs.county().zone), orgs.county().yellow_percent / 100
    counted = counting(lines)
    pauses, since = [], None
    for line in (each for each in lines if each.at >= row.clock_from):
        if line.kind in ("pause", "park"):
            since = line.at
        elif line.kind == "resume" and since is not None:
            pauses.append((since, line.at))
            since = None
    passed = [each.at for each in counted if each.kind in ("reassign", "separate") and each.at >= row.clock_from]
    added = 0
    for line in counted:
        if line.kind == "override":
            added = 0
        elif line.kind == "extend" and line.at >= row.clock_from:
            added += calendar.Budget.parse(line.finish_budget).value
    accept, finish = (calendar.Budget.parse(text) for text in (row.accept_budget, row.finish_budget))
    finish = replace(finish, value=finish.value + added)
    accept_from = max(passed, default=row.clock_from)
    accept_due, due = (
        calendar.due(table, accept_from, accept).at,
        calendar.due(table, row.clock_from, finish, pauses).at,
    )
    accept_yellow = calendar.yellow(table, accept_from, accept, share=share).at
    yellow = calendar.yellow(table, row.clock_from, finish, pauses, share).at
    if row.state not in ("received", "dispatched", "handling", "coordinating"):
        return accept_due, due, None, None
    if row.accepted_at is not None:
        return accept_due, due, yellow, due
    return accept_due, due, min(accept_yellow, yellow), min(accept_due, due)


def read_then(row: CaseRow, actor: Actor, task_offices: set[int | None]) -> bool:
    """Whether a post could open a case; whose office ever had a task in it, could for ever."""
    if row.complained_office_id is not None and row.complained_office_id == actor.office_id:
        return False
    own = actor.office_id is not None and actor.office_id in {row.office_id, *task_offices}
    if own and actor.role in (Role.HANDLER, Role.DISPATCHER):
        return True
    if row.consent_office_id is not None and row.consent_office_id == actor.office_id and actor.role is Role.DISPATCHER:
        return True
    if row.assignee_id == actor.id:
        return True
    if row.is_private and actor.role not in (Role.CLERK, Role.COORDINATOR):
        return False
    registry = orgs.organisation()
    if actor.role in (Role.CLERK, Role.COORDINATOR, Role.LEADER):
        return True
    if actor.role is Role.DISPATCHER:
        return row.town_id in registry.versions(actor.division_id)
    return actor.role is Role.GRID_WORKER and row.cell_id in actor.cell_ids


def reads(actor: Actor, case_id: int) -> bool:
    try:
        cases.visible_case(actor=actor, case_id=case_id)
    except NotFound:
        return False
    return True


def deed(which: int, row: CaseRow) -> bool:
    """One of all that anybody may do to the case now; whether it was done."""
    actors = (reporter(row), *(county.post(each) for each in ACTORS))
    possible = sorted(
        {action: actor for actor in actors for action in cases.possible_actions(row, actor) if action in DEEDS}.items(),
        key=lambda each: list(Action).index(each[0]),
    )
    if not possible:
        return False
    action, actor = possible[which % len(possible)]
    office = {"office_id": county.office("LAW" if row.office_id != county.office("LAW") else "HUD")}
    try:
        take(action, actor, row.id, **(office if action is Action.REASSIGN else {}))
    except LiandongError:
        return False
    return True


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([county.POTHOLE, county.RUBBISH, county.WATER, county.NEIGHBOURS, county.MANHOLE]),
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 4000)), min_size=6, max_size=20),
)
def test_a_case_with_one_task_has_the_times_lights_and_readers_that_it_had(
    category_code: str, deeds: list[tuple[int, int]]
) -> None:
    with time.at(county.MONDAY):
        row = county.receive(category_code=category_code)
    now = county.MONDAY
    with time.at(now):
        stood = as_it_was(row, ())
    for which, minutes in deeds:
        now += timedelta(minutes=minutes)
        with time.at(now):
            if deed(which, row):
                row = cases.find(row.id)
                stood = as_it_was(row, stood)


def as_it_was(row: CaseRow, stood: tuple[datetime | None, ...]) -> tuple[datetime | None, ...]:
    lines = [Line(each) for each in DeadlineEntry.objects.filter(case_id=row.id).order_by("id")]
    accept_due, due, yellow, red = times_then(row, lines)
    if State(row.state) in cases.PROMISED:
        stood = accept_due, due
    assert (row.accept_due_at, row.due_at) == stood
    assert (row.yellow_at, row.red_at) == (yellow, red)
    assert row.light is light(time.now(), yellow, red)
    tasks = cases.tasks(row.id)
    for task in tasks:
        if task.done_at is not None:
            assert task.light.value == "none"
            continue
        due_at = row.accept_due_at if row.state == "received" else row.due_at
        assert (task.accept_due_at, task.due_at) == (row.accept_due_at, due_at)
        assert (task.yellow_at, task.red_at, task.light) == (yellow, red, row.light)
        assert (task.accept_budget, task.finish_budget) == (row.accept_budget, row.finish_budget)
    is_judged = row.closed_at is not None or (row.verdict_due_at is not None and row.verdict_due_at <= time.now())
    had = {task.office_id for task in tasks if not is_judged or task.done_at is None}
    for username in POSTS:
        actor = county.post(username)
        assert reads(actor, row.id) == read_then(row, actor, had), username
    return stood
