"""The lifecycle of a case 事件: which action leads from which state to which, who may take it, what the clocks do.

States follow the practice 受理–派遣–处置–反馈–评价–结案. The table is the rule; commands look actions up in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from liandong.kernel.actor import Role
from liandong.kernel.errors import Conflict


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    ASKED = "asked"
    ANSWERED = "answered"
    COORDINATING = "coordinating"
    PARKED = "parked"
    JOINED = "joined"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"


ENDED = frozenset({State.CLOSED, State.WITHDRAWN, State.REFERRED, State.JOINED})
OPEN = frozenset(State) - ENDED
RUNNING = frozenset({State.RECEIVED, State.DISPATCHED, State.HANDLING, State.COORDINATING})
"""States in which the office's time runs: not while the reporter is asked or judges, nor while the case is parked."""
PROMISED = RUNNING | {State.ASKED, State.PARKED}
"""States in which the answer is still owed: due times follow the calendar. Once it is given they stand as they were."""

STATE_NAMES: Mapping[State, str] = {
    State.RECEIVED: "待受理",
    State.DISPATCHED: "待签收",
    State.HANDLING: "办理中",
    State.ASKED: "待补充",
    State.ANSWERED: "待评价",
    State.COORDINATING: "县级统筹",
    State.PARKED: "挂账中",
    State.JOINED: "已合并",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.REFERRED: "已移送",
}


class Action(StrEnum):
    """The actions on a case."""

    SCREEN = "screen"
    ACCEPT = "accept"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    CLAIM = "claim"
    NOTE = "note"
    ASK = "ask"
    REPLY = "reply"
    SUPPLEMENT = "supplement"
    LAPSE_QUESTION = "lapse_question"
    RETURN = "return"
    UNDO_REASSIGN = "undo_reassign"
    ASK_CONSENT = "ask_consent"
    GIVE_CONSENT = "give_consent"
    DECLINE_CONSENT = "decline_consent"
    WITHDRAW_CONSENT = "withdraw_consent"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    PARK = "park"
    UNPARK = "unpark"
    REVIEW = "review"
    OVERRIDE = "override"
    ANSWER = "answer"
    JUDGE_SOLVED = "judge_solved"
    JUDGE_UNSOLVED = "judge_unsolved"
    LAPSE = "lapse"
    RECOMPUTE = "recompute"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REFER_OUT = "refer_out"
    JOIN = "join"
    SEPARATE = "separate"
    JUDGE_JOINED = "judge_joined"
    URGE = "urge"
    URGE_BY_REPORTER = "urge_by_reporter"
    TAKE_UP = "take_up"
    LOOK_AT_VERDICT = "look_at_verdict"
    UNDO_OVERRIDE = "undo_override"
    UNDO_ASSIGN = "undo_assign"
    HAND_OVER_EMERGENCY = "hand_over_emergency"
    PUBLISH = "publish"
    WITHHOLD = "withhold"


