"""Small drawings for tests."""

from liandong.contexts.process.public import Variant, shipped

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'


def drawing(steps: str, flows: str = "", process: str = "default") -> bytes:
    """A process of one start, the given steps, one end; `flows` beside the line start → step → end."""
    return f"""{HEAD}<process id="{process}" name="试画">
    <startEvent id="s"/>{steps}<endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="step"/>
    <sequenceFlow id="f2" sourceRef="step" targetRef="e"/>{flows}
    </process></definitions>""".encode()


def default() -> str:
    """The product's drawing of an ordinary case."""
    return shipped(Variant.DEFAULT).decode()
