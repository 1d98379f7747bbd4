"""A drawing before it is loaded: whether it can be read, and whether the lifecycle of a case goes through it."""

from importlib import resources

from . import places
from .domain import running
from .domain.drawing import Drawing, DrawingRefused, Refusal, read
from .variants import Variant


def shipped(variant: Variant) -> bytes:
    """The product's drawing of a process."""
    return resources.files(__package__).joinpath(f"drawings/{variant}.bpmn").read_bytes()


def check(source: bytes) -> Drawing:
    """Reads a drawing and holds it against the lifecycle. Raises DrawingRefused with everything that is in the way."""
    drawing = read(source)
    if drawing.process not in set(Variant):
        raise DrawingRefused(
            Refusal(
                drawing.process, drawing.name, "process", "流程编号应为 default、emergency、petition 或 consultation。"
            )
        )
    if found := places.misfits(drawing, running.compiled(drawing)):
        raise DrawingRefused(*found)
    return drawing
