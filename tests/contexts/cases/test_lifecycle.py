"""What can be done to a case: the whole table, line by line, through the commands."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import Action, State
from liandong.foundation.events.models import Event
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import county
from tests.contexts.cases.acting import actor, case_in, case_of, needs, take

pytestmark = pytest.mark.usefixtures("small_county")

ROLES = ("reporter", "clerk", "coordinator", "handler", "dispatcher", "grid_worker", "leader", "administrator")
HANDS = "coordinator handler dispatcher grid_worker"
TABLE = f"""
screen         | received                                              | dispatched | CaseScreened    | clerk coordinator dispatcher   | start
accept         | dispatched                                            | handling   | CaseAccepted    | {HANDS}                        | accept
claim          | dispatched handling                                   | handling   | TaskClaimed     | {HANDS}                        | -
assign         | dispatched handling                                   | handling   | TaskAssigned    | {HANDS}                        | -
reassign       | received dispatched handling coordinating             | dispatched | CaseReassigned  | coordinator dispatcher         | reassign
note           | received dispatched handling asked answered coordinating parked | same    | NoteAdded       | clerk {HANDS}                  | -
ask            | handling                                              | asked      | ReporterAsked   | {HANDS}                        | pause
reply          | asked                                                 | handling   | ReporterReplied | reporter clerk coordinator     | resume
supplement     | dispatched handling coordinating                      | same       | ReporterSupplemented | reporter clerk coordinator | -
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
urge           | received dispatched handling coordinating             | same       | CaseUrged       | coordinator dispatcher         | -
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
TAKEN_BY_POSTS = [line for line in LINES if line.roles]
JOINING = (Action.JOIN, Action.SEPARATE, Action.JUDGE_JOINED)
UNDOING = (Action.UNDO_REASSIGN, Action.UNDO_OVERRIDE, Action.UNDO_ASSIGN)
AFTER_A_DEED = (*UNDOING, Action.ASK_CONSENT, Action.GIVE_CONSENT, Action.WITHDRAW_CONSENT, *JOINING)
OF_THE_LEAD = (Action.PUBLISH, Action.WITHHOLD)
AT_ONCE = [line for line in LINES if line.action not in AFTER_A_DEED]
"""What can be done to a case as it lies there; an undoing needs a deed (tests/contexts/cases/test_handing_over.py), a
consent its request (test_consent.py), a joining another case (test_joined_cases.py).
"""


CONSENT = (Action.ASK_CONSENT, Action.GIVE_CONSENT, Action.DECLINE_CONSENT, Action.WITHDRAW_CONSENT)


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def by_whom(line: Line, row: cases.CaseRow):
    return actor(line.roles[0], row) if line.roles else SYSTEM


def allowed() -> list:
    return [pytest.param(line, state, id=f"{line.action}-{state}") for line in AT_ONCE for state in line.sources]


def test_every_action_stands_in_the_table_of_this_test() -> None:
    assert [line.action for line in LINES] == sorted(Action, key=[line.action for line in LINES].index)


def case_for(line: Line, state: State, role: str = "coordinator") -> cases.CaseRow:
    """A case in this state; what the action waits for besides has come: the verdict's time, the question's end."""
    row = case_of(role, state, **({"category_code": county.GAS} if line.action is Action.TELL_EMERGENCY_NUMBER else {}))
    if line.action is Action.LAPSE:
        Case.objects.filter(pk=row.id, state=State.ANSWERED).update(verdict_due_at=time.now())
    if line.action is Action.REVIEW:
        Case.objects.filter(pk=row.id).update(review_at=time.now())
    if line.action in (Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION):
        Case.objects.filter(pk=row.id).update(extension_asked="1wd", extension_count=int(role == "leader"))
    if line.action in (Action.GIVE_CONSENT, Action.DECLINE_CONSENT):
        Case.objects.filter(pk=row.id).update(consent_office_id=county.office("TWN-A"))
    if line.action is Action.LOOK_AT_VERDICT:
        Case.objects.filter(pk=row.id).update(unhappy_at=time.now())
    if line.action is Action.WITHHOLD:
        Case.objects.filter(pk=row.id).update(is_published=True)
    if line.action is Action.SUPPLEMENT:
        Case.objects.filter(pk=row.id).update(question_lapsed_at=time.now())
    return cases.find(row.id)