ACTION_NAMES: Mapping[Action, str] = {
    Action.SCREEN: "受理并派遣",
    Action.ACCEPT: "签收",
    Action.ASSIGN: "指派",
    Action.REASSIGN: "改派",
    Action.CLAIM: "认领",
    Action.NOTE: "备注",
    Action.ASK: "请上报人补充",
    Action.REPLY: "补充说明",
    Action.SUPPLEMENT: "逾期后补充",
    Action.LAPSE_QUESTION: "逾期未补充，恢复办理",
    Action.RETURN: "退回",
    Action.UNDO_REASSIGN: "撤销改派",
    Action.ASK_CONSENT: "征求乡镇意见",
    Action.GIVE_CONSENT: "同意承办",
    Action.DECLINE_CONSENT: "不同意承办",
    Action.WITHDRAW_CONSENT: "撤回征求意见",
    Action.ASK_EXTENSION: "申请延期",
    Action.GRANT_EXTENSION: "同意延期",
    Action.REFUSE_EXTENSION: "不同意延期",
    Action.PARK: "挂账",
    Action.UNPARK: "恢复办理",
    Action.REVIEW: "挂账复核日到，恢复办理",
    Action.OVERRIDE: "改定时限",
    Action.ANSWER: "答复",
    Action.JUDGE_SOLVED: "评价：已解决",
    Action.JUDGE_UNSOLVED: "评价：未解决",
    Action.LAPSE: "逾期未评价，自动办结",
    Action.RECOMPUTE: "按工作日历重算时限",
    Action.CLOSE: "办结",
    Action.REOPEN: "重新办理",
    Action.WITHDRAW: "撤回",
    Action.REFER_OUT: "移送",
    Action.JOIN: "合并",
    Action.SEPARATE: "撤销合并",
    Action.JUDGE_JOINED: "合并上报人的评价",
    Action.URGE: "催办",
    Action.URGE_BY_REPORTER: "催一催",
    Action.TAKE_UP: "认领（中心）",
    Action.LOOK_AT_VERDICT: "标为已看过评价",
    Action.UNDO_OVERRIDE: "撤销改定时限",
    Action.UNDO_ASSIGN: "撤销指派",
    Action.HAND_OVER_EMERGENCY: "已转 110/119/120/122",
    Action.PUBLISH: "公开内容",
    Action.WITHHOLD: "不再公开",
}


class Clock(StrEnum):
    """The effect of an action on the clocks. A hand-over starts the accept clock again and lets the finish clock run
    on. Once it is taken back, both stand as before. An override sets another finish budget. An extension adds to it.
    """

    KEEP = "keep"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RESTART = "restart"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    EXTEND = "extend"
    PARK = "park"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Transition:
    """`to` None keeps the state. `event` is published and written to the ledger under this name."""

    sources: frozenset[State]
    to: State | None
    event: str
    roles: frozenset[Role]
    clock: Clock = Clock.KEEP
    needs_text: bool = False


_DESK = frozenset({Role.CLERK, Role.COORDINATOR})
_LEADS = frozenset({Role.COORDINATOR, Role.DISPATCHER})
_HANDS = frozenset({Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER, Role.COORDINATOR})
_STAFF = frozenset({Role.CLERK, Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER, Role.COORDINATOR})
_REPORTER = frozenset({Role.REPORTER})
_OFFICES = frozenset({Role.HANDLER, Role.DISPATCHER})
_ABOVE = frozenset({Role.COORDINATOR})
_ABOVE_THEM = _ABOVE | {Role.LEADER}
_TOWN = frozenset({Role.DISPATCHER})
_OFFICE = frozenset({State.DISPATCHED, State.HANDLING})
_WORK = _OFFICE | {State.COORDINATING}
CONSENTABLE = _WORK | {State.RECEIVED}
"""States in which a town's consent to lead the case is waited for: a request ends when the case leaves them."""

