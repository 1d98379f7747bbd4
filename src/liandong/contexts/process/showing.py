"""What a case page shows of the process: drawing, live position, in words where it stands and what can come."""

from dataclasses import dataclass

from liandong.contexts.cases import public as cases

from . import places
from .domain.drawing import in_english, named
from .queries import DefinitionRow, xml_of
from .stuck import run_or_note


@dataclass(frozen=True, slots=True)
class NextStep:
    """An action of the lifecycle that can come next, and the state it leads to."""

    action: cases.Action
    to: cases.State


@dataclass(frozen=True, slots=True)
class CaseProcess:
    """`xml`: the drawing with its names in the asked language; `positions`: ids of elements, `steps`: their names."""

    definition: DefinitionRow
    name: str
    state: cases.State
    xml: str
    positions: tuple[str, ...]
    steps: tuple[str, ...]
    next_steps: tuple[NextStep, ...]


def case_process(*, row: cases.CaseRow, english: bool = False) -> CaseProcess:
    """Of a case that the caller may see. The run is made now if nobody has asked before. Raises RunStuck."""
    run = run_or_note(row.id)
    source = xml_of(run.definition.id).encode()
    if english:
        source = in_english(source)
    names = named(source)
    state = next((places.STATE_OF[each] for each in run.positions if each in places.STATE_OF), cases.State(row.state))
    return CaseProcess(
        definition=run.definition,
        name=(english and run.definition.name_en) or run.definition.name,
        state=state,
        xml=source.decode(),
        positions=run.positions,
        steps=tuple(names.get(each, each) for each in run.positions),
        next_steps=tuple(NextStep(action, to) for action, to in places.next_moves(state, row.rework_count)),
    )
