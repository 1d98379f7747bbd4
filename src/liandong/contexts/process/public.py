"""Door of process 流程: the drawing of a case with its live position, and loading drawings."""

from .checking import check, shipped
from .commands import lay_shipped, load_definition
from .domain.drawing import Drawing, DrawingRefused, Refusal
from .queries import DefinitionRow, RunRow, definitions, run_of
from .showing import CaseProcess, NextStep, case_process
from .variants import Variant, variant_of

__all__ = [
    "CaseProcess",
    "DefinitionRow",
    "Drawing",
    "DrawingRefused",
    "NextStep",
    "Refusal",
    "RunRow",
    "Variant",
    "case_process",
    "check",
    "definitions",
    "lay_shipped",
    "load_definition",
    "run_of",
    "shipped",
    "variant_of",
]  # fmt: skip
