"""Who is told of what, on the page: by events and by lights that turn."""

from collections import Counter

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, State
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications import jobs, telling
from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications.models import Notification
from liandong.foundation.access.models import Staff
from liandong.foundation.events import public as events
from liandong.foundation.ledger.public import Stream
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from tests import county
from tests.contexts.cases.acting import case_in, reporter, take
from tests.contexts.notifications.outside import told

pytestmark = pytest.mark.usefixtures("small_county")
CONTACT = ContactInput(name="某人", phone="13900000000", email="someone@home.example")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def who_was_told() -> list[tuple[str, str]]:
    """(user name or "reporter", kind) of all there is."""
    names = dict(Staff.objects.values_list("id", "username"))
    rows = Notification.objects.values_list("staff_id", "kind")
    return sorted((names.get(staff_id, "reporter"), kind) for staff_id, kind in rows)


def only_new(*actions: tuple[Action, str], row: cases.CaseRow) -> list[tuple[str, str]]:
    """What is told of the last of these actions by these posts."""
    told()
    for action, username in actions:
        Notification.objects.all().delete()
        actor = reporter(row) if username == "reporter" else county.post(username)
        take(action, actor, row.id)
        told()
    return who_was_told()


def test_a_new_case_is_told_to_the_posts_of_its_office_and_to_nobody_else() -> None:
    county.receive()
    told()
    assert who_was_told() == [("hud1", "new_task"), ("hud2", "new_task")]


def test_the_case_of_a_town_is_told_to_its_dispatcher() -> None:
    county.receive(category_code=county.BURNING)
    told()
    assert who_was_told() == [("town_a", "new_task")]


def test_what_is_unclear_is_one_line_a_day_for_the_desk_with_how_many_wait() -> None:
    for _ in range(3):
        county.receive("门口有情况，请派人来看看", category_code="")
        told()
    rows = Notification.objects.values_list("kind", "count", "case")
    assert Counter(rows) == {("unclear", 3, None): 2}
    assert who_was_told() == [("clerk", "unclear"), ("coordinator", "unclear")]


def test_the_line_of_the_desk_is_unread_again_when_more_came() -> None:
    county.receive(category_code="", text="门口有情况，请派人来看看")
    told()
    clerk = county.post("clerk")
    notifications.mark_read(actor=clerk)
    county.receive(category_code="", text="门口有情况，请派人来看看")
    told()
    assert notifications.count_unread(clerk) == 1


def test_what_sounds_like_danger_and_stays_unclear_rings_desk_and_town_at_once() -> None:
    text = "有几个人拿着刀在路口打架，快来"
    row = county.receive(text, category_code="")
    assert (row.queue, row.severity, row.accept_budget) == ("category", 1, "5m")
    told()
    assert ("clerk", "urgent_unclear") in who_was_told()
    assert ("coordinator", "urgent_unclear") in who_was_told()
    assert ("town_a", "urgent_unclear") in who_was_told()
    assert ("town_b", "urgent_unclear") not in who_was_told()
    assert set(Notification.objects.filter(kind="urgent_unclear").values_list("urgent", flat=True)) == {True}


def test_the_same_words_ring_desk_and_town_also_where_a_calm_category_was_chosen() -> None:
    county.receive("有几个人拿着刀在路口打架，快来", category_code=county.POTHOLE)
    told()
    rung = [("clerk", "urgent_unclear"), ("coordinator", "urgent_unclear"), ("town_a", "urgent_unclear")]
    assert sorted(who_was_told()) == sorted([*rung, ("hud1", "new_task"), ("hud2", "new_task")])


def test_a_danger_that_may_be_nobody_elses_business_rings_the_desk_and_not_the_town() -> None:
    row = county.receive("我老公又打我了，快救我", category_code="")
    assert (row.queue, row.severity, row.is_private) == ("category", 1, True)
    told()
    assert {("clerk", "urgent_unclear"), ("coordinator", "urgent_unclear")} <= set(who_was_told())
    assert ("town_a", "urgent_unclear") not in who_was_told()


def test_calm_words_ring_nobody_but_the_town_where_a_matter_is_of_the_highest_severity() -> None:
    county.receive(category_code=county.MANHOLE)
    told()
    assert who_was_told() == [("hud1", "new_task"), ("hud2", "new_task"), ("town_a", "emergency_in_town")]