LIFECYCLE: Mapping[Action, Transition] = {
    Action.SCREEN: Transition(frozenset({State.RECEIVED}), State.DISPATCHED, "CaseScreened", _DESK | _LEADS),
    Action.ACCEPT: Transition(frozenset({State.DISPATCHED}), State.HANDLING, "CaseAccepted", _HANDS),
    Action.CLAIM: Transition(_OFFICE, State.HANDLING, "TaskClaimed", _HANDS),
    Action.ASSIGN: Transition(_OFFICE, State.HANDLING, "TaskAssigned", _HANDS),
    Action.REASSIGN: Transition(
        _WORK | {State.RECEIVED}, State.DISPATCHED, "CaseReassigned", _LEADS, Clock.HAND_OVER, needs_text=True
    ),
    Action.NOTE: Transition(OPEN, None, "NoteAdded", _STAFF, needs_text=True),
    Action.ASK: Transition(
        frozenset({State.HANDLING}), State.ASKED, "ReporterAsked", _HANDS, Clock.PAUSE, needs_text=True
    ),
    Action.REPLY: Transition(
        frozenset({State.ASKED}), State.HANDLING, "ReporterReplied", _REPORTER | _DESK, Clock.RESUME, needs_text=True
    ),
    Action.SUPPLEMENT: Transition(_WORK, None, "ReporterReplied", _REPORTER | _DESK, needs_text=True),
    Action.LAPSE_QUESTION: Transition(
        frozenset({State.ASKED}), State.HANDLING, "QuestionLapsed", frozenset(), Clock.RESUME
    ),
    Action.RETURN: Transition(
        frozenset({State.DISPATCHED}), State.RECEIVED, "CaseReturned", _OFFICES, Clock.HAND_OVER, needs_text=True
    ),
    Action.UNDO_REASSIGN: Transition(
        frozenset({State.DISPATCHED}), None, "ReassignmentUndone", _LEADS, Clock.TAKE_BACK, needs_text=True
    ),
    Action.ASK_CONSENT: Transition(CONSENTABLE, None, "ConsentAsked", _LEADS, needs_text=True),
    Action.GIVE_CONSENT: Transition(CONSENTABLE, None, "ConsentGiven", _TOWN),
    Action.DECLINE_CONSENT: Transition(CONSENTABLE, None, "ConsentDeclined", _TOWN, needs_text=True),
    Action.WITHDRAW_CONSENT: Transition(CONSENTABLE, None, "ConsentWithdrawn", _LEADS),
    Action.ASK_EXTENSION: Transition(frozenset({State.HANDLING}), None, "ExtensionAsked", _HANDS, needs_text=True),
    Action.GRANT_EXTENSION: Transition(
        frozenset({State.HANDLING, State.ASKED}), None, "ExtensionGranted", _ABOVE_THEM, Clock.EXTEND, needs_text=True
    ),
    Action.REFUSE_EXTENSION: Transition(
        frozenset({State.HANDLING, State.ASKED}), None, "ExtensionRefused", _ABOVE_THEM, needs_text=True
    ),
    Action.PARK: Transition(
        frozenset({State.HANDLING}), State.PARKED, "CaseParked", _ABOVE, Clock.PARK, needs_text=True
    ),
    Action.UNPARK: Transition(
        frozenset({State.PARKED}), State.HANDLING, "CaseUnparked", _HANDS, Clock.RESUME, needs_text=True
    ),
    Action.REVIEW: Transition(frozenset({State.PARKED}), State.HANDLING, "ParkingReviewed", frozenset(), Clock.RESUME),
    Action.OVERRIDE: Transition(
        RUNNING | {State.ASKED}, None, "TimeLimitOverridden", _ABOVE, Clock.OVERRIDE, needs_text=True
    ),
    Action.ANSWER: Transition(
        frozenset({State.HANDLING, State.COORDINATING}),
        State.ANSWERED,
        "CaseAnswered",
        _HANDS,
        Clock.STOP,
        needs_text=True,
    ),
    Action.JUDGE_SOLVED: Transition(
        frozenset({State.ANSWERED}), State.CLOSED, "VerdictSolved", _REPORTER | _DESK, Clock.STOP
    ),
    Action.JUDGE_UNSOLVED: Transition(
        frozenset({State.ANSWERED}), State.HANDLING, "VerdictUnsolved", _REPORTER | _DESK, Clock.RESTART
    ),
    Action.LAPSE: Transition(frozenset({State.ANSWERED}), State.CLOSED, "VerdictLapsed", frozenset(), Clock.STOP),
    Action.RECOMPUTE: Transition(PROMISED, None, "DueTimesMoved", frozenset()),
    Action.CLOSE: Transition(
        OPEN - {State.RECEIVED}, State.CLOSED, "CaseClosed", frozenset({Role.COORDINATOR}), Clock.STOP, needs_text=True
    ),
    Action.REOPEN: Transition(
        frozenset({State.CLOSED, State.WITHDRAWN, State.REFERRED}),
        State.HANDLING,
        "CaseReopened",
        _DESK,
        Clock.RESTART,
        needs_text=True,
    ),
    Action.WITHDRAW: Transition(
        OPEN - {State.ANSWERED}, State.WITHDRAWN, "CaseWithdrawn", _REPORTER | _DESK, Clock.STOP
    ),
    Action.REFER_OUT: Transition(
        _WORK | {State.RECEIVED}, State.REFERRED, "CaseReferredOut", _DESK | _LEADS, Clock.STOP, needs_text=True
    ),
    Action.JOIN: Transition(
        OPEN - {State.ANSWERED}, State.JOINED, "CaseJoined", _DESK | _OFFICES | _REPORTER, Clock.STOP
    ),
    Action.SEPARATE: Transition(frozenset({State.JOINED}), None, "CaseSeparated", _DESK | _OFFICES, needs_text=True),
    Action.JUDGE_JOINED: Transition(frozenset({State.JOINED}), None, "JoinedReporterJudged", _REPORTER | _DESK),
    Action.URGE: Transition(RUNNING, None, "CaseUrged", _LEADS, needs_text=True),
    Action.URGE_BY_REPORTER: Transition(RUNNING, None, "CaseUrged", _REPORTER),
    Action.TAKE_UP: Transition(frozenset({State.RECEIVED, State.COORDINATING}), None, "DeskTaskClaimed", _DESK),
    Action.LOOK_AT_VERDICT: Transition(frozenset(State), None, "VerdictLookedAt", _DESK, needs_text=True),
    Action.UNDO_OVERRIDE: Transition(
        RUNNING | {State.ASKED}, None, "OverrideUndone", _ABOVE, Clock.TAKE_BACK, needs_text=True
    ),
    Action.UNDO_ASSIGN: Transition(frozenset({State.HANDLING}), None, "AssignmentUndone", _LEADS, needs_text=True),
    Action.HAND_OVER_EMERGENCY: Transition(OPEN, None, "EmergencyHandedOver", _STAFF, needs_text=True),
    Action.PUBLISH: Transition(frozenset(State), None, "WordsPublished", _REPORTER | _DESK | _OFFICES),
    Action.WITHHOLD: Transition(frozenset(State), None, "WordsWithheld", _REPORTER | _DESK | _OFFICES),
}

