"""催办: a case is asked after, by the county, its leaders or its town, or by the reporter once the promised date has
passed. Nothing about the case changes but that it was urged.
"""

from dataclasses import replace
from datetime import timedelta

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import CaseUrged, ReporterUrged, UrgedFacts
from liandong.contexts.cases.models import Case, Message
from liandong.contexts.cases.rows import CaseRow
from liandong.contexts.cases.rules import guards
from liandong.foundation.calendar import public as calendar
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, LiandongError

from .registry import Effect, Given, does, foresees

WORKING_HOURS_BETWEEN = 4


@guards(Action.URGE)
def _not_lately(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    if case.urged_at is None:
        return None
    table = calendar.work_calendar(orgs.county().zone)
    passed = table.working_time_between(case.urged_at, max(case.urged_at, time.now()))
    if passed.duration < timedelta(hours=WORKING_HOURS_BETWEEN):
        return Conflict("刚刚催办过，四个工作小时以后才能再催。")
    return None


@guards(Action.URGE_BY_REPORTER)
def _after_the_promise(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    if case.due_at is None or time.now() < case.due_at:
        return Conflict("还没有到承诺的答复时间。")
    if case.urge_count and was_urged_today(ledger.entries(("case", case.id))):
        return Conflict("今天已经催过了，请等一等。")
    return None


@does(Action.URGE)
def urge_case(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """催办 by coordinator, leader or dispatcher, with words for the office. Raises Conflict within four working hours
    of the last one.
    """
    with Change(actor, case_id, Action.URGE, version, text) as change:
        change.say(Message.Kind.NOTE)
        change.set(urged_at=change.now)
        _record(change, CaseUrged)
    return change.row


@foresees(Action.URGE, moves_dates=False)
def _urged(row: CaseRow, given: Given, actor: Actor) -> Effect:
    return replace(row, urge_count=row.urge_count + 1), None


def urge_as_reporter(*, actor: Actor, case_id: int) -> CaseRow:
    """催一催 by receipt. Raises Conflict before the promised date has passed, and the second time on one day."""
    with Change(actor, case_id, Action.URGE_BY_REPORTER) as change:
        _record(change, ReporterUrged)
    return change.row


def _record(change: Change, event: type[UrgedFacts]) -> None:
    change.set(urge_count=change.case.urge_count + 1)
    change.tell(event(lead_office=change.case.office_id, assignee=change.case.assignee_id))


def was_urged_today(entries: list[ledger.EntryRow]) -> bool:
    """Whether a reporter has urged on this day of the county."""
    today = orgs.today()
    return any(orgs.day_of(each.at) == today for each in entries if each.event == "ReporterUrged")
