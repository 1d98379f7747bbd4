"""The process on the page of a case: drawing, live position, and in words where it stands and what can come."""

from dataclasses import dataclass

from liandong.contexts.cases import public as cases

from . import places
from .domain.drawing import DrawingRefused, in_english, named
from .queries import DefinitionRow, xml_of
from .runs import run_at


@dataclass(frozen=True, slots=True)
class NextStep:
    """An action of the lifecycle that can come next, and the state it leads to."""

    action: cases.Action
    to: cases.State


@dataclass(frozen=True, slots=True)
class CaseProcess:
    """`xml`: the drawing with its names in the asked language, "" where it can't be read; `positions`: ids of elements,
    `steps`: their names.

    `is_stuck`: the run doesn't follow; state and next steps are those of the case, and so is the position.
    """

    definition: DefinitionRow
    name: str
    state: cases.State
    xml: str
    positions: tuple[str, ...]
    steps: tuple[str, ...]
    next_steps: tuple[NextStep, ...]
    is_stuck: bool


def case_process(*, row: cases.CaseRow, english: bool = False) -> CaseProcess:
    """Of a case that the caller may see; of a joined one that of the main case. The run is made now
    if nobody has asked before.
    """
    row = cases.matter_of(row).main
    run = run_at(row.id)
    xml, names = _drawn(xml_of(run.definition.id), english=english)
    positions = (places.ELEMENT_OF[cases.State(row.state)],) if run.is_stuck else run.positions
    state = next((places.STATE_OF[each] for each in positions if each in places.STATE_OF), cases.State(row.state))
    return CaseProcess(
        definition=run.definition,
        name=(english and run.definition.name_en) or run.definition.name,
        state=state,
        xml=xml,
        positions=positions,
        steps=tuple(names[each] for each in positions if each in names),
        next_steps=tuple(NextStep(action, to) for action, to in places.next_moves(state, row)),
        is_stuck=run.is_stuck,
    )


def _drawn(xml: str, *, english: bool) -> tuple[str, dict[str, str]]:
    """The drawing and the names of its elements in the asked language."""
    try:
        source = in_english(xml.encode()) if english else xml.encode()
        return source.decode(), named(source)
    except DrawingRefused:
        return "", {}