def test_what_somebody_took_before_the_worker_came_is_no_new_task() -> None:
    row = county.receive()
    cases.claim_task(actor=county.post("hud1"), case_id=row.id)
    told()
    assert who_was_told() == []


def test_who_is_given_a_task_is_told_and_who_gives_it_is_not() -> None:
    row = county.receive(office_code="HUD")
    assert only_new((Action.ASSIGN, "hud1"), row=row) == [("grid_a1", "assigned")]


def test_the_office_that_a_case_goes_to_is_told() -> None:
    row = county.receive()
    assert only_new((Action.REASSIGN, "coordinator"), row=row) == [("law1", "new_task"), ("law2", "new_task")]


def test_a_returned_case_is_the_desks_to_sort() -> None:
    row = county.receive()
    assert only_new((Action.RETURN, "hud1"), row=row) == [("clerk", "unclear"), ("coordinator", "unclear")]


def test_the_reporter_who_left_a_contact_is_told_of_the_question_and_the_handler_of_the_reply() -> None:
    row = county.receive(contact=CONTACT)
    assert only_new((Action.ACCEPT, "hud1"), (Action.ASK, "hud1"), row=row) == [("reporter", "question")]
    assert only_new((Action.REPLY, "clerk"), row=row) == [("hud1", "replied")]


def test_who_left_no_contact_is_told_nothing() -> None:
    row = county.receive()
    assert only_new((Action.ACCEPT, "hud1"), (Action.ANSWER, "hud1"), row=row) == []


def test_the_verdict_is_told_to_who_answered_and_after_the_second_unsolved_to_the_coordinators() -> None:
    row = county.receive(contact=CONTACT)
    answered = (Action.ACCEPT, "hud1"), (Action.ANSWER, "hud1")
    assert only_new(*answered, row=row) == [("reporter", "answered")]
    assert only_new((Action.JUDGE_UNSOLVED, "clerk"), row=row) == [("hud1", "unsolved")]
    again = (Action.ANSWER, "hud1"), (Action.JUDGE_UNSOLVED, "clerk")
    assert only_new(*again, row=row) == [("coordinator", "unsolved")]


def test_an_extension_is_told_to_who_decides_and_granted_to_both_who_wait() -> None:
    row = county.receive(contact=CONTACT)
    asked = (Action.ACCEPT, "hud1"), (Action.ASK_EXTENSION, "hud1")
    assert only_new(*asked, row=row) == [("coordinator", "extension_asked")]
    granted = [("hud1", "extension_granted"), ("reporter", "new_date")]
    assert only_new((Action.GRANT_EXTENSION, "coordinator"), row=row) == granted
    assert only_new((Action.ASK_EXTENSION, "hud1"), row=row) == [("leader", "extension_asked")]


def test_what_a_caller_adds_is_told_to_the_handler_and_a_note_of_the_staff_to_nobody() -> None:
    row = cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)
    assert only_new((Action.NOTE, "clerk"), row=row) == []
    cases.take_supplement(actor=county.post("clerk"), case_id=row.id, text="坑更深了")
    told()
    assert who_was_told() == [("hud1", "replied")]


@pytest.mark.parametrize(
    ("action", "kind"), [(Action.PARK, "parked"), (Action.CLOSE, "closed"), (Action.REFER_OUT, "referred")]
)
def test_what_the_county_decides_is_told_to_the_reporter(action: Action, kind: str) -> None:
    row = county.receive(contact=CONTACT)
    assert only_new((Action.ACCEPT, "hud1"), (action, "coordinator"), row=row) == [("reporter", kind)]


def test_an_urged_case_is_told_to_its_handler() -> None:
    row = county.receive()
    take(Action.ACCEPT, county.post("hud2"), row.id)
    payload = {"office": row.office_id, "assignee": county.post("hud2").id, "actor": county.post("coordinator").ref}
    telling.tell([events.EventRow(1, "CaseUrged", Stream("case", row.id), payload, time.now())])
    assert who_was_told() == [("hud2", "urged")]


