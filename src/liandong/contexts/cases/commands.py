"""The actions on a case. A command is one transaction on the locked row; the lifecycle table says who and when."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Q, Value

from liandong.foundation.calendar import public as calendar
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.foundation.registers import public as registers
from liandong.kernel import geo, time, written
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, InvalidInput

from .change import Change, lock_case, verdict_due
from .clocks import reply_due
from .domain.learned import Lesson
from .domain.lifecycle import EMERGENCY_NUMBERS, UNHAPPY, Action, State, after_unsolved
from .domain.taxonomy import CategoryRow
from .lead import check_assignable, check_there, desk_of, lead_of, leaf, needs_consent
from .models import Case, Category, DeadlineEntry, LearnedModel, Message, Publication, Task
from .near import near_cell
from .queries import (
    CaseRow,
    check_independent,
    check_satisfied,
    deadline_entries,
    is_emergency,
    may_publish,
    taxonomy,
)


def screen_case(
    *,
    actor: Actor,
    case_id: int,
    category_code: str,
    office_id: int | None = None,
    lon: float | None = None,
    lat: float | None = None,
    version: int | None = None,
    text: str = "",
) -> CaseRow:
    """Takes a case out of the unclear queue: category, perhaps place, and lead office (by the duty list where None).

    Raises InvalidInput for an unknown category, an impossible point, where the duty list names nobody and no office is
    given, and where a county office's duty is given to a town that hasn't been asked.
    """
    with Change(actor, case_id, Action.SCREEN, version, text) as change:
        category = leaf(category_code)
        if lon is not None or lat is not None:
            _place(change, lon, lat)
        if office_id is not None and needs_consent(change.case, category.code, office_id, actor):
            raise InvalidInput("这是县级部门的职责，须先征得乡镇同意：请先派给职责部门，再改派。", field="office_id")
        lead = lead_of(change.case, category, office_id)
        _categorise(change, category)
        change.say(Message.Kind.NOTE, public=False)
        change.set(office_id=lead, queue="", assignee_id=None, is_designated=change.case.return_count > 0)
        change.open_task(Task.Kind.HANDLE, office_id=lead)
        change.facts |= {"category": category.code, "office": lead}
    return change.row


def accept_case(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """签收: the lead office takes the case on; the accept clock stops, the post that signs becomes the assignee. What
    was given to an absent post stays that post's when its deputy signs.
    """
    with Change(actor, case_id, Action.ACCEPT, version) as change:
        _accept(change)
        assignee_id = change.case.assignee_id
        change.take_task(assignee_id if assignee_id in actor.stands_in_for else actor.id)
    return change.row


def claim_task(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """认领: the post takes the task itself. Raises Conflict through `version` when somebody else was quicker."""
    with Change(actor, case_id, Action.CLAIM, version) as change:
        _accept(change)
        change.take_task(actor.id)
        change.facts["assignee"] = actor.id
    return change.row


def assign_task(
    *, actor: Actor, case_id: int, staff_id: int, despite_absence: bool = False, version: int | None = None
) -> CaseRow:
    """指派 to a post of the lead office or to a grid worker of the town. Raises InvalidInput for any other post, and
    PostIsAway for one that is out, unless `despite_absence`: its deputy then sees the case.
    """
    with Change(actor, case_id, Action.ASSIGN, version) as change:
        case = change.case
        check_assignable(case, staff_id)
        check_there(staff_id, despite_absence)
        change.facts["was"] = {
            "assignee": case.assignee_id,
            "accepted_at": case.accepted_at.isoformat() if case.accepted_at else None,
        }
        change.set(undo_version=case.version + 1, undo_what="assign")
        _accept(change)
        change.take_task(staff_id)
        change.facts["assignee"] = staff_id
    return change.row


def add_note(*, actor: Actor, case_id: int, text: str) -> CaseRow:
    """备注: seen by staff only."""
    with Change(actor, case_id, Action.NOTE, text=text) as change:
        change.say(Message.Kind.NOTE, public=False, required=True)
    return change.row


def take_supplement(*, actor: Actor, case_id: int, text: str, led_by: str = "") -> CaseRow:
    """The desk takes down words that the reporter adds unasked. They are the reporter's, as a reply is, and are erased
    as one. `led_by`: how they came, in our words.
    """
    with Change(actor, case_id, Action.NOTE, text=text) as change:
        change.say(Message.Kind.REPLY, public=True, required=True, led_by=led_by)
        change.facts["by_reporter"] = True
    return change.row


def ask_reporter(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, however_short: bool = False
) -> CaseRow:
    """Asks the reporter; the office's clock stands still until the reply, at most for the county's reply days."""
    with Change(actor, case_id, Action.ASK, version, text, however_short=however_short) as change:
        change.say(Message.Kind.QUESTION, public=True, required=True)
        change.set(question_lapsed_at=None)
    return change.row


def record_reply(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """The reporter's reply, by receipt or taken down by a clerk; the clock goes on. One that comes after the question
    lapsed is added to the case.
    """
    with transaction.atomic():
        action = Action.SUPPLEMENT if lock_case(case_id).question_lapsed_at else Action.REPLY
        with Change(actor, case_id, action, version, text) as change:
            change.say(Message.Kind.REPLY, public=True, required=True)
            change.set(question_lapsed_at=None)
    return change.row


def lapse_question(*, case_id: int) -> CaseRow:
    """Gives a case back to its handler whose reporter let the reply days pass; the status page says so.

    Raises Conflict where they aren't over, perhaps because there is a newer question by now.
    """
    with Change(SYSTEM, case_id, Action.LAPSE_QUESTION) as change:
        if reply_due(change.case, deadline_entries(case_id)) > change.now:
            raise Conflict
        change.set(question_lapsed_at=change.now)
    return change.row


def answer_case(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, however_short: bool = False
) -> CaseRow:
    """答复: the public answer. The clock stops; the reporter has the county's verdict days to judge it, and so have
    those whose cases are joined to it.
    """
    with Change(actor, case_id, Action.ANSWER, version, text, however_short=however_short) as change:
        change.say(Message.Kind.ANSWER, public=True, required=True)
        change.set(answered_at=change.now, verdict_due_at=verdict_due(change.now), solved=None, satisfied=None)
        change.set(question_lapsed_at=None)
        change.end_tasks("answered")
        if change.case.report_count > 1:
            Case.objects.filter(joined_to=change.case).update(solved=None, satisfied=None)
    return change.row


def record_verdict(
    *,
    actor: Actor,
    case_id: int,
    solved: bool,
    satisfied: int | None = None,
    text: str = "",
    version: int | None = None,
    joined: int | None = None,
) -> CaseRow:
    """The reporter's verdict, by receipt or taken by a clerk, never by a post of the office that leads the case or
    answered it. `satisfied`: 1 (very dissatisfied) to 5 (very satisfied). Solved closes; not solved goes back once,
    then to the coordinator. `joined`: the joined case whose reporter judges.
    """
    check_satisfied(satisfied)
    action = Action.JUDGE_SOLVED if solved else Action.JUDGE_UNSOLVED
    with Change(actor, case_id, action, version, text) as change:
        check_independent(actor, change.case)
        change.say(Message.Kind.VERDICT, public=True)
        change.set(solved=solved, satisfied=satisfied, verdict_due_at=None)
        change.facts |= {"solved": solved, "satisfied": satisfied, **({"joined": joined} if joined else {})}
        if not solved:
            _rework(change)
        is_unhappy = change.to is State.COORDINATING or (satisfied is not None and satisfied <= UNHAPPY)
        change.set(unhappy_at=change.now if is_unhappy else None)
    return change.row


def lapse_verdict(*, case_id: int) -> CaseRow:
    """Closes an answered case whose reporter let the verdict time pass; the status page says so.

    Raises Conflict where that time isn't over, perhaps because there is a newer answer by now.
    """
    with Change(SYSTEM, case_id, Action.LAPSE) as change:
        if change.case.verdict_due_at is None or change.case.verdict_due_at > change.now:
            raise Conflict
        change.set(verdict_due_at=None)
    return change.row


def close_case(
    *, actor: Actor, case_id: int, text: str, version: int | None = None, however_short: bool = False
) -> CaseRow:
    """办结 by the coordinator, with the lawful ground, which the reporter can read."""
    with Change(actor, case_id, Action.CLOSE, version, text, however_short=however_short) as change:
        change.say(Message.Kind.REASON, public=True, required=True)
        change.set(verdict_due_at=None)
    return change.row


def reopen_case(*, actor: Actor, case_id: int, text: str, version: int | None = None) -> CaseRow:
    """An ended case goes back to its office and post with new clocks: to be signed for where nobody had, and to the
    queue where nobody had said what it is.
    """
    with Change(actor, case_id, Action.REOPEN, version, text) as change:
        case = change.case
        change.say(Message.Kind.REASON, public=True, required=True)
        change.set(closed_at=None, solved=None, satisfied=None, answered_at=None, rework_count=case.rework_count + 1)
        change.set(question_lapsed_at=None)
        kind = Task.Kind.HANDLE
        if not case.category_code and case.office_id in (None, orgs.organisation().desk_id):
            change.to, kind = State.RECEIVED, Task.Kind.SCREEN
            change.set(queue="category", assignee_id=None)
        elif case.accepted_at is None:
            change.to = State.DISPATCHED
        change.open_task(kind, office_id=case.office_id, assignee_id=case.assignee_id)
    return change.row


def withdraw_case(*, actor: Actor, case_id: int, text: str = "", version: int | None = None) -> CaseRow:
    """撤回 by the reporter, or by a clerk at the reporter's word. Raises Conflict where others report it too."""
    with Change(actor, case_id, Action.WITHDRAW, version, text) as change:
        if change.case.report_count > 1:
            raise Conflict("还有别人上报了同一件事，不能撤回，事件继续办理。")
        change.say(Message.Kind.REASON, public=True)
    return change.row


