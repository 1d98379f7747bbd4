"""Runs follow the table: made at first need where the case stands, then led along with its events. A run is nothing
that is done to a case: what was done stands in the ledger already, and where a run strays the table is right.

What goes wrong in a drawing or the engine marks the run as stuck and reaches no caller: neither the worker, which
would only try it again, nor the page. It is tried again with the next event, at the next look, and by hand.
"""

import logging
from collections.abc import Sequence

from django.db import DatabaseError, transaction

from liandong.contexts.cases import public as cases
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import Conflict, NotAllowed

from .commands import lay_shipped
from .domain import rights
from .domain.drawing import DrawingRefused, read
from .domain.events import RunPlacedAnew
from .domain.running import Kept, Running, compiled, is_readable, led
from .models import Definition, Run
from .places import ELEMENT_OF, STATE_OF, STOPS, way_to
from .queries import DefinitionRow, RunRow, current_definition, row_of, spec_of, xml_of
from .variants import Variant, variant_of

log = logging.getLogger(__name__)
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


def place_anew(*, actor: Actor, case_id: int) -> RunRow:
    """By hand, once what was wrong is mended: where the case stands, in the run's own version, else in the current one.

    Of a case that the post may see. Raises NotAllowed, Conflict where the run stays stuck.
    """
    if not actor.may(rights.PLACE_ANEW):
        raise NotAllowed
    with transaction.atomic():
        row = cases.visible_case(actor=actor, case_id=case_id)
        run = _locked(case_id) or _begin(row)
        if cases.State(row.state) not in ELEMENT_OF:
            _rest(run)
            return row_of(run)
        _place(run, row, run.definition)
        if run.stuck_since is not None:
            _place(run, row, _definition(variant_of(row.category_code)))
        if run.stuck_since is None:
            facts = RunPlacedAnew(definition=run.definition_id, position=run.positions[0])
            ledger.record(actor=actor, stream=("run", case_id), facts=facts)
            return row_of(run)
    raise Conflict("流程还是走不下去，请检查流程图。办理不受影响。")


def _locked(case_id: int) -> Run | None:
    return (
        Run.objects.select_for_update(of=("self",))
        .select_related("definition")
        .defer("definition__spec", "definition__xml")
        .filter(pk=case_id)
        .first()
    )


def _begin(row: cases.CaseRow) -> Run:
    """Who comes second at the same moment takes the run of the first. It has followed to nothing yet."""
    definition = _definition(variant_of(row.category_code))
    made = Run(case_id=row.id, definition_id=definition.id, case_version=0, changed_at=time.now())
    made.positions, made.tasks = [], {}
    Run.objects.bulk_create([made], ignore_conflicts=True)
    return _locked(row.id) or made


def _follow(run: Run, row: cases.CaseRow, steps: Sequence[Step]) -> None:
    if run.case_version >= row.version:
        return
    variant, state = variant_of(row.category_code), cases.State(row.state)
    if state not in ELEMENT_OF:
        _rest(run)
        return
    if variant != run.definition.key:
        _place(run, row, _definition(variant))
    elif not steps and run.positions == [ELEMENT_OF[state]]:
        run.case_version, run.changed_at = row.version, time.now()
        run.save(update_fields=["case_version", "changed_at"])
    elif (running := _led_on(run, state, steps)) is not None:
        _keep(run, row, running)
    else:
        _place(run, row, run.definition)


def _rest(run: Run) -> None:
    """The case is joined to another: its run stands still until it is separated, stuck or not."""
    if run.stuck_since is not None:
        run.stuck_since, run.stuck_reason = None, ""
        run.save(update_fields=["stuck_since", "stuck_reason"])


def _place(run: Run, row: cases.CaseRow, definition: Definition | DefinitionRow) -> None:
    """Where the case stands, in this definition; where that fails the run is stuck and stays as it was."""
    try:
        running = led(_spec(definition.id), STOPS, *way_to(cases.State(row.state)))
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("the run of case %s is stuck", row.id)
        run.stuck_since = run.stuck_since or time.now()
        run.stuck_reason = Run.Stuck.DRAWING if isinstance(error, DrawingRefused) else Run.Stuck.ENGINE
        run.save(update_fields=["stuck_since", "stuck_reason"])
    else:
        run.definition_id = definition.id
        _keep(run, row, running)


def _keep(run: Run, row: cases.CaseRow, running: Running) -> None:
    run.case_version, run.changed_at = row.version, time.now()
    run.positions, run.tasks = running.positions, running.kept()
    run.stuck_since, run.stuck_reason = None, ""
    run.save()


def _led_on(run: Run, state: cases.State, steps: Sequence[Step]) -> Running | None:
    """Along the steps to the state; None where it is to be placed there anew: the steps don't lead to it, it has grown
    long, or it can't be gone on with.
    """
    if not is_readable(run.tasks):
        return None
    try:
        running = Running.restored(_spec(run.definition_id), STOPS, run.tasks)
        _lead(running, steps)
        arrived = running.positions == [ELEMENT_OF[state]] and running.length <= LONGEST_TASKS
    except DatabaseError:
        raise
    except Exception:
        log.warning("the run of case %s is placed anew", run.pk, exc_info=True)
        return None
    return running if arrived else None


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


def _definition(variant: Variant) -> DefinitionRow:
    """The current one; the product's is loaded at first need."""
    found = current_definition(variant)
    if found is None:
        lay_shipped(actor=SYSTEM)
        found = current_definition(variant)
    if found is None:
        raise LookupError(variant)
    return found
