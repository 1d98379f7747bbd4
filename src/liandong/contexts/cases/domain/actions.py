"""The actions of the lifecycle 事件动作, one row each: from where to where, who may, what the clocks do, what they are
called, what they ask.

Pages, the API with its description, the timeline and the process drawings read the table; commands look their line up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from liandong.kernel.errors import Conflict
from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

from .audience import OF_NOTES, Audience
from .lifecycle import (
    CONSENTABLE,
    EMERGENCY_NUMBERS,
    OPEN,
    PARKING_GROUNDS,
    PROMISED,
    RUNNING,
    SATISFACTION_NAMES,
    STATE_NAMES,
    UNSOLVED_REASONS,
    Clock,
    State,
)
from .rights import HANDLE_COUNTY


class Action(StrEnum):
    """The actions on a case."""

    SCREEN = "screen"
    ACCEPT = "accept"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    CLAIM = "claim"
    NOTE = "note"
    PROGRESS = "progress"
    ASK = "ask"
    REPLY = "reply"
    SUPPLEMENT = "supplement"
    TAKE_SUPPLEMENT = "take_supplement"
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
    TELL_EMERGENCY_NUMBER = "hand_over_emergency"
    PUBLISH = "publish"
    WITHHOLD = "withhold"


class Kind(StrEnum):
    """The content of a field of an action. A face has one way to show each kind and one to read it."""

    CATEGORY = "category"
    PLACE = "place"
    OFFICE = "office"
    POST = "post"
    DESPITE_ABSENCE = "despite_absence"
    EXTENSION = "extension"
    TIME_LIMIT = "time_limit"
    AUDIENCE = "audience"
    CHOICE = "choice"
    EMERGENCY_NUMBER = "emergency_number"
    DAY = "day"
    CASE = "case"
    TO = "to"
    YES_NO = "yes_no"
    SATISFACTION = "satisfaction"
    FILES = "files"
    LINE = "line"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the field of form and API; the command takes it as `argument`, by its name where that is empty."""

    name: str
    kind: Kind
    label: str
    needed: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Words written with an action, and who reads them. Weighty words stop a clock and are read by the reporter: a
    single sign is asked back.
    """

    label: str = "说明"
    needed: bool = True
    weighty: bool = False
    audience: Audience = Audience.INVOLVED


@dataclass(frozen=True, slots=True)
class Transition:
    """The line of the lifecycle. `to` None keeps the state. Ledger and event carry the name `event`. `roles`: who may;
    `RIGHT_TO` adds who is like them.
    """

    sources: frozenset[State]
    to: State | None
    event: str
    roles: frozenset[Role]
    clock: Clock = Clock.KEEP


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. `told`: its event in the timeline, its name where empty. `reporter`: what the reporter reads of it,
    nothing where empty; `office` in it is the one that has the case then. `hint`: what the form says beforehand.

    `takes_over`: the post that had the case in hand has it no longer. `is_next`: the form stands open on the case page.
    `is_final`: a page asks once more before it is done. `keeps_version`: the action is done to the case as it stands.
    `undone_by`: the action that takes it back, as long as nothing else has happened to the case. `instead`: the other
    answer to the same question; pages show both beside each other. `means`: what happens then, of an action that is
    rare; pages keep it under 更多 with these words.
    """

    name: str
    line: Transition
    words: Words | None = None
    fields: tuple[Field, ...] = ()
    told: str = ""
    reporter: str = ""
    hint: str = ""
    takes_over: bool = False
    is_next: bool = False
    is_final: bool = False
    keeps_version: bool = False
    undone_by: Action | None = None
    instead: Action | None = None
    means: str = ""


_DESK = frozenset({Role.CLERK, Role.COORDINATOR})
_LEADS = frozenset({Role.COORDINATOR, Role.DISPATCHER})
_HANDS = frozenset({Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER, Role.COORDINATOR})
_STAFF = frozenset({Role.CLERK, Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER, Role.COORDINATOR})
_REPORTER = frozenset({Role.REPORTER})
_OFFICES = frozenset({Role.HANDLER, Role.DISPATCHER})
_ABOVE = frozenset({Role.COORDINATOR})
_ABOVE_THEM = _ABOVE | {Role.LEADER}
_TOWN = frozenset({Role.DISPATCHER})
_NOBODY: frozenset[Role] = frozenset()

