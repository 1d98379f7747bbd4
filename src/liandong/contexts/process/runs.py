"""Runs follow the table: made at first need where the case stands, then led along with its events. A run is nothing
that is done to a case: what was done stands in the ledger already, and where a run strays the table is right.
"""

from collections.abc import Sequence

from django.db import transaction

from liandong.contexts.cases import public as cases
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM

from .commands import lay_shipped
from .domain.drawing import read
from .domain.running import Kept, Running, compiled, is_readable, led
from .models import Run
from .places import ELEMENT_OF, STATE_OF, STOPS, way_to
from .queries import DefinitionRow, RunRow, current_definition, row_of, spec_of, xml_of
from .variants import Variant, variant_of

LONGEST_TASKS = 150
"""Of a run that went round so often it keeps only where it stands, not the way there."""
Step = tuple[cases.Action, cases.State]


def run_at(case_id: int) -> RunRow:
    """The run of a case as the case stands now, made if there is none. Raises NotFound."""
    with transaction.atomic():
        row = cases.find(case_id)
        run = _locked(case_id) or _begin(row)
        _follow(run, row, ())
        return row_of(run)


def follow(case_id: int, steps: Sequence[Step]) -> None:
    """Leads the run of a case along what happened since; nothing where it has none or is there already."""
    run = _locked(case_id)
    if run is not None:
        _follow(run, cases.find(case_id), steps)


def _locked(case_id: int) -> Run | None:
    return (
        Run.objects.select_for_update(of=("self",))
        .select_related("definition")
        .defer("definition__spec", "definition__xml")
        .filter(pk=case_id)
        .first()
    )


def _begin(row: cases.CaseRow) -> Run:
    """Who comes second at the same moment takes the run of the first."""
    definition = _definition(variant_of(row.category_code))
    running = _placed(_spec(definition.id), cases.State(row.state))
    made = Run(case_id=row.id, definition_id=definition.id, case_version=row.version, changed_at=time.now())
    made.positions, made.tasks = running.positions, running.kept()
    Run.objects.bulk_create([made], ignore_conflicts=True)
    return _locked(row.id) or made


def _follow(run: Run, row: cases.CaseRow, steps: Sequence[Step]) -> None:
    if run.case_version >= row.version:
        return
    variant, state = variant_of(row.category_code), cases.State(row.state)
    if state not in ELEMENT_OF:
        return
    run.case_version, run.changed_at = row.version, time.now()
    if variant != run.definition.key:
        run.definition_id = _definition(variant).id
        running = _placed(_spec(run.definition_id), state)
    else:
        if not steps and run.positions == [ELEMENT_OF[state]]:
            run.save(update_fields=["case_version", "changed_at"])
            return
        running = _led_on(run, state, steps)
    run.positions, run.tasks = running.positions, running.kept()
    run.save()


def _led_on(run: Run, state: cases.State, steps: Sequence[Step]) -> Running:
    """Along the steps to the state; placed there anew where the steps don't lead to it, or it has grown long."""
    spec = _spec(run.definition_id)
    if is_readable(run.tasks):
        running = Running.restored(spec, STOPS, run.tasks)
        _lead(running, steps)
        if running.positions == [ELEMENT_OF[state]] and running.length <= LONGEST_TASKS:
            return running
    return _placed(spec, state)


def _spec(definition_id: int) -> Kept:
    """As stored, or made from the drawing again where an older engine stored it."""
    spec = spec_of(definition_id)
    return spec if is_readable(spec) else compiled(read(xml_of(definition_id).encode()))


def _lead(running: Running, steps: Sequence[Step]) -> None:
    """Along the steps as far as they go on from where the run stands."""
    for action, to in steps:
        at = STATE_OF.get(running.positions[0]) if len(running.positions) == 1 else None
        if at is None or at == to or at not in cases.LIFECYCLE[action].sources or at in cases.ENDED:
            continue
        running.take(action, to)


def _placed(spec: Kept, state: cases.State) -> Running:
    return led(spec, STOPS, *way_to(state))


def _definition(variant: Variant) -> DefinitionRow:
    """The current one; the product's is loaded at first need."""
    found = current_definition(variant)
    if found is None:
        lay_shipped(actor=SYSTEM)
        found = current_definition(variant)
    if found is None:
        raise LookupError(variant)
    return found