def refer_out(
    *, actor: Actor, case_id: int, to: str, text: str, version: int | None = None, however_short: bool = False
) -> CaseRow:
    """移送 to who is competent by law (110/119/120/122, court, arbitration, petition review): the case is then only
    the record of the hand-over.
    """
    to = written.cleaned(to)
    if not written.has_words(to):
        raise InvalidInput("请填写移送到哪里。", field="to")
    written.check(to, kind="to", field="to")
    with Change(actor, case_id, Action.REFER_OUT, version, text, however_short=however_short) as change:
        change.say(Message.Kind.REASON, public=True, required=True, led_by=f"{to}：")
        change.facts["referred"] = True
    return change.row


def hand_over_emergency(*, actor: Actor, case_id: int, number: str, text: str, version: int | None = None) -> CaseRow:
    """已转: who was told of the danger by telephone, and what was said. The case goes on as it was.

    Raises Conflict where the category isn't one of dangers, InvalidInput for any other number.
    """
    with Change(actor, case_id, Action.HAND_OVER_EMERGENCY, version, text) as change:
        if number not in EMERGENCY_NUMBERS:
            raise InvalidInput("请选择转给哪个号码。", field="number")
        if not is_emergency(change.case):
            raise Conflict("这类事项没有紧急电话移交。")
        change.say(Message.Kind.NOTE, public=False, required=True)
        change.facts["number"] = number
    return change.row


