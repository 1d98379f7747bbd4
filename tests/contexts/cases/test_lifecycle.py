"""What can be done to a case: the whole table, line by line, through the commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain.events import CaseFacts, facts_of
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, State
from liandong.foundation.events.models import Event
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, VeryShort
from tests import county
from tests.contexts.cases.acting import actor, case_in, case_of
from tests.contexts.cases.kit import KITS, ROLES, ActionKit

pytestmark = pytest.mark.usefixtures("small_county")

HANDS = "coordinator handler dispatcher grid_worker"
TABLE = f"""
screen         | received                                              | dispatched | CaseScreened    | clerk coordinator dispatcher   | start
accept         | dispatched                                            | handling   | CaseAccepted    | {HANDS}                        | accept
claim          | dispatched handling                                   | handling   | TaskClaimed     | {HANDS}                        | -
assign         | dispatched handling                                   | handling   | TaskAssigned    | {HANDS}                        | -
reassign       | received dispatched handling coordinating             | dispatched | CaseReassigned  | coordinator dispatcher         | reassign
note           | received dispatched handling asked answered coordinating parked | same    | NoteAdded       | clerk {HANDS}                  | -
progress       | dispatched handling asked coordinating parked          | same       | ProgressTold    | {HANDS}                        | -
ask            | handling                                              | asked      | ReporterAsked   | {HANDS}                        | pause
reply          | asked                                                 | handling   | ReporterReplied | reporter clerk coordinator     | resume
supplement     | received dispatched handling answered coordinating parked joined | same | ReporterSupplemented | reporter clerk coordinator | -
take_supplement | received dispatched handling asked answered coordinating parked | same | SupplementTaken | clerk {HANDS}                 | -
lapse_question | asked                                                 | handling   | QuestionLapsed  |                                | resume
answer         | handling coordinating                                 | answered   | CaseAnswered    | {HANDS}                        | stop
judge_solved   | answered                                              | closed     | VerdictSolved   | reporter clerk coordinator     | stop
judge_unsolved | answered                                              | handling   | VerdictUnsolved | reporter clerk coordinator     | restart
lapse          | answered                                              | closed     | VerdictLapsed   |                                | stop
recompute      | received dispatched handling asked coordinating parked | same       | DueTimesMoved   |                                | -
close          | dispatched handling asked answered coordinating parked | closed     | CaseClosed      | coordinator                    | stop
reopen         | closed withdrawn referred                             | handling   | CaseReopened    | clerk coordinator              | restart
withdraw       | received dispatched handling asked coordinating parked | withdrawn  | CaseWithdrawn   | reporter clerk coordinator     | stop
return         | dispatched                                            | received   | CaseReturned    | handler dispatcher             | reassign
undo_reassign  | dispatched                                            | same       | ReassignmentUndone | coordinator dispatcher      | undo
ask_consent    | received dispatched handling coordinating             | same       | ConsentAsked    | coordinator dispatcher         | -
give_consent   | received dispatched handling coordinating             | same       | ConsentGiven    | dispatcher                     | -
decline_consent | received dispatched handling coordinating            | same       | ConsentDeclined | dispatcher                     | -
withdraw_consent | received dispatched handling coordinating           | same       | ConsentWithdrawn | coordinator dispatcher        | -
ask_extension  | handling                                              | same       | ExtensionAsked  | {HANDS}                        | -
grant_extension | handling asked                                       | same       | ExtensionGranted | coordinator leader            | extend
refuse_extension | handling asked                                      | same       | ExtensionRefused | coordinator leader            | -
park           | handling                                              | parked     | CaseParked      | coordinator                    | park
unpark         | parked                                                | handling   | CaseUnparked    | {HANDS}                        | resume
review         | parked                                                | handling   | ParkingReviewed |                                | resume
override       | received dispatched handling asked coordinating       | same       | TimeLimitOverridden | coordinator                | override
refer_out      | received dispatched handling coordinating             | referred   | CaseReferredOut | clerk coordinator dispatcher   | stop
join           | received dispatched handling asked coordinating parked | joined     | CaseJoined      | clerk coordinator handler dispatcher reporter | stop
separate       | joined                                                | same       | CaseSeparated   | clerk coordinator handler dispatcher | -
judge_joined   | joined                                                | same       | JoinedReporterJudged | reporter clerk coordinator | -
urge           | received dispatched handling coordinating             | same       | CaseUrged       | coordinator dispatcher leader  | -
urge_by_reporter | received dispatched handling coordinating           | same       | ReporterUrged   | reporter                       | -
take_up        | received coordinating                                 | same       | CaseTakenUp     | clerk coordinator              | -
look_at_verdict | received dispatched handling asked answered coordinating parked joined closed withdrawn referred | same | VerdictLookedAt | clerk coordinator | -
undo_override  | received dispatched handling asked coordinating       | same       | OverrideUndone  | coordinator                    | undo
undo_assign    | handling                                              | same       | AssignmentUndone | coordinator dispatcher        | -
publish        | received dispatched handling asked answered coordinating parked joined closed withdrawn referred | same | WordsPublished | reporter clerk coordinator handler dispatcher | -
withhold       | received dispatched handling asked answered coordinating parked joined closed withdrawn referred | same | WordsWithheld | reporter clerk coordinator handler dispatcher | -
hand_over_emergency | received dispatched handling asked answered coordinating parked | same | EmergencyNumberTold | clerk {HANDS} | -
"""  # noqa: E501


@dataclass(frozen=True)
class Line:
    action: Action
    sources: tuple[State, ...]
    to: str
    event: str
    roles: tuple[str, ...]
    deadline: str


def _line(text: str) -> Line:
    action, sources, to, event, roles, deadline = (cell.strip() for cell in text.split("|"))
    return Line(
        Action(action), tuple(map(State, sources.split())), to, event, tuple(roles.split()), deadline.strip("-")
    )


LINES = [_line(text) for text in TABLE.strip().splitlines()]
LINE_OF = {line.action: line for line in LINES}
TAKEN_BY_POSTS = [kit for kit in KITS if kit.roles]
AT_ONCE = [kit for kit in KITS if kit.is_at_once]
DONE_BEFORE = [(kit, state) for kit in AT_ONCE for state in kit.states]


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def test_every_action_stands_in_the_table_of_this_test() -> None:
    assert sorted(line.action for line in LINES) == sorted(Action)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.action)
def test_a_row_says_what_was_decided(line: Line) -> None:
    """The table above is what was decided; the rows of the product are another hand."""
    row = cases.ACTIONS[line.action].line
    assert {state.value for state in row.sources} == set(line.sources)
    assert (row.to or "same") == line.to
    assert row.event == line.event
    assert {role.value for role in row.roles} == set(line.roles)


@pytest.mark.parametrize(("kit", "state"), DONE_BEFORE, ids=str)
def test_an_action_leads_where_the_table_says_and_is_recorded_and_published_once(kit: ActionKit, state: State) -> None:
    before, line = kit.case(state), LINE_OF[kit.action]
    lines_before = len(cases.deadline_entries(before.id))
    by = kit.by(before)

    after = kit.take(before, by)

    assert after.state == (state if line.to == "same" else line.to)
    assert after.version == before.version + 1
    assert cases.find(before.id) == after
    received, entry = ledger.entries(("case", before.id))
    assert (received.action, entry.action, entry.seq) == ("CaseReceived", line.event, after.version)
    assert entry.actor == by.ref
    assert (entry.payload["from"], entry.payload["to"]) == (state, after.state)
    (event,) = Event.objects.all()
    assert (event.type, event.stream_kind, event.stream_id) == (line.event, "case", before.id)
    assert event.payload == {**county.facts(entry), "actor": entry.actor}
    added = [each.kind for each in cases.deadline_entries(before.id)[lines_before:]]
    accepts = ["accept"] if before.accepted_at is None and kit.action in (Action.CLAIM, Action.ASSIGN) else []
    assert added == accepts + ([line.deadline] if line.deadline else [])
    assert (after.closed_at is not None) == (State(after.state) in cases.ENDED)


@pytest.mark.parametrize("kit", KITS, ids=str)
def test_an_action_out_of_its_turn_is_a_conflict_and_changes_nothing(kit: ActionKit) -> None:
    for state in kit.other_states:
        before = kit.case(state)
        with pytest.raises(Conflict):
            kit.take(before)
        assert cases.find(before.id) == before, state
        assert len(ledger.entries(("case", before.id))) == 1
        assert cases.messages(before.id) == []
    assert not Event.objects.exists()


@pytest.mark.parametrize("kit", TAKEN_BY_POSTS, ids=str)
def test_an_action_is_refused_to_every_other_role(kit: ActionKit) -> None:
    before = kit.case(kit.states[0])
    for role in kit.other_roles:
        with pytest.raises(NotAllowed):
            kit.take(before, actor(role, before))
    assert cases.find(before.id) == before
    assert len(ledger.entries(("case", before.id))) == 1


@pytest.mark.parametrize("kit", [kit for kit in AT_ONCE if kit.roles], ids=str)
def test_an_action_is_open_to_every_role_that_the_table_names(kit: ActionKit) -> None:
    """Where the case may still wait for the desk, one state further: what is only received the desk leads."""
    for role in kit.roles:
        state = next((state for state in kit.states if state is not State.RECEIVED), State.RECEIVED)
        before = kit.case(state, role)
        assert kit.take(before, actor(role, before)).version == 2


@pytest.mark.parametrize("kit", [kit for kit in AT_ONCE if kit.is_by_hand], ids=str)
def test_an_action_on_what_has_changed_meanwhile_is_a_conflict(kit: ActionKit) -> None:
    """Unless its row says that it is done to the case as it stands."""
    before = kit.case(kit.states[-1])
    Case.objects.filter(pk=before.id).update(version=before.version + 1)
    if kit.spec.keeps_version:
        kit.take(before, version=before.version)
        return
    with pytest.raises(Conflict):
        kit.take(before, version=before.version)
    assert len(ledger.entries(("case", before.id))) == 1


@pytest.mark.parametrize("kit", [kit for kit in KITS if kit.needs_words], ids=str)
def test_what_must_be_said_cannot_be_left_empty(kit: ActionKit) -> None:
    before = kit.due_case()
    with pytest.raises(InvalidInput) as refused:
        kit.take(before, text=" \n\t ")
    assert refused.value.field == "text"
    assert cases.find(before.id) == before


STOPPING: Mapping[Action, Callable[..., cases.CaseRow]] = {
    Action.ASK: cases.ask_reporter,
    Action.ANSWER: cases.answer_case,
    Action.PARK: cases.park_case,
    Action.CLOSE: cases.close_case,
    Action.REFER_OUT: cases.refer_out,
}
"""What stops a clock with words that the reporter reads."""


@pytest.mark.parametrize("action", STOPPING)
def test_a_single_sign_that_stops_a_clock_is_asked_back_unless_it_is_meant(action: Action) -> None:
    kit = ActionKit(action)
    before = kit.case(kit.states[-1])
    given = {"actor": kit.by(before), "case_id": before.id, **kit.given(), "text": "好"}
    with pytest.raises(VeryShort) as asked_back:
        STOPPING[action](**given)
    assert asked_back.value.field == "text"
    assert cases.find(before.id) == before
    assert STOPPING[action](**given, however_short=True).version == before.version + 1


def test_nothing_else_asks_back_a_single_sign() -> None:
    assert {kit.action for kit in KITS if kit.spec.words and kit.spec.words.weighty} == STOPPING.keys()
    for kit in (kit for kit in AT_ONCE if kit.needs_words and kit.action not in STOPPING):
        before = kit.case(kit.states[-1])
        assert kit.take(before, text="好").version == before.version + 1


NOT_NOW = {
    Action.ASK_EXTENSION: "one waits already",
    Action.URGE_BY_REPORTER: "it isn't due",
    Action.UNDO_OVERRIDE: "it was a reassignment",
    Action.UNDO_ASSIGN: "it was a reassignment",
    Action.ASK_CONSENT: "a reassignment asks by itself",
    Action.GIVE_CONSENT: "nobody was asked",
    Action.DECLINE_CONSENT: "nobody was asked",
    Action.WITHDRAW_CONSENT: "nobody was asked",
    Action.TELL_EMERGENCY_NUMBER: "a pothole is no danger",
    Action.JUDGE_JOINED: "no answer waits for it",
    Action.WITHHOLD: "nothing is public",
    Action.TAKE_SUPPLEMENT: "the telephone desk takes words down",
}
"""What is allowed by its row and still not offered of the case below."""


@pytest.mark.parametrize("state", State)
def test_the_actions_offered_are_those_that_the_table_allows(state: State) -> None:
    for role in ROLES:
        row = case_of(role, state)
        row = replace(row, question_lapsed_at=time.now(), extension_asked="1wd", undo_version=1, unhappy_at=time.now())
        wanted = {kit.action for kit in KITS if state in kit.states and role in kit.roles} - NOT_NOW.keys()
        if role == "reporter":
            wanted -= {Action.JOIN}  # while reporting
        if role == "dispatcher" and state is State.RECEIVED:
            wanted -= {Action.PUBLISH}  # the desk leads, and it is the lead office's to do
        if role == "leader":
            wanted &= {Action.URGE}  # the second extension is theirs, not the first (test_time_limits.py)
        assert set(cases.possible_actions(row, actor(role, row))) == wanted, role


@pytest.mark.parametrize("kit", TAKEN_BY_POSTS, ids=str)
def test_a_post_without_right_learns_neither_the_state_nor_that_there_is_such_a_case(kit: ActionKit) -> None:
    row = case_in((kit.other_states or [State.CLOSED])[0])
    with pytest.raises(NotFound):
        kit.take(row, county.post("pol1"))


WRITTEN = [
    *((kit, "text") for kit in KITS if kit.is_by_hand and kit.spec.words),
    *((kit, field.name) for kit in KITS for field in kit.spec.fields if field.kind is cases.Kind.TO),
]


@pytest.mark.parametrize("unfit", ["too long", "a\0b"])
@pytest.mark.parametrize(("kit", "field"), WRITTEN, ids=str)
def test_text_that_is_too_long_or_cannot_be_kept_is_refused(kit: ActionKit, field: str, unfit: str) -> None:
    before = kit.due_case()
    with pytest.raises(InvalidInput) as refused:
        kit.take(before, **{field: "字" * (written.LIMITS[field] + 1) if unfit == "too long" else unfit})
    assert refused.value.field == field
    assert cases.find(before.id) == before


def test_four_thousand_signs_are_kept_whole_and_trimmed() -> None:
    row = case_in(State.HANDLING)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="  " + "字" * 4000 + "\n")
    assert [message.text for message in cases.messages(row.id)] == ["字" * 4000]


WHO_READS = [
    (Action.SCREEN, "note", False),
    (Action.REASSIGN, "reason", False),
    (Action.UNDO_REASSIGN, "reason", False),
    (Action.UNDO_ASSIGN, "reason", False),
    (Action.RETURN, "reason", False),
    (Action.ASK_CONSENT, "reason", False),
    (Action.GIVE_CONSENT, "note", False),
    (Action.DECLINE_CONSENT, "reason", False),
    (Action.WITHDRAW_CONSENT, "note", False),
    (Action.NOTE, "note", False),
    (Action.PROGRESS, "progress", True),
    (Action.ASK, "question", True),
    (Action.REPLY, "reply", True),
    (Action.SUPPLEMENT, "reply", True),
    (Action.TAKE_SUPPLEMENT, "reply", True),
    (Action.ASK_EXTENSION, "reason", False),
    (Action.GRANT_EXTENSION, "reason", True),
    (Action.REFUSE_EXTENSION, "reason", False),
    (Action.PARK, "reason", True),
    (Action.UNPARK, "note", False),
    (Action.OVERRIDE, "reason", True),
    (Action.UNDO_OVERRIDE, "reason", True),
    (Action.ANSWER, "answer", True),
    (Action.JUDGE_SOLVED, "verdict", True),
    (Action.JUDGE_UNSOLVED, "verdict", True),
    (Action.JUDGE_JOINED, "verdict", True),
    (Action.LOOK_AT_VERDICT, "note", False),
    (Action.CLOSE, "reason", True),
    (Action.REOPEN, "reason", True),
    (Action.WITHDRAW, "reason", True),
    (Action.REFER_OUT, "reason", True),
    (Action.JOIN, "note", False),
    (Action.SEPARATE, "reason", False),
    (Action.URGE, "note", False),
    (Action.TELL_EMERGENCY_NUMBER, "note", False),
]


def test_of_every_action_with_words_it_is_decided_who_reads_them() -> None:
    assert sorted(action for action, *_ in WHO_READS) == sorted(kit.action for kit in KITS if kit.spec.words)


def entry_of(kit: ActionKit, row: cases.CaseRow) -> ledger.EntryRow:
    """What the ledger has of the action; another may have followed from it."""
    (entry,) = [each for each in ledger.entries(("case", row.id)) if each.action == kit.spec.line.event]
    return entry


@pytest.mark.parametrize(("action", "kind", "public"), WHO_READS)
def test_what_was_said_is_a_message_and_only_its_id_is_recorded(action: Action, kind: str, public: bool) -> None:
    kit = ActionKit(action)
    row = kit.due_case()
    kit.take(row, text="现场照片里的门牌已经核对")
    (message,) = [each for each in cases.messages(row.id) if "现场照片里的门牌已经核对" in each.text]
    assert (message.kind, message.public) == (kind, public)
    assert (message in cases.messages(row.id, reader=cases.THE_REPORTER)) is public
    assert entry_of(kit, row).payload["message"] == message.id
    assert "现场" not in str([entry.payload for entry in ledger.entries(("case", row.id))])
    assert "现场" not in str([event.payload for event in Event.objects.all()])


def told_by(row: cases.CaseRow, by: Actor) -> dict[Action, dict[str, object]]:
    """What an auditor reads of each action besides from where to where: whom and what it was about."""
    town, hud, law, desk = (county.office(code) for code in ("TWN-A", "HUD", "LAW", "SGC"))
    return {
        Action.SCREEN: {"category": county.POTHOLE, "lead_office": hud},
        Action.CLAIM: {"assignee": by.id},
        Action.TAKE_UP: {"assignee": by.id},
        Action.ASSIGN: {"assignee": county.post("grid_a1").id},
        Action.UNDO_ASSIGN: {"assignee": county.post("hud1").id},
        Action.REASSIGN: {"lead_office": law},
        Action.UNDO_REASSIGN: {"lead_office": hud},
        Action.RETURN: {"lead_office": desk},
        Action.ASK_CONSENT: {"asked_town": county.office("TWN-B")},
        Action.GIVE_CONSENT: {"asked_town": town},
        Action.DECLINE_CONSENT: {"asked_town": town},
        Action.WITHDRAW_CONSENT: {"asked_town": county.office("TWN-B")},
        Action.ASK_EXTENSION: {"extension": "1wd"},
        Action.GRANT_EXTENSION: {"extension": "1wd"},
        Action.PARK: {"ground": "season", "review_on": "2026-07-10"},
        Action.OVERRIDE: {"budget": "10wd"},
        Action.UNDO_OVERRIDE: {"budget": "3wd"},
        Action.JUDGE_SOLVED: {"solved": True},
        Action.JUDGE_UNSOLVED: {"solved": False},
        Action.JUDGE_JOINED: {"solved": True, "carrier": row.joined_to_id},
        Action.REFER_OUT: {"referred": True},
        Action.JOIN: {"carrier": cases.find(row.id).joined_to_id},
        Action.URGE: {"lead_office": hud, "assignee": county.post("hud1").id},
        Action.URGE_BY_REPORTER: {"lead_office": hud, "assignee": county.post("hud1").id},
        Action.TELL_EMERGENCY_NUMBER: {"number": "119"},
    }


NOT_HERE = {"was", "came_along", "satisfied", "joined_case", "reason"}
"""Undoing reads the first two, the others have nothing to tell of the cases here."""


def own_fields(kit: ActionKit) -> set[str]:
    event = facts_of(kit.spec.line.event)
    return set(event.__struct_fields__) - set(CaseFacts.__struct_fields__) - NOT_HERE


@pytest.mark.parametrize("kit", [kit for kit in KITS if own_fields(kit)], ids=str)
def test_the_ledger_tells_whom_and_what_an_action_was_about(kit: ActionKit) -> None:
    row = kit.due_case()
    by = kit.by(row)
    kit.take(row, by)
    told = told_by(row, by)[kit.action]
    assert told.keys() == own_fields(kit)
    assert {name: entry_of(kit, row).payload.get(name) for name in told} == told


def test_the_system_may_close_a_verdict_only_after_its_time() -> None:
    row = case_in(State.ANSWERED)
    with pytest.raises(Conflict):
        cases.lapse_verdict(case_id=row.id)
    with time.at(row.verdict_due_at - timedelta(seconds=1)), pytest.raises(Conflict):
        cases.lapse_verdict(case_id=row.id)
    with time.at(row.verdict_due_at):
        assert cases.lapse_verdict(case_id=row.id).state == State.CLOSED