@pytest.mark.parametrize(("complained", "others"), [("hud1", ["hud2"]), ("HUD", [])])
def test_a_post_that_is_complained_of_is_told_nothing_of_it(complained: str, others: list[str]) -> None:
    row = county.receive("经办人态度很差")
    of_post = {"complained_staff_id": county.post(complained).id} if others else {}
    of_office = {} if others else {"complained_office_id": county.office(complained)}
    Case.objects.filter(pk=row.id).update(**of_post, **of_office)
    told()
    assert who_was_told() == [(name, "new_task") for name in others]


def test_who_does_something_is_not_told_of_it_himself() -> None:
    row = case_in(State.HANDLING)
    told()
    Notification.objects.all().delete()
    handler = county.post("hud1")
    for assignee in ("hud1", "hud2"):
        payload = {"assignee": county.post(assignee).id, "actor": handler.ref}
        telling.tell([events.EventRow(1, "TaskAssigned", Stream("case", row.id), payload, time.now())])
    assert {name for name, _ in who_was_told()} == {"hud2"}


def test_the_same_events_again_tell_nobody_twice() -> None:
    row = county.receive(contact=CONTACT)
    batch = [events.EventRow(7, "CaseReceived", Stream("case", row.id), {}, time.now())]
    telling.tell(batch)
    telling.tell(batch)
    assert who_was_told() == [("hud1", "new_task"), ("hud2", "new_task")]


def test_five_hundred_cases_are_told_with_a_handful_of_statements(django_assert_max_num_queries) -> None:
    rows = county.receive_all([county.report() for _ in range(500)])
    batch = [events.EventRow(n, "CaseReceived", Stream("case", row.id), {}, time.now()) for n, row in enumerate(rows)]
    with django_assert_max_num_queries(6):
        jobs.tell(batch)
    assert Notification.objects.count() == 1000


def looked(*moments: tuple[int, ...]) -> None:
    """The timer runs at these days, hours and minutes of May."""
    for moment in moments:
        with time.at(county.local(*moment)):
            jobs.tell_turned_lights()


def lights() -> list[tuple[str, str]]:
    return [each for each in who_was_told() if each[1] in ("yellow", "red", "overdue")]


@pytest.fixture
def handled() -> cases.CaseRow:
    """A pothole of Monday morning that hud1 works on: yellow on Thursday at 12:06, red at 17:30."""
    row = county.receive()
    take(Action.ACCEPT, county.post("hud1"), row.id)
    Notification.objects.all().delete()
    return cases.find(row.id)


def test_a_light_that_turns_yellow_is_told_once_to_who_has_the_case(handled: cases.CaseRow) -> None:
    looked((12, 9), (14, 13), (14, 14), (14, 16))
    assert lights() == [("hud1", "yellow")]


def test_a_light_that_turns_red_is_told_to_the_office_and_counted_for_the_coordinator(handled: cases.CaseRow) -> None:
    looked((14, 17), (14, 18), (14, 18))
    assert lights() == [("coordinator", "overdue"), ("hud1", "red"), ("hud2", "red")]


def test_however_often_the_timer_looks_each_turn_is_told_once_and_one_line_counts_them(handled: cases.CaseRow) -> None:
    looked(*((14, 12, minute) for minute in range(0, 20, 5)), *((14, 17, minute) for minute in range(20, 50, 5)))
    assert lights() == [("coordinator", "overdue"), ("hud1", "red"), ("hud1", "yellow"), ("hud2", "red")]


def test_nothing_is_lost_when_the_worker_stood_still_over_both_turns(handled: cases.CaseRow) -> None:
    looked((12, 9), (20, 9))
    assert [each for each in lights() if each[1] != "overdue"] == [("hud1", "red"), ("hud2", "red")]


def test_what_turned_long_before_the_first_look_is_told_to_nobody(handled: cases.CaseRow) -> None:
    looked((20, 9), (20, 10))
    assert lights() == []


def test_the_line_of_the_coordinator_stays_read_until_another_case_turns_red(handled: cases.CaseRow) -> None:
    looked((14, 17), (14, 18))
    coordinator = county.post("coordinator")
    assert notifications.count_unread(coordinator) == 1
    with time.at(county.local(14, 18)):
        notifications.mark_read(actor=coordinator)
    looked((14, 18), (14, 19))
    assert notifications.count_unread(coordinator) == 0