@pytest.mark.parametrize(("line", "state"), allowed())
def test_an_action_leads_where_the_table_says_and_is_recorded_and_published_once(line: Line, state: State) -> None:
    before = case_for(line, state)
    lines_before = len(cases.deadline_entries(before.id))

    after = take(line.action, by_whom(line, before), before.id)

    assert after.state == (state if line.to == "same" else line.to)
    assert after.version == before.version + 1
    assert cases.find(before.id) == after
    received, entry = ledger.entries(("case", before.id))
    assert (received.action, entry.action, entry.seq) == ("CaseReceived", line.event, after.version)
    assert entry.actor == by_whom(line, before).ref
    assert (entry.payload["from"], entry.payload["to"]) == (state, after.state)
    (event,) = Event.objects.all()
    assert (event.type, event.stream_kind, event.stream_id) == (line.event, "case", before.id)
    assert event.payload == {**county.facts(entry), "actor": entry.actor}
    added = [each.kind for each in cases.deadline_entries(before.id)[lines_before:]]
    accepts = ["accept"] if before.accepted_at is None and line.action in (Action.CLAIM, Action.ASSIGN) else []
    assert added == accepts + ([line.deadline] if line.deadline else [])
    assert (after.closed_at is not None) == (State(after.state) in cases.ENDED)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.action)
def test_an_action_out_of_its_turn_is_a_conflict_and_changes_nothing(line: Line) -> None:
    for state in set(State) - set(line.sources):
        before = case_for(line, state)
        with pytest.raises(Conflict):
            take(line.action, by_whom(line, before), before.id)
        assert cases.find(before.id) == before, state
        assert len(ledger.entries(("case", before.id))) == 1
        assert cases.messages(before.id) == []
    assert not Event.objects.exists()


@pytest.mark.parametrize("line", TAKEN_BY_POSTS, ids=lambda line: line.action)
def test_an_action_is_refused_to_every_other_role(line: Line) -> None:
    before = case_for(line, line.sources[0])
    for role in set(ROLES) - set(line.roles):
        with pytest.raises(NotAllowed):
            take(line.action, actor(role, before), before.id)
    assert cases.find(before.id) == before
    assert len(ledger.entries(("case", before.id))) == 1


@pytest.mark.parametrize("line", [line for line in AT_ONCE if line.roles], ids=lambda line: line.action)
def test_an_action_is_open_to_every_role_that_the_table_names(line: Line) -> None:
    for role in line.roles:
        source = line.sources[int(line.action in OF_THE_LEAD)]  # what is only received the desk leads
        before = case_for(line, source, role)
        assert take(line.action, actor(role, before), before.id).version == 2


@pytest.mark.parametrize("state", State)
def test_the_actions_offered_are_those_that_the_table_allows(state: State) -> None:
    """An extension is asked for already, a pothole is no danger that 119 is told of, and no answer waits for a verdict
    of a joined reporter.
    """
    for role in ROLES:
        row = case_of(role, state)
        row = replace(row, question_lapsed_at=time.now(), extension_asked="1wd", undo_version=1, unhappy_at=time.now())
        wanted = [line.action for line in LINES if state in line.sources and role in line.roles]
        not_now = [Action.ASK_EXTENSION, Action.URGE_BY_REPORTER, Action.UNDO_OVERRIDE, Action.UNDO_ASSIGN, *CONSENT]
        not_now += [Action.TAKE_SUPPLEMENT, Action.TELL_EMERGENCY_NUMBER, Action.JUDGE_JOINED, Action.WITHHOLD]
        not_now += [Action.JOIN] if role == "reporter" else []  # one waits already; not due; not done; while reporting
        wanted = [action for action in wanted if action not in not_now]
        if role == "dispatcher" and state is State.RECEIVED:
            wanted.remove(Action.PUBLISH)  # the desk leads, and it is the lead office's to do
        if role == "leader":
            wanted = []  # the second extension is theirs, not the first (test_time_limits.py)
        assert sorted(cases.possible_actions(row, actor(role, row))) == sorted(wanted), role


