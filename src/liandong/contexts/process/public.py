"""Door of process 流程: the drawing of a case with its live position, and loading drawings."""

from .checking import check, shipped
from .commands import lay_shipped, load_definition
from .domain.drawing import Drawing, DrawingRefused, Refusal
from .queries import DefinitionRow, RunRow, definitions, run_of
from .showing import CaseProcess, NextStep, case_process
from .stuck import WHY, RunStuck, StuckRow, count_stuck, place_anew, stuck_runs
from .variants import Variant, variant_of

__all__ = [
    "WHY",
    "CaseProcess",
    "DefinitionRow",
    "Drawing",
    "DrawingRefused",
    "NextStep",
    "Refusal",
    "RunRow",
    "RunStuck",
    "StuckRow",
    "Variant",
    "case_process",
    "check",
    "count_stuck",
    "definitions",
    "lay_shipped",
    "load_definition",
    "place_anew",
    "run_of",
    "shipped",
    "stuck_runs",
    "variant_of",
]  # fmt: skip