def test_a_case_whose_clock_stands_still_turns_no_light(handled: cases.CaseRow) -> None:
    take(Action.ASK, county.post("hud1"), handled.id)
    looked((12, 9), (15, 11))
    assert lights() == []


def test_every_kind_is_told_by_an_event_a_light_or_a_count() -> None:
    for kind in rooms.kinds().values():
        assert bool(kind.events) != bool(kind.light), kind.name
        assert bool(kind.audiences) == (kind.group is not None), kind.name
        assert bool(kind.count) == bool(kind.address), kind.name


def joined() -> tuple[cases.CaseRow, cases.CaseRow]:
    """(the case that carries the matter, the one joined to it), both of reporters who left a contact; all told."""
    carrier, row = county.receive(contact=CONTACT), county.receive("又是那个坑", contact=CONTACT)
    cases.join_case(actor=county.post("clerk"), case_id=row.id, to=carrier.id)
    told()
    return carrier, row


def test_a_joined_report_is_told_to_its_reporter_and_to_who_has_the_matter() -> None:
    joined()
    assert [each for each in who_was_told() if each[1] in ("joined", "report_added")] == [
        ("hud1", "report_added"),
        ("hud2", "report_added"),
        ("reporter", "joined"),
    ]


def test_the_answer_is_told_to_every_reporter_of_the_matter_and_a_question_to_one() -> None:
    carrier, row = joined()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=carrier.id)
    cases.ask_reporter(actor=hud, case_id=carrier.id, text="在哪一侧？")
    cases.record_reply(actor=reporter(carrier), case_id=carrier.id, text="东侧")
    cases.answer_case(actor=hud, case_id=carrier.id, text="已填平")
    told()
    rows = Notification.objects.filter(report__isnull=False).values_list("kind", "case_id")
    assert sorted(rows) == sorted(
        [("joined", row.id), ("question", carrier.id), ("answered", carrier.id), ("answered", row.id)]
    )


def test_that_a_report_is_handled_on_its_own_again_is_told_to_its_reporter() -> None:
    _, row = joined()
    Notification.objects.all().delete()
    cases.separate_case(actor=county.post("clerk"), case_id=row.id, text="不是同一处")
    told()
    assert ("reporter", "separated") in who_was_told()


def asked_of_a_town() -> cases.CaseRow:
    row = county.receive()
    town = county.office("TWN-B")
    return cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=town, text="在村道上")


def test_who_asked_a_town_is_told_that_it_consents() -> None:
    row = asked_of_a_town()
    cases.give_consent(actor=county.post("town_b"), case_id=row.id)
    told()
    assert ("coordinator", "consent_given") in who_was_told()


def test_a_town_that_is_asked_and_who_asked_it_are_told() -> None:
    row = asked_of_a_town()
    told()
    assert ("town_b", "consent_asked") in who_was_told()
    cases.decline_consent(actor=county.post("town_b"), case_id=row.id, text="县道，不是村道")
    told()
    assert ("coordinator", "consent_declined") in who_was_told()


def test_a_town_that_is_asked_while_the_county_coordinates_is_told_and_so_is_who_asked() -> None:
    row = case_in(State.COORDINATING)
    told()
    town = county.office("TWN-B")
    cases.reassign_case(actor=county.post("coordinator"), case_id=row.id, office_id=town, text="在村道上")
    told()
    assert ("town_b", "consent_asked") in who_was_told()
    Notification.objects.all().delete()
    cases.decline_consent(actor=county.post("town_b"), case_id=row.id, text="县道，不是村道")
    told()
    assert who_was_told() == [("coordinator", "consent_declined")]


def test_what_concerns_an_absent_post_is_told_to_its_deputy_too() -> None:
    row = county.receive()
    cases.assign_task(actor=county.post("hud1"), case_id=row.id, staff_id=county.post("hud1").id)
    county.away("hud1", deputy="hud2")
    told()
    Notification.objects.all().delete()
    cases.urge_case(actor=county.post("coordinator"), case_id=row.id, text="请抓紧")
    told()
    assert who_was_told() == [("hud1", "urged"), ("hud2", "urged")]
