"""One table says who is told: event → kind and audience. Another names the kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """A post chooses a way for each group: work that comes, time that runs out, the outcome of a case."""

    TASKS = "tasks"
    DEADLINES = "deadlines"
    PROGRESS = "progress"


GROUP_NAMES: Mapping[Group, str] = {
    Group.TASKS: "新任务和指派",
    Group.DEADLINES: "将到期、超期和催办",
    Group.PROGRESS: "办理进展",
}


class Audience(StrEnum):
    """OFFICE: the posts of the lead office that can take a task; HOLDER: the assignee, else those; NAMED: the post that
    the event names; TOWN: the dispatchers of the office that it names; ASKER: who asked that town; COORDINATORS: the
    county's; DESK: who screens; PLACE_TOWN: the dispatchers of the town where it is, of no private case; DECIDERS: who
    may grant the extension that is asked for; REPORTER: who left a contact, of every report of the matter.
    """

    OFFICE = "office"
    HOLDER = "holder"
    NAMED = "named"
    TOWN = "town"
    ASKER = "asker"
    COORDINATORS = "coordinators"
    DESK = "desk"
    PLACE_TOWN = "place_town"
    DECIDERS = "deciders"
    REPORTER = "reporter"


class Kind(StrEnum):
    """The kinds of notification. `UNCLEAR` and `OVERDUE` count cases, one line a day; all others name one case."""

    NEW_TASK = "new_task"
    ASSIGNED = "assigned"
    UNCLEAR = "unclear"
    URGENT_UNCLEAR = "urgent_unclear"
    YELLOW = "yellow"
    RED = "red"
    OVERDUE = "overdue"
    URGED = "urged"
    CONSENT_ASKED = "consent_asked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_DECLINED = "consent_declined"
    REPLIED = "replied"
    REPORT_ADDED = "report_added"
    NO_REPLY = "no_reply"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    REOPENED = "reopened"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    UNPARKED = "unparked"
    LIMIT_CHANGED = "limit_changed"
    QUESTION = "question"
    ANSWERED = "answered"
    NEW_DATE = "new_date"
    PARKED = "parked"
    CLOSED = "closed"
    REFERRED = "referred"
    GOES_ON = "goes_on"
    JOINED = "joined"
    SEPARATED = "separated"


@dataclass(frozen=True, slots=True)
class Words:
    """Simplified Chinese, translated where it is shown; `group` None: told to reporters."""

    name: str
    group: Group | None


KINDS: Mapping[Kind, Words] = {
    Kind.NEW_TASK: Words("新任务", Group.TASKS),
    Kind.ASSIGNED: Words("指派给您", Group.TASKS),
    Kind.UNCLEAR: Words("待受理", Group.TASKS),
    Kind.URGENT_UNCLEAR: Words("可能有危险，请立即处理", Group.TASKS),
    Kind.REOPENED: Words("重新办理", Group.TASKS),
    Kind.CONSENT_ASKED: Words("征求乡镇意见，等您决定", Group.TASKS),
    Kind.UNSOLVED: Words("评价未解决", Group.TASKS),
    Kind.YELLOW: Words("将到期", Group.DEADLINES),
    Kind.RED: Words("已超期", Group.DEADLINES),
    Kind.OVERDUE: Words("今天新超期", Group.DEADLINES),
    Kind.URGED: Words("有人催办", Group.DEADLINES),
    Kind.REPLIED: Words("上报人已补充", Group.PROGRESS),
    Kind.REPORT_ADDED: Words("又有人上报同一件事", Group.PROGRESS),
    Kind.CONSENT_GIVEN: Words("乡镇同意承办", Group.PROGRESS),
    Kind.CONSENT_DECLINED: Words("乡镇不同意承办", Group.PROGRESS),
    Kind.NO_REPLY: Words("逾期未补充，恢复办理", Group.PROGRESS),
    Kind.SOLVED: Words("评价已解决", Group.PROGRESS),
    Kind.EXTENSION_ASKED: Words("申请延期，待审批", Group.PROGRESS),
    Kind.EXTENSION_GRANTED: Words("同意延期", Group.PROGRESS),
    Kind.EXTENSION_REFUSED: Words("不同意延期", Group.PROGRESS),
    Kind.UNPARKED: Words("挂账复核日到", Group.PROGRESS),
    Kind.LIMIT_CHANGED: Words("时限已改定", Group.PROGRESS),
    Kind.QUESTION: Words("部门想请您补充", None),
    Kind.ANSWERED: Words("部门已答复，请您评价", None),
    Kind.NEW_DATE: Words("承诺的答复时间有变", None),
    Kind.PARKED: Words("暂时办不了，已挂账等待", None),
    Kind.CLOSED: Words("县里已办结", None),
    Kind.REFERRED: Words("已移送有权处理的机关", None),
    Kind.GOES_ON: Words("重新办理", None),
    Kind.JOINED: Words("与别人上报的同一件事合并办理", None),
    Kind.SEPARATED: Words("查明不是同一件事，恢复单独办理", None),
}

TOLD: Mapping[str, tuple[tuple[Kind, Audience], ...]] = {
    "CaseReceived": (
        (Kind.NEW_TASK, Audience.OFFICE),
        (Kind.URGENT_UNCLEAR, Audience.DESK),
        (Kind.URGENT_UNCLEAR, Audience.PLACE_TOWN),
    ),
    "CaseScreened": ((Kind.NEW_TASK, Audience.OFFICE),),
    "CaseReassigned": ((Kind.NEW_TASK, Audience.OFFICE),),
    "ReassignmentUndone": ((Kind.NEW_TASK, Audience.OFFICE),),
    "CaseReturned": (),
    "TaskAssigned": ((Kind.ASSIGNED, Audience.NAMED),),
    "CaseUrged": ((Kind.URGED, Audience.HOLDER),),
    "ReporterUrged": ((Kind.URGED, Audience.HOLDER),),
    "ReporterAsked": ((Kind.QUESTION, Audience.REPORTER),),
    "ReporterReplied": ((Kind.REPLIED, Audience.HOLDER),),
    "ReporterSupplemented": ((Kind.REPLIED, Audience.HOLDER),),
    "SupplementTaken": ((Kind.REPLIED, Audience.HOLDER),),
    "QuestionLapsed": ((Kind.NO_REPLY, Audience.HOLDER),),
    "CaseAnswered": ((Kind.ANSWERED, Audience.REPORTER),),
    "VerdictSolved": ((Kind.SOLVED, Audience.HOLDER),),
    "VerdictUnsolved": ((Kind.UNSOLVED, Audience.HOLDER),),
    "ExtensionAsked": ((Kind.EXTENSION_ASKED, Audience.DECIDERS),),
    "ExtensionGranted": ((Kind.EXTENSION_GRANTED, Audience.HOLDER), (Kind.NEW_DATE, Audience.REPORTER)),
    "ExtensionRefused": ((Kind.EXTENSION_REFUSED, Audience.HOLDER),),
    "TimeLimitOverridden": ((Kind.LIMIT_CHANGED, Audience.HOLDER), (Kind.NEW_DATE, Audience.REPORTER)),
    "CaseParked": ((Kind.PARKED, Audience.REPORTER),),
    "ParkingReviewed": ((Kind.UNPARKED, Audience.HOLDER),),
    "CaseClosed": ((Kind.CLOSED, Audience.REPORTER),),
    "CaseReferredOut": ((Kind.REFERRED, Audience.REPORTER),),
    "ConsentAsked": ((Kind.CONSENT_ASKED, Audience.TOWN),),
    "ConsentGiven": ((Kind.CONSENT_GIVEN, Audience.ASKER),),
    "ConsentDeclined": ((Kind.CONSENT_DECLINED, Audience.ASKER),),
    "OverrideUndone": ((Kind.LIMIT_CHANGED, Audience.HOLDER), (Kind.NEW_DATE, Audience.REPORTER)),
    "ReportsAdded": ((Kind.REPORT_ADDED, Audience.HOLDER),),
    "CaseJoined": ((Kind.JOINED, Audience.REPORTER),),
    "CaseSeparated": ((Kind.NEW_TASK, Audience.OFFICE), (Kind.SEPARATED, Audience.REPORTER)),
    "JoinedReporterJudged": ((Kind.UNSOLVED, Audience.HOLDER),),
    "CaseReopened": ((Kind.REOPENED, Audience.HOLDER), (Kind.GOES_ON, Audience.REPORTER)),
}
"""A case that came to no office (received unclear, returned) is told to the desk as one count, `UNCLEAR`; one whose
words sound as if somebody were in danger also on its own, whatever its category.
"""
OF_ONE = frozenset({Kind.QUESTION})
"""Told to the reporter of the case alone, not to those of the cases that are joined to it."""
LIGHTS = {Kind.YELLOW: Audience.HOLDER, Kind.RED: Audience.OFFICE}
"""A light that turns; red also to the assignee where that is a grid worker, and to coordinators as one count."""