_RECEIVED = frozenset({State.RECEIVED})
_DISPATCHED = frozenset({State.DISPATCHED})
_HANDLED = frozenset({State.HANDLING})
_ASKED = frozenset({State.ASKED})
_ANSWERED = frozenset({State.ANSWERED})
_PARKED = frozenset({State.PARKED})
_JOINED = frozenset({State.JOINED})
_OFFICE = frozenset({State.DISPATCHED, State.HANDLING})
_WORK = _OFFICE | {State.COORDINATING}
_UNDER_WAY = _WORK | {State.ASKED, State.PARKED}
_EXTENDABLE = frozenset({State.HANDLING, State.ASKED})
_LIMITED = RUNNING | {State.ASKED}
_ALL = frozenset(State)

_NOTE = Words()
_PERHAPS = Words(needed=False)
_REASON = Words("理由")
_TOLD = Words(audience=Audience.REPORTER)
_TOLD_PERHAPS = Words(needed=False, audience=Audience.REPORTER)
_TOLD_REASON = Words("理由（上报人可见）", audience=Audience.REPORTER)
_FILES = Field("files", Kind.FILES, "照片或文件", needed=False)
_SATISFACTION = Field("satisfied", Kind.SATISFACTION, "满意度（上报人所说）", needed=False, choices=SATISFACTION_NAMES)
_UNSOLVED = Field("reason", Kind.CHOICE, "没有解决在哪里（上报人所说）", needed=False, choices=UNSOLVED_REASONS)

