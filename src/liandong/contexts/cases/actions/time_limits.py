"""Time limits move for a reason: extension 延期, parking 挂账, the county's override 改定. Each is a line of the
deadline ledger. Due times are always recomputed from it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.concerns import decides_extension, may_ask_extension, may_park, may_undo
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import (
    CaseParked,
    ExtensionAsked,
    ExtensionGranted,
    OverrideUndone,
    TimeLimitOverridden,
)
from liandong.contexts.cases.domain.extension import extension_rule
from liandong.contexts.cases.domain.lifecycle import PARKING_GROUNDS
from liandong.contexts.cases.domain.undo import BeforeOverride
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Task
from liandong.contexts.cases.rows import CaseRow, line_now
from liandong.contexts.cases.rules import guards
from liandong.contexts.categories import public as categories
from liandong.foundation.calendar import public as calendar
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, InvalidInput, LiandongError, NotAllowed

from .registry import Effect, Given, does, foresees
from .undoing import keep_undoable, take_back

LONGEST_PARKING_DAYS = 366


@guards(Action.ASK_EXTENSION)
def _may_ask(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    if may_ask_extension(case):
        return None
    most = extension_rule(case.category_code).most
    return Conflict("延期要在到期前申请，这类事项最多 %(most)s 次，一次只能有一个申请。", most=most)


@does(Action.ASK_EXTENSION)
def ask_extension(*, actor: Actor, case_id: int, count: int, text: str, version: int | None = None) -> CaseRow:
    """申请延期 by `count` units of the finish budget, at most as many as it has or the law allows, with the reason
    (接诉即办条例 15).

    Raises Conflict once the date has come, after the last extension and while another request waits.
    """
    with Change(actor, case_id, Action.ASK_EXTENSION, version, text) as change:
        rule = extension_rule(change.case.category_code)
        base = calendar.Budget.parse(change.case.finish_budget)
        most = min(base.value, rule.longest or base.value)
        if not 1 <= count <= most:
            raise InvalidInput("延期的长度应在 1 到 %(most)s 之间。", field="count", most=most)
        change.say(Message.Kind.REASON)
        change.set(extension_asked=str(replace(base, value=count)))
        change.tell(ExtensionAsked(extension=change.case.extension_asked))
    return change.row


@does(Action.GRANT_EXTENSION)
def grant_extension(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """Approves the request; `text` is the reason as the reporter is told it. Raises NotAllowed for who asked, for who
    granted the one before, and where it is for somebody higher to decide.
    """
    with Change(actor, case_id, Action.GRANT_EXTENSION, version, text) as change:
        change.say(Message.Kind.REASON)
        change.set(extension_count=change.case.extension_count + 1)
        change.tell(ExtensionGranted(extension=change.case.extension_asked))
    return change.row


@does(Action.REFUSE_EXTENSION)
def refuse_extension(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """Turns the request down; the date stays."""
    with Change(actor, case_id, Action.REFUSE_EXTENSION, version, text) as change:
        change.say(Message.Kind.REASON)
        change.set(extension_asked="")
    return change.row


@guards(Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION)
def _may_decide(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    """Nobody decides on the own request, nor on a second one after granting the first."""
    if not case.extension_asked:
        return Conflict("没有待批的延期申请。")
    if not decides_extension(case, actor):
        return NotAllowed("第二次延期由更高一级审批。")
    past = ledger.entries(("case", case.id))
    asked = [entry.actor for entry in past if entry.event == "ExtensionAsked"]
    if asked and asked[-1] == actor.ref:
        return NotAllowed("延期由上一级审批，申请人不能自己批准。")
    granted = [entry.actor for entry in past if entry.event == "ExtensionGranted"]
    if case.extension_count and granted and granted[-1] == actor.ref:
        return NotAllowed("第二次延期不能由批准第一次的岗位批准。")
    return None


@guards(Action.PARK)
def _may_park(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if may_park(case) else Conflict("法定时限的事项不能挂账；按期办不完的，请申请延期。")


@does(Action.PARK)
def park_case(
    *,
    actor: Actor,
    case_id: int,
    ground: str,
    review_on: date,
    text: str,
    version: int | None = None,
    however_short: bool = False,
) -> CaseRow:
    """挂账: what cannot be done now waits until a day of review, within a year, on one of `PARKING_GROUNDS`; the clock
    stands still and the reporter is told `text`. Raises Conflict where the law sets the time limit.
    """
    with Change(actor, case_id, Action.PARK, version, text, however_short=however_short) as change:
        if ground not in PARKING_GROUNDS:
            raise InvalidInput("请选择挂账的原因。", field="ground")
        zone = orgs.county().tz
        today = orgs.day_of(change.now)
        if not today < review_on <= today + timedelta(days=LONGEST_PARKING_DAYS):
            raise InvalidInput("复核日应在明天到一年之内。", field="review_on")
        change.say(Message.Kind.REASON)
        change.set(review_at=datetime.combine(review_on, clock_time(), zone).astimezone(UTC))
        change.open_task(Task.Kind.HANDLE, office_id=change.case.office_id, assignee_id=change.case.assignee_id)
        change.tell(CaseParked(ground=ground, review_on=review_on.isoformat()))
    return change.row


@does(Action.UNPARK)
def unpark_case(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """The hindrance is gone: the office goes on, the clock too."""
    with Change(actor, case_id, Action.UNPARK, version, text) as change:
        change.say(Message.Kind.NOTE)
        change.set(review_at=None)
    return change.row


def review_parked(*, case_id: int) -> CaseRow:
    """On the day of review a parked case goes back to its office, which goes on or asks to park it again.

    Raises Conflict where the day hasn't come.
    """
    with Change(SYSTEM, case_id, Action.REVIEW) as change:
        if change.case.review_at is None or change.case.review_at > change.now:
            raise Conflict
        change.set(review_at=None)
    return change.row


@does(Action.OVERRIDE)
def override_time_limit(*, actor: Actor, case_id: int, budget: str, text: str, version: int | None = None) -> CaseRow:
    """改定时限 by the county: another finish budget, counted from where it counts now, with a reason that the reporter
    is told. `budget` in compact text, `10wd`. What was added before falls away.

    Raises InvalidInput where it would end later than the law's own limit.
    """
    with Change(actor, case_id, Action.OVERRIDE, version, text) as change:
        change.say(Message.Kind.REASON)
        wanted = calendar.Budget.parse(budget)
        check_statutory(change.case, wanted)
        was = {"finish_budget": change.case.finish_budget}
        keep_undoable(change, BeforeOverride(finish_budget=change.case.finish_budget))
        change.set(finish_budget=str(wanted))
        change.tell(TimeLimitOverridden(budget=change.case.finish_budget, was=was))
    return change.row


@foresees(Action.OVERRIDE)
def _overridden(row: CaseRow, given: Given, actor: Actor) -> Effect:
    wanted = calendar.Budget.parse(given["budget"])
    check_statutory(row, wanted)
    return replace(row, finish_budget=str(wanted)), line_now(DeadlineEntry.Kind.OVERRIDE)


@guards(Action.UNDO_OVERRIDE)
def _may_undo(case: Case | CaseRow, actor: Actor) -> LiandongError | None:
    return None if may_undo(case, Action.OVERRIDE) else Conflict("改定以后已有新的办理，不能撤销。")


@does(Action.UNDO_OVERRIDE)
def undo_override(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """撤销改定: the budget and what had been added to it count again; the reporter is told why. Raises Conflict once
    anything else has happened to the case.
    """
    with Change(actor, case_id, Action.UNDO_OVERRIDE, version, text) as change:
        change.say(Message.Kind.REASON)
        change.set(finish_budget=take_back(change, BeforeOverride).finish_budget)
        change.tell(OverrideUndone(budget=change.case.finish_budget))
    return change.row


def check_statutory(case: Case | CaseRow, wanted: calendar.Budget) -> None:
    """A limit set by law is never made longer. Raises InvalidInput."""
    category = categories.taxonomy().named(case.category_code)
    if category is None or not extension_rule(case.category_code).is_statutory:
        return
    table, start = calendar.work_calendar(orgs.county().zone), case.clock_from
    lawful = calendar.Budget.parse(category.finish_budget)
    if calendar.due(table, start, wanted).at > calendar.due(table, start, lawful).at:
        raise InvalidInput("法定时限只能缩短，不能改长。", field="budget")