NEEDS_WORDS = frozenset(action for action, line in LIFECYCLE.items() if line.needs_text)
WEIGHTY = frozenset({Action.ANSWER, Action.ASK, Action.CLOSE, Action.PARK, Action.REFER_OUT})
"""These stop a clock with words of an office that the reporter reads. A single sign is asked back."""
PARKING_GROUNDS: Mapping[str, str] = {
    "project": "等待工程项目",
    "season": "等待季节",
    "funds": "等待经费",
    "no_owner": "产权或责任主体不明",
}
"""The grounds for parking a case 挂账, as urban management has them."""
UNHAPPY = 2
"""Satisfaction up to which a verdict waits for the desk to look at it, as one does that leads to coordination."""
LOOKING = frozenset(
    {Action.LOOK_AT_VERDICT, Action.REASSIGN, Action.ASK_CONSENT, Action.ANSWER, Action.CLOSE, Action.REOPEN}
)
"""These show that a post of the desk has looked at an unhappy verdict."""
EMERGENCY_NUMBERS = ("110", "119", "120", "122")
"""Police, fire, ambulance, traffic accidents: whom a danger is handed over to by telephone."""
REWORKS_BEFORE_COORDINATION = 1
"""“Not solved” goes back to the office once, then to the county's coordinator."""


def transition(action: Action, state: State) -> Transition:
    """The table's line for the action. Raises Conflict where the state doesn't allow it (somebody was quicker)."""
    line = LIFECYCLE[action]
    if state not in line.sources:
        raise Conflict("事件目前为“%(state)s”，不能%(action)s。", state=STATE_NAMES[state], action=ACTION_NAMES[action])
    return line


def after_unsolved(reworks: int) -> State:
    """Where a case goes whose reporter says it isn't solved; `reworks`: how often it went back before."""
    return State.HANDLING if reworks < REWORKS_BEFORE_COORDINATION else State.COORDINATING
