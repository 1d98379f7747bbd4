"""Where a case stands in a drawing: the states of its lifecycle beside elements, its actions beside ways between them.

The table of the room below is the rule, drawings follow it: what leads from state to state leads there in the drawing.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from liandong.contexts.cases.public import (
    ACTION_NAMES,
    ENDED,
    LIFECYCLE,
    STATE_NAMES,
    Action,
    CaseRow,
    State,
    after_unsolved,
    has_reporter,
    may_park,
)

from .domain import running
from .domain.drawing import Drawing, Refusal

ELEMENT_OF: Mapping[State, str] = MappingProxyType(
    {
        State.RECEIVED: "received",
        State.DISPATCHED: "dispatched",
        State.HANDLING: "handling",
        State.ASKED: "asked",
        State.ANSWERED: "answered",
        State.COORDINATING: "coordinating",
        State.PARKED: "parked",
        State.CLOSED: "closed",
        State.WITHDRAWN: "withdrawn",
        State.REFERRED: "referred",
    }
)
"""Every state but one: a joined case rests, and its matter goes the way of the case that carries it."""
STATE_OF: Mapping[str, State] = MappingProxyType({element: state for state, element in ELEMENT_OF.items()})
FIRST: frozenset[State] = frozenset({State.RECEIVED, State.DISPATCHED, State.HANDLING})
"""Where a drawing can be entered: as received, as routed at once by the duty list, and reopened."""
TAKEN_IN_ONE = frozenset({"check", "answer", "handover", "extension"})
"""Steps that are drawn and that the table takes within one action: a run goes through them without a stop."""
STOPS = frozenset(STATE_OF)


def moves(state: State) -> list[tuple[Action, State]]:
    """Actions that take a case out of the state, with the state they lead to, in the order of the table."""
    return [
        (action, to)
        for action, line in LIFECYCLE.items()
        if state in line.sources
        for to in targets(action)
        if to != state and to in ELEMENT_OF
    ]


def next_moves(state: State, row: CaseRow) -> list[tuple[Action, State]]:
    """The next moves of the case. An action whose outcome the case decides leads one way, or none."""
    decided = {Action.JUDGE_UNSOLVED: after_unsolved(row.rework_count), Action.REOPEN: State.HANDLING}
    if not may_park(row):
        decided[Action.PARK] = state
    found = [(action, to) for action, to in moves(state) if decided.get(action, to) == to]
    if (Action.ANSWER, State.ANSWERED) in found and not has_reporter(row):
        found[found.index((Action.ANSWER, State.ANSWERED))] = (Action.ANSWER, State.CLOSED)
    return found


def targets(action: Action) -> tuple[State, ...]:
    """States that the action can lead to: a verdict and a reopening decide it by the case."""
    if action is Action.JUDGE_UNSOLVED:
        return (State.HANDLING, State.COORDINATING)
    if action is Action.REOPEN:
        return (State.HANDLING, State.DISPATCHED, State.RECEIVED)
    line = LIFECYCLE[action]
    return () if line.to is None else (line.to,)


def way_to(state: State) -> tuple[State, list[tuple[Action, State]]]:
    """The shortest way of a case to the state: where it enters, and its actions from there."""
    ways: dict[State, tuple[State, list[tuple[Action, State]]]] = {first: (first, []) for first in FIRST}
    waiting = deque(sorted(FIRST))
    while waiting and state not in ways:
        current = waiting.popleft()
        entry, taken = ways[current]
        for action, to in moves(current):
            if to not in ways:
                ways[to] = (entry, [*taken, (action, to)])
                waiting.append(to)
    return ways[state]


def misfits(drawing: Drawing, spec: running.Kept) -> list[Refusal]:
    """Finds why a drawing can't be a case's: a state without its element, a circle that never rests, or an action that
    doesn't lead where the table leads. The last is looked for only where the others are absent.
    """
    return [*_unplaced(drawing)] or [*_strays(drawing, spec)]


def _unplaced(drawing: Drawing) -> Iterator[Refusal]:
    for state, id_ in ELEMENT_OF.items():
        element = drawing.elements.get(id_)
        if element is None:
            yield Refusal(id_, STATE_NAMES[state], "", "图中没有事件的这个状态。")
        elif (element.kind == "endEvent") != (state in ENDED):
            yield Refusal(id_, element.name, element.kind, "已结束的状态应为结束事件，其余状态应为任务。")
    reached = {flow.target for flow in drawing.flows}
    for element in drawing.elements.values():
        if element.id not in reached and element.kind not in ("startEvent", "boundaryEvent"):
            yield Refusal(element.id, element.name or element.id, element.kind, "没有连线通到这里。")
    for id_ in _restless(drawing):
        yield Refusal(id_, drawing.elements[id_].name or id_, drawing.elements[id_].kind, "图中有走不到头的圈。")


def _strays(drawing: Drawing, spec: running.Kept) -> Iterator[Refusal]:
    """States that the way of the table doesn't reach, and actions that lead elsewhere, by the element they leave."""
    for state, id_ in ELEMENT_OF.items():
        entry, way = way_to(state)
        run = running.led(spec, STOPS, entry, way)
        if run.positions != [id_]:
            yield Refusal(id_, drawing.elements[id_].name, drawing.elements[id_].kind, "图中走不到事件的这个状态。")
            continue
        for action, to in () if state in ENDED else moves(state):
            if running.led(spec, STOPS, entry, [*way, (action, to)]).positions != [ELEMENT_OF[to]]:
                name = " → ".join((drawing.elements[id_].name, ACTION_NAMES[action], STATE_NAMES[to]))
                yield Refusal(id_, name, drawing.elements[id_].kind, "图中这一步没有走到该到的状态。")


def _restless(drawing: Drawing) -> list[str]:
    """Elements on a circle of flows without a stop in it: the engine would go round for ever."""
    onward: dict[str, set[str]] = {id_: set() for id_ in drawing.elements}
    for flow in drawing.flows:
        if flow.source not in STOPS and flow.target not in STOPS and flow.source in onward:
            onward[flow.source].add(flow.target)
    while ends := {id_ for id_, targets_ in onward.items() if not targets_ & onward.keys()}:
        for id_ in ends:
            del onward[id_]
    return [id_ for id_ in onward if any(id_ in targets_ for targets_ in onward.values())]
