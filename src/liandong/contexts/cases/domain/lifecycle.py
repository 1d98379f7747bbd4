"""The words of a case's life 事件: its states, what happens to its clocks, what may hold it up.

States follow the practice 受理–派遣–处置–反馈–评价–结案. Which action leads where stands in `actions.py`.
"""

from collections.abc import Mapping
from enum import StrEnum


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


class Clock(StrEnum):
    """An action moves the clocks in one of these ways.

    REASSIGN begins the accept clock anew; the finish clock runs on. TAKE_BACK restores both. OVERRIDE sets another
    finish budget. EXTEND adds to it.
    """

    KEEP = "keep"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RESTART = "restart"
    REASSIGN = "reassign"
    TAKE_BACK = "take_back"
    EXTEND = "extend"
    PARK = "park"
    OVERRIDE = "override"


CONSENTABLE = frozenset({State.RECEIVED, State.DISPATCHED, State.HANDLING, State.COORDINATING})
"""States in which a town's consent to lead the case is waited for: a request ends when the case leaves them."""
PARKING_GROUNDS: Mapping[str, str] = {
    "project": "等待工程项目",
    "season": "等待季节",
    "funds": "等待经费",
    "no_owner": "产权或责任主体不明",
}
"""The grounds for parking a case 挂账, as urban management has them."""
SATISFACTION_NAMES: Mapping[str, str] = {
    "5": "非常满意",
    "4": "满意",
    "3": "一般",
    "2": "不满意",
    "1": "非常不满意",
}
"""The reporter's word on how the case was handled, best first."""
UNSOLVED_REASONS: Mapping[str, str] = {
    "nobody_came": "没有来处理",
    "not_thorough": "处理不彻底",
    "not_true": "答复与事实不符",
    "other": "其他",
}
"""Why the reporter says that it isn't solved."""
UNHAPPY = 2
"""Satisfaction up to which a verdict waits for the desk to look at it, as one does that leads to coordination."""
EMERGENCY_NUMBERS = ("110", "119", "120", "122")
"""Police, fire, ambulance, traffic accidents: whom a danger is handed over to by telephone."""
REWORKS_BEFORE_COORDINATION = 1
"""“Not solved” goes back to the office once, then to the county's coordinator."""


def after_unsolved(reworks: int) -> State:
    """Where a case goes whose reporter says it isn't solved; `reworks`: how often it went back before."""
    return State.HANDLING if reworks < REWORKS_BEFORE_COORDINATION else State.COORDINATING