def erase_words(*, actor: Actor, case_id: int) -> None:
    """Removes the reporter's words from the case itself (title, search, whatever they wrote); all else stays."""
    with transaction.atomic():
        case = lock_case(case_id)
        category = taxonomy().named(case.category_code)
        address = case.address if places.resolve(case.address) else ""
        Publication.objects.filter(case=case).delete()
        Case.objects.filter(pk=case_id).update(
            title=category.zh if category else "（上报内容已删除）",
            address=address,
            public_address=places.to_the_street(address),
            is_published=False,
            tokens=Value("", output_field=SearchVectorField()),
            salt=ledger.new_row_salt(),
            version=case.version + 1,
            changed_at=time.now(),
        )
        words = Q(kind__in=[Message.Kind.REPLY, Message.Kind.VERDICT]) | Q(actor__startswith="reporter:")
        Message.objects.filter(words, case=case).update(text="", salt=None)
        ledger.append(actor=actor, stream=("case", case_id), action="CaseWordsErased", payload={})
        events.publish(type="CaseWordsErased", stream=("case", case_id), payload={})


def import_taxonomy(*, actor: Actor, rows: Iterable[CategoryRow], retire_missing: bool = False) -> dict[str, int]:
    """Loads categories: a changed one becomes a new version, an unchanged one stays, a missing one is retired only on
    request. Local additions (90–99 in any position) are never retired. Raises InvalidInput for a bad budget.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0, "retired": 0}
    with transaction.atomic():
        current = dict(taxonomy().by_code)
        wanted = list(rows)
        for row in wanted:
            for budget in filter(None, (row.accept_budget, row.finish_budget)):
                calendar.Budget.parse(budget)
        for row in wanted:
            old = current.get(row.code)
            if old and _unversioned(old) == _unversioned(row):
                counts["unchanged"] += 1
                continue
            counts["changed" if old else "added"] += 1
            last = taxonomy().named(row.code)
            _write_category(row, (last.version if last else 0) + 1)
        if retire_missing:
            gone = {code for code in current if not _is_local(code)} - {row.code for row in wanted}
            counts["retired"] = Category.objects.filter(code__in=gone, current=True).update(current=False)
        registers.record_import(actor=actor, register="taxonomy", payload=dict(counts))
    return counts


def keep_lesson(*, actor: Actor, lesson: Lesson | None) -> None:
    """Proposals are made by this training from now on; by the start model where it is better, and for None: there was
    too little to learn from. Earlier weights are removed, their figures stay.
    """
    learned = lesson.learned if lesson else None
    figures = {**asdict(lesson.figures), "is_kept": learned is not None} if lesson else {}
    weights = learned.to_bytes() if learned else b""
    with transaction.atomic():
        LearnedModel.objects.exclude(weights=None).update(weights=None)
        row = LearnedModel.objects.create(learned_at=time.now(), figures=figures, weights=weights or None)
        told = {"training": row.pk, "cases": figures.get("cases", 0), "sha256": hashlib.sha256(weights).hexdigest()}
        registers.record_import(actor=actor, register="learned", payload=told)


def _write_category(row: CategoryRow, version: int) -> None:
    Category.objects.filter(code=row.code, current=True).update(current=False)
    Category.objects.create(
        code=row.code,
        version=version,
        parent_code=row.parent_code,
        zh=row.zh,
        en=row.en,
        leaf=row.leaf,
        owner=row.owner,
        co_owners=list(row.co_owners),
        severity=row.severity,
        accept_budget=row.accept_budget,
        finish_budget=row.finish_budget,
        flags=sorted(row.flags),
        keywords_zh=list(row.keywords_zh),
        keywords_en=list(row.keywords_en),
        valid_from=time.now(),
    )


def _unversioned(row: CategoryRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in CategoryRow.__slots__ if name != "version")


def _is_local(code: str) -> bool:
    return any(code[i : i + 2] >= "90" for i in range(0, len(code), 2))


def _accept(change: Change) -> None:
    if change.case.accepted_at is None:
        change.set(accepted_at=change.now)
        change.deadline(DeadlineEntry.Kind.ACCEPT)


def _categorise(change: Change, category: CategoryRow) -> None:
    change.set(
        category_code=category.code,
        category_version=category.version,
        severity=category.severity,
        accept_budget=category.accept_budget,
        finish_budget=category.finish_budget,
        is_private=category.is_private,
        is_confidential="reporter_confidential" in category.flags,
    )
    change.deadline(DeadlineEntry.Kind.START, at=change.case.clock_from)
    if change.case.is_published and not may_publish(change.case):
        Publication.objects.filter(case=change.case).delete()
        change.set(is_published=False)
    if change.case.report_count > 1:
        _keep_joined_as_close(change.case)


def _keep_joined_as_close(case: Case) -> None:
    """Cases joined to a private one don't tell its words either."""
    kept = {name: True for name in ("is_private", "is_confidential") if getattr(case, name)}
    if kept:
        Publication.objects.filter(case__joined_to=case).delete()
        Case.objects.filter(joined_to=case).update(is_published=False, **kept)


def _place(change: Change, lon: float | None, lat: float | None) -> None:
    if lon is None or lat is None:
        raise InvalidInput("经度和纬度须同时填写。", field="lon" if lon is None else "lat")
    lon, lat = geo.check_coordinates(lon, lat)
    located = places.index().locate(lon, lat)
    if places.index().knows_outlines and not located.inside:
        raise InvalidInput("这个位置不在本县范围内。", field="lon")
    change.set(
        lon=lon,
        lat=lat,
        source_crs="wgs84",
        near=near_cell(lon, lat),
        division_id=located.division_id,
        cell_id=located.cell_id,
        village_id=located.village_id,
        town_id=located.town_id,
    )


def _rework(change: Change) -> None:
    case = change.case
    change.to = after_unsolved(case.rework_count)
    change.set(rework_count=case.rework_count + 1, answered_at=None)
    if change.to is State.COORDINATING:
        change.set(assignee_id=None)
        change.open_task(Task.Kind.COORDINATE, office_id=desk_of(case) or case.office_id)
    else:
        change.open_task(Task.Kind.HANDLE, office_id=case.office_id, assignee_id=case.assignee_id)