@pytest.mark.parametrize("line", TAKEN_BY_POSTS, ids=lambda line: line.action)
def test_a_post_without_right_learns_neither_the_state_nor_that_there_is_such_a_case(line: Line) -> None:
    wrong_state = next((state for state in State if state not in line.sources), State.CLOSED)
    row = case_in(wrong_state)
    with pytest.raises(NotFound):
        take(line.action, county.post("pol1"), row.id)


@pytest.mark.parametrize(
    "action",
    [
        Action.REASSIGN,
        Action.NOTE,
        Action.ASK,
        Action.REPLY,
        Action.SUPPLEMENT,
        Action.ANSWER,
        Action.CLOSE,
        Action.REOPEN,
        Action.REFER_OUT,
        Action.TELL_EMERGENCY_NUMBER,
    ],
)
def test_what_must_be_said_cannot_be_left_empty(action: Action) -> None:
    line = next(line for line in LINES if line.action is action)
    before = case_for(line, line.sources[0])
    with pytest.raises(InvalidInput) as refused:
        take(action, by_whom(line, before), before.id, text=" \n\t ")
    assert refused.value.field == "text"
    assert cases.find(before.id) == before


@pytest.mark.parametrize("text", ["字" * 4001, "a\0b"])
def test_text_that_is_too_long_or_cannot_be_kept_is_refused(text: str) -> None:
    row = case_in(State.HANDLING)
    with pytest.raises(InvalidInput) as refused:
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text=text)
    assert refused.value.field == "text"


def test_four_thousand_signs_are_kept_whole_and_trimmed() -> None:
    row = case_in(State.HANDLING)
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="  " + "字" * 4000 + "\n")
    assert [message.text for message in cases.messages(row.id)] == ["字" * 4000]


WHO_READS = [
    (Action.SCREEN, "note", False),
    (Action.REASSIGN, "reason", False),
    (Action.NOTE, "note", False),
    (Action.ASK, "question", True),
    (Action.REPLY, "reply", True),
    (Action.SUPPLEMENT, "reply", True),
    (Action.ANSWER, "answer", True),
    (Action.JUDGE_SOLVED, "verdict", True),
    (Action.JUDGE_UNSOLVED, "verdict", True),
    (Action.CLOSE, "reason", True),
    (Action.REOPEN, "reason", True),
    (Action.WITHDRAW, "reason", True),
    (Action.REFER_OUT, "reason", True),
    (Action.TELL_EMERGENCY_NUMBER, "note", False),
]


@pytest.mark.parametrize(("action", "kind", "public"), WHO_READS)
def test_what_was_said_is_a_message_and_only_its_id_is_recorded(action: Action, kind: str, public: bool) -> None:
    line = next(line for line in LINES if line.action is action)
    row = case_for(line, line.sources[0])
    take(action, by_whom(line, row), row.id, **needs(action) | {"text": "现场照片里的门牌已经核对"})
    (message,) = cases.messages(row.id)
    assert (message.kind, message.public) == (kind, public)
    assert "现场照片里的门牌已经核对" in message.text
    assert cases.messages(row.id, public_only=True) == ([message] if public else [])
    entry = ledger.entries(("case", row.id))[-1]
    assert entry.payload["message"] == message.id
    assert "现场" not in str(entry.payload)
    assert "现场" not in str(Event.objects.get().payload)


def test_the_system_may_close_a_verdict_only_after_its_time() -> None:
    row = case_in(State.ANSWERED)
    with pytest.raises(Conflict):
        cases.lapse_verdict(case_id=row.id)
    with time.at(row.verdict_due_at - timedelta(seconds=1)), pytest.raises(Conflict):
        cases.lapse_verdict(case_id=row.id)
    with time.at(row.verdict_due_at):
        assert cases.lapse_verdict(case_id=row.id).state == State.CLOSED