ACTIONS: Mapping[Action, ActionSpec] = {
    Action.SCREEN: ActionSpec(
        "受理并派遣",
        Transition(_RECEIVED, State.DISPATCHED, "CaseScreened", _DESK | _LEADS),
        _PERHAPS,
        (
            Field("category_code", Kind.CATEGORY, "事项分类"),
            Field("point", Kind.PLACE, "地址可能是", needed=False),
            Field("office_id", Kind.OFFICE, "承办部门", needed=False),
        ),
        takes_over=True,
        is_next=True,
        reporter="已受理，交%(office)s办理",
    ),
    Action.ACCEPT: ActionSpec(
        "签收",
        Transition(_DISPATCHED, State.HANDLING, "CaseAccepted", _HANDS),
        takes_over=True,
        is_next=True,
        reporter="%(office)s已签收",
    ),
    Action.CLAIM: ActionSpec(
        "认领",
        Transition(_OFFICE, State.HANDLING, "TaskClaimed", _HANDS),
        takes_over=True,
        is_next=True,
        reporter="%(office)s已签收",
    ),
    Action.ASSIGN: ActionSpec(
        "指派",
        Transition(_OFFICE, State.HANDLING, "TaskAssigned", _HANDS),
        fields=(
            Field("staff_id", Kind.POST, "指派给"),
            Field("despite_absence", Kind.DESPITE_ABSENCE, "岗位外出，仍要指派给它（由代理岗位代办）", needed=False),
        ),
        takes_over=True,
        reporter="%(office)s已签收",
        undone_by=Action.UNDO_ASSIGN,
    ),
    Action.REASSIGN: ActionSpec(
        "改派",
        Transition(_WORK | _RECEIVED, State.DISPATCHED, "CaseReassigned", _LEADS, Clock.REASSIGN),
        _REASON,
        (Field("office_id", Kind.OFFICE, "承办部门"),),
        hint="县级部门的职责交给乡镇，须乡镇先同意：系统会先征求意见，事件暂不移交。",
        takes_over=True,
        reporter="改由%(office)s办理",
        undone_by=Action.UNDO_REASSIGN,
    ),
    Action.NOTE: ActionSpec(
        "备注",
        Transition(OPEN, None, "NoteAdded", _STAFF),
        _NOTE,
        (Field("audience", Kind.AUDIENCE, "给谁看", needed=False, choices=OF_NOTES), _FILES),
        keeps_version=True,
    ),
    Action.PROGRESS: ActionSpec(
        "阶段进展",
        Transition(_UNDER_WAY, None, "ProgressTold", _HANDS),
        Words("已经做了什么（上报人可见）", audience=Audience.REPORTER),
        (
            Field("next_step", Kind.LINE, "下一步做什么（上报人可见）", needed=False),
            Field("next_on", Kind.DAY, "哪天做完", needed=False),
            Field("photos", Kind.FILES, "照片或文件", needed=False, argument="files"),
        ),
        hint="上报人马上能看到，时限照常计算。",
        keeps_version=True,
        reporter="%(office)s告诉您进展",
    ),
    Action.ASK: ActionSpec(
        "请上报人补充",
        Transition(_HANDLED, State.ASKED, "ReporterAsked", _HANDS, Clock.PAUSE),
        Words("要问的问题（上报人可见）", weighty=True, audience=Audience.REPORTER),
        (_FILES,),
        reporter="%(office)s请您补充",
    ),
    Action.REPLY: ActionSpec(
        "补充说明",
        Transition(_ASKED, State.HANDLING, "ReporterReplied", _REPORTER | _DESK, Clock.RESUME),
        _TOLD,
        (_FILES,),
        told="上报人补充",
        reporter="您已补充说明",
    ),
    Action.SUPPLEMENT: ActionSpec(
        "另行补充",
        Transition((OPEN - _ASKED) | _JOINED, None, "ReporterSupplemented", _REPORTER | _DESK),
        _TOLD,
        (_FILES,),
        told="上报人补充",
        reporter="您补充了情况",
    ),
    Action.TAKE_SUPPLEMENT: ActionSpec(
        "登记上报人补充",
        Transition(OPEN, None, "SupplementTaken", _STAFF),
        _TOLD,
        told="上报人补充",
        reporter="受理岗位记下了您的补充",
        keeps_version=True,
    ),
    Action.LAPSE_QUESTION: ActionSpec(
        "逾期未补充，恢复办理",
        Transition(_ASKED, State.HANDLING, "QuestionLapsed", _NOBODY, Clock.RESUME),
        reporter="没有等到您的补充，%(office)s按已有情况继续办理",
    ),
    Action.RETURN: ActionSpec(
        "退回",
        Transition(_DISPATCHED, State.RECEIVED, "CaseReturned", _OFFICES, Clock.REASSIGN),
        _REASON,
        takes_over=True,
        reporter="正在重新确定由哪个部门办理",
    ),
    Action.UNDO_REASSIGN: ActionSpec(
        "撤销改派",
        Transition(_DISPATCHED, None, "ReassignmentUndone", _LEADS, Clock.TAKE_BACK),
        _REASON,
        takes_over=True,
        reporter="仍由%(office)s办理",
    ),
    Action.ASK_CONSENT: ActionSpec(
        "征求乡镇意见", Transition(CONSENTABLE, None, "ConsentAsked", _LEADS), _NOTE, undone_by=Action.WITHDRAW_CONSENT
    ),
    Action.GIVE_CONSENT: ActionSpec(
        "同意承办",
        Transition(CONSENTABLE, None, "ConsentGiven", _TOWN),
        _PERHAPS,
        told="乡镇同意承办",
        hint="同意后由本乡镇承办，答复上报人的时限不变。",
        is_next=True,
        instead=Action.DECLINE_CONSENT,
    ),
    Action.DECLINE_CONSENT: ActionSpec(
        "不同意承办",
        Transition(CONSENTABLE, None, "ConsentDeclined", _TOWN),
        _REASON,
        told="乡镇不同意承办",
    ),
    Action.WITHDRAW_CONSENT: ActionSpec(
        "撤回征求意见", Transition(CONSENTABLE, None, "ConsentWithdrawn", _LEADS), _PERHAPS
    ),
    Action.ASK_EXTENSION: ActionSpec(
        "申请延期",
        Transition(_HANDLED, None, "ExtensionAsked", _HANDS),
        _REASON,
        (Field("count", Kind.EXTENSION, "延长多少（%(unit)s）"),),
    ),
    Action.GRANT_EXTENSION: ActionSpec(
        "同意延期",
        Transition(_EXTENDABLE, None, "ExtensionGranted", _ABOVE_THEM, Clock.EXTEND),
        _TOLD_REASON,
        is_next=True,
        instead=Action.REFUSE_EXTENSION,
        reporter="批准延长办理时间",
    ),
    Action.REFUSE_EXTENSION: ActionSpec(
        "不同意延期", Transition(_EXTENDABLE, None, "ExtensionRefused", _ABOVE_THEM), _REASON
    ),
    Action.PARK: ActionSpec(
        "挂账",
        Transition(_HANDLED, State.PARKED, "CaseParked", _ABOVE, Clock.PARK),
        Words("理由（上报人可见）", weighty=True, audience=Audience.REPORTER),
        (
            Field("ground", Kind.CHOICE, "挂账原因", choices=PARKING_GROUNDS),
            Field("review_on", Kind.DAY, "复核日"),
        ),
        reporter="暂时办不了，挂账等待",
        means="条件不具备，停钟，到复核日再办",
    ),
    Action.UNPARK: ActionSpec(
        "恢复办理",
        Transition(_PARKED, State.HANDLING, "CaseUnparked", _HANDS, Clock.RESUME),
        _NOTE,
        reporter="%(office)s恢复办理",
    ),
    Action.REVIEW: ActionSpec(
        "挂账复核日到，恢复办理",
        Transition(_PARKED, State.HANDLING, "ParkingReviewed", _NOBODY, Clock.RESUME),
        reporter="%(office)s恢复办理",
    ),
    Action.OVERRIDE: ActionSpec(
        "改定时限",
        Transition(_LIMITED, None, "TimeLimitOverridden", _ABOVE, Clock.OVERRIDE),
        _TOLD_REASON,
        (Field("budget", Kind.TIME_LIMIT, "新的时限"),),
        reporter="县里改定了办理时间",
        undone_by=Action.UNDO_OVERRIDE,
        means="办结期限换成新的，上报人会知道",
    ),
    Action.ANSWER: ActionSpec(
        "答复",
        Transition(_HANDLED | {State.COORDINATING}, State.ANSWERED, "CaseAnswered", _HANDS, Clock.STOP),
        Words("答复内容（上报人可见）", weighty=True, audience=Audience.REPORTER),
        (Field("unfinished", Kind.UNFINISHED, "协办没有结束就先答复的理由", needed=False), _FILES),
        takes_over=True,
        is_next=True,
        reporter="%(office)s已答复",
    ),
    Action.JUDGE_SOLVED: ActionSpec(
        "评价：已解决",
        Transition(_ANSWERED, State.CLOSED, "VerdictSolved", _REPORTER | _DESK, Clock.STOP),
        _TOLD_PERHAPS,
        (_SATISFACTION, _FILES),
        instead=Action.JUDGE_UNSOLVED,
        reporter="您的评价：已解决。事件办结",
    ),
    Action.JUDGE_UNSOLVED: ActionSpec(
        "评价：未解决",
        Transition(_ANSWERED, State.HANDLING, "VerdictUnsolved", _REPORTER | _DESK, Clock.RESTART),
        _TOLD_PERHAPS,
        (_UNSOLVED, _SATISFACTION, _FILES),
        reporter="您的评价：没有解决。重新办理",
    ),
    Action.LAPSE: ActionSpec(
        "逾期未评价，自动办结",
        Transition(_ANSWERED, State.CLOSED, "VerdictLapsed", _NOBODY, Clock.STOP),
        reporter="评价期内没有收到您的评价，事件自动办结",
    ),
    Action.RECOMPUTE: ActionSpec(
        "按工作日历重算时限",
        Transition(PROMISED, None, "DueTimesMoved", _NOBODY),
        told="工作日历有变，时限已重算",
        reporter="工作日历有变，答复日期相应调整",
    ),
    Action.CLOSE: ActionSpec(
        "办结",
        Transition(OPEN - {State.RECEIVED}, State.CLOSED, "CaseClosed", _ABOVE, Clock.STOP),
        Words("理由", weighty=True, audience=Audience.REPORTER),
        takes_over=True,
        is_final=True,
        reporter="事件办结",
        means="到此为止，不再答复，也不再等评价",
    ),
    Action.REOPEN: ActionSpec(
        "重新办理",
        Transition(
            frozenset({State.CLOSED, State.WITHDRAWN, State.REFERRED}),
            State.HANDLING,
            "CaseReopened",
            _DESK,
            Clock.RESTART,
        ),
        Words("理由", audience=Audience.REPORTER),
        reporter="事件重新办理",
    ),
    Action.WITHDRAW: ActionSpec(
        "撤回",
        Transition(OPEN - {State.ANSWERED}, State.WITHDRAWN, "CaseWithdrawn", _REPORTER | _DESK, Clock.STOP),
        Words("理由", needed=False, audience=Audience.REPORTER),
        takes_over=True,
        is_final=True,
        reporter="已撤回",
        means="上报人不要了，不再办理",
    ),
    Action.REFER_OUT: ActionSpec(
        "移送",
        Transition(_WORK | _RECEIVED, State.REFERRED, "CaseReferredOut", _DESK | _LEADS, Clock.STOP),
        Words("理由", weighty=True, audience=Audience.REPORTER),
        (Field("to", Kind.TO, "移送到"),),
        takes_over=True,
        is_final=True,
        reporter="已移送有权处理的机关",
        means="交给有权处理的机关，本平台不再办理",
    ),
    Action.JOIN: ActionSpec(
        "合并",
        Transition(OPEN - {State.ANSWERED}, State.JOINED, "CaseJoined", _DESK | _OFFICES | _REPORTER, Clock.STOP),
        _PERHAPS,
        (Field("number", Kind.CASE, "合并到哪个事件（编号）", argument="to"),),
        told="合并到同一件事",
        takes_over=True,
        means="和另一件是同一件事，跟着那一件办",
        reporter="与别人上报的同一件事合并办理",
    ),
    Action.SEPARATE: ActionSpec(
        "撤销合并",
        Transition(_JOINED, None, "CaseSeparated", _DESK | _OFFICES),
        _REASON,
        reporter="查明不是同一件事，恢复单独办理",
    ),
    Action.JUDGE_JOINED: ActionSpec(
        "合并上报人的评价",
        Transition(_JOINED, None, "JoinedReporterJudged", _REPORTER | _DESK),
        _TOLD_PERHAPS,
        (Field("solved", Kind.YES_NO, "问题解决了吗（上报人所说）"), _UNSOLVED, _SATISFACTION, _FILES),
    ),
    Action.URGE: ActionSpec("催办", Transition(RUNNING, None, "CaseUrged", _LEADS | {Role.LEADER}), _NOTE),
    Action.URGE_BY_REPORTER: ActionSpec(
        "催一催",
        Transition(RUNNING, None, "ReporterUrged", _REPORTER),
        told="催办",
        reporter="您催了一次，已转告%(office)s",
    ),
    Action.TAKE_UP: ActionSpec(
        "认领（中心）",
        Transition(_RECEIVED | {State.COORDINATING}, None, "CaseTakenUp", _DESK),
        takes_over=True,
    ),
    Action.LOOK_AT_VERDICT: ActionSpec(
        "标为已看过评价", Transition(_ALL, None, "VerdictLookedAt", _DESK), _NOTE, told="已看过不满意评价"
    ),
    Action.UNDO_OVERRIDE: ActionSpec(
        "撤销改定时限",
        Transition(_LIMITED, None, "OverrideUndone", _ABOVE, Clock.TAKE_BACK),
        _TOLD_REASON,
        reporter="县里恢复了原来的办理时间",
    ),
    Action.UNDO_ASSIGN: ActionSpec(
        "撤销指派", Transition(_HANDLED, None, "AssignmentUndone", _LEADS), _REASON, takes_over=True
    ),
    Action.TELL_EMERGENCY_NUMBER: ActionSpec(
        "已转 110/119/120/122",
        Transition(OPEN, None, "EmergencyNumberTold", _STAFF),
        Words("说了什么，对方怎样接手"),
        (Field("number", Kind.EMERGENCY_NUMBER, "转给哪个号码", choices={each: each for each in EMERGENCY_NUMBERS}),),
        told="已电话移交",
        is_next=True,
    ),
    Action.PUBLISH: ActionSpec(
        "公开内容",
        Transition(_ALL, None, "WordsPublished", _REPORTER | _DESK | _OFFICES),
        hint="公开后任何人都能看到下面的文字，姓名、电话和其他号码已隐去。请先看一遍。",
        means="让任何人都能看到上报内容和答复",
    ),
    Action.WITHHOLD: ActionSpec(
        "不再公开",
        Transition(_ALL, None, "WordsWithheld", _REPORTER | _DESK | _OFFICES),
        told="不再公开内容",
        hint="此后只公开事项分类、所在街道和办理状态。",
        means="上报内容和答复不再给所有人看",
    ),
}

