"""Door of process 流程: the drawing of a case with its live position, and loading drawings."""

from .checking import check, shipped
from .commands import lay_shipped, load_definition
from .domain.drawing import Drawing, DrawingRefused, Refusal
from .queries import STUCK_NAMES, DefinitionRow, RunRow, StuckRow, count_stuck, definitions, run_of, stuck_runs
from .runs import place_anew
from .showing import CaseProcess, NextStep, case_process
from .variants import Variant, variant_of

__all__ = [
    "STUCK_NAMES",
    "CaseProcess",
    "DefinitionRow",
    "Drawing",
    "DrawingRefused",
    "NextStep",
    "Refusal",
    "RunRow",
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