LIFECYCLE: Mapping[Action, Transition] = {action: spec.line for action, spec in ACTIONS.items()}
RIGHT_TO: Mapping[Action, Right] = {
    action: Right(f"action.{action}", spec.name, spec.line.roles) for action, spec in ACTIONS.items()
}
"""An action is its own right: of the roles in its line, and of those that have it by their own row."""
ACTION_NAMES: Mapping[Action, str] = {action: spec.name for action, spec in ACTIONS.items()}
NEEDS_WORDS = frozenset(action for action, spec in ACTIONS.items() if spec.words and spec.words.needed)


@dataclass(frozen=True, slots=True)
class Passing:
    """Something that a case waits for, in a column. It ends when the case leaves `states`, or by one of `ended_by`
    where the actor has the right `of`, where one is named. `none`: what the column holds then.
    """

    column: str
    none: object
    states: frozenset[State] = _ALL
    ended_by: frozenset[Action] = frozenset()
    of: Right | None = None


PASSING = (
    Passing("queue", "", OPEN),
    Passing("extension_asked", "", _EXTENDABLE, frozenset({Action.GRANT_EXTENSION})),
    Passing("consent_office_id", None, CONSENTABLE, frozenset({Action.SCREEN, Action.REASSIGN, Action.RETURN})),
    Passing(
        "unhappy_at",
        None,
        ended_by=frozenset(
            {Action.LOOK_AT_VERDICT, Action.REASSIGN, Action.ASK_CONSENT, Action.ANSWER, Action.CLOSE, Action.REOPEN}
        ),
        of=HANDLE_COUNTY,
    ),
)
"""These end by themselves when a case moves on: no command asks for it."""
EVENT_NAMES: Mapping[str, str] = {
    "CaseReceived": "收到上报",
    "ReportsAdded": "并入一件上报",
    "ReportsRemoved": "分出一件上报",
    "CaseWordsErased": "应本人要求删除上报内容",
    "AssistTaskOpened": "请部门协办",
    "AssistTaskAccepted": "协办签收",
    "AssistExtensionAsked": "申请协办延期",
    "AssistExtensionRefused": "不同意协办延期",
    "AssistTaskAssigned": "指派协办",
    "AssistClockMoved": "协办时限有变",
    "AssistTaskEnded": "协办结束",
    "PartsLeftOpen": "协办没有结束，先答复",
    **{spec.line.event: spec.told or spec.name for spec in ACTIONS.values()},
}
"""The timeline's words for each event of a case."""
REPORTER_WORDS: Mapping[str, str] = {
    "CaseReceived": "已收到您的上报",
    "ReportsAdded": "又有人上报了同一件事，合并办理",
    **{spec.line.event: spec.reporter for spec in ACTIONS.values() if spec.reporter},
}
"""A reporter reads these words of each event; `office` is the one that has the case then. Others aren't told."""


def transition(action: Action, state: State) -> Transition:
    """The table's line for the action. Raises Conflict where the state doesn't allow it (somebody was quicker)."""
    line = LIFECYCLE[action]
    if state not in line.sources:
        raise Conflict("事件目前为“%(state)s”，不能%(action)s。", state=STATE_NAMES[state], action=ACTION_NAMES[action])
    return line
