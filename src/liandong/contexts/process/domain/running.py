"""The execution of a drawing for one case: SpiffWorkflow stands where the lifecycle table says, and goes on with it."""

from collections.abc import Collection, Iterable
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.workflow import VERSION
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.util.task import TaskState

from . import language
from .drawing import Drawing

Kept = dict[str, Any]
FORMAT = {"serializer": str(VERSION)}
"""A kept run names its form. A newer engine doesn't read the form of an older one but makes the run anew."""
_SPEC = ("spec", "subprocess_specs")
_serializer = BpmnWorkflowSerializer()


def compiled(drawing: Drawing) -> Kept:
    """The drawing as the engine reads it, to be stored once a version."""
    convert = _serializer.registry.convert
    return {
        **FORMAT,
        "spec": convert(drawing.spec),
        "subprocess_specs": {name: convert(spec) for name, spec in drawing.inner_specs.items()},
    }


def is_readable(kept: Kept) -> bool:
    """Whether this engine wrote it."""
    return kept.get("serializer") == FORMAT["serializer"]


class Running:
    """One workflow. It rests at `stops` only: through every other step it goes by itself.

    `positions`: ids of the elements it stands on; the end event once it is over.
    """

    def __init__(self, workflow: BpmnWorkflow, stops: Collection[str]) -> None:
        self._workflow = workflow
        self._stops = stops
        workflow.script_engine = language.engine()

    @classmethod
    def entered(cls, spec: Kept, stops: Collection[str], to: str) -> "Running":
        """A new one, entered for the state `to`; a drawing without an entry of its own for it begins at its start."""
        restore = _serializer.registry.restore
        inner = {name: restore(each) for name, each in spec["subprocess_specs"].items()}
        running = cls(BpmnWorkflow(restore(spec["spec"]), inner, script_engine=language.engine()), stops)
        for task in running._workflow.get_tasks(state=TaskState.READY):
            task.data.update(action="", to=to)
        running._go_on("", to)
        return running

    @classmethod
    def restored(cls, spec: Kept, stops: Collection[str], kept: Kept) -> "Running":
        """As `kept` left it."""
        return cls(_serializer.from_dict({**kept, **spec}), stops)

    def kept(self) -> Kept:
        """The part that differs from run to run: the tasks without the spec."""
        kept = {name: value for name, value in _serializer.to_dict(self._workflow).items() if name not in _SPEC}
        return {**kept, **FORMAT}

    @property
    def positions(self) -> list[str]:
        if self._workflow.completed:
            ends = [task for task in self._tasks(TaskState.COMPLETED) if isinstance(task.task_spec, EndEvent)]
            outer = [task for task in ends if task.workflow is self._workflow]
            return [max(outer, key=lambda task: task.last_state_change).task_spec.bpmn_id] if outer else []
        return [task.task_spec.bpmn_id for task in self._open()]

    @property
    def length(self) -> int:
        """How many tasks it keeps."""
        return len(self._workflow.tasks) + sum(len(each.tasks) for each in self._workflow.subprocesses.values())

    def take(self, action: str, to: str) -> None:
        """Goes the way of an action: the event that waits for it, else the step in hand is done."""
        waiting = {details.name for details in self._workflow.waiting_events()}
        if action in waiting:
            self._workflow.catch(BpmnEvent(MessageEventDefinition(action), payload={}))
            self._go_on(action, to)
            return
        for task in self._open():
            if task.task_spec.bpmn_id in self._stops:
                self._do(task, action, to)
        self._go_on(action, to)

    def _go_on(self, action: str, to: str) -> None:
        """Through everything that is no stop: gateways, events, and steps that the table takes in one."""
        self._workflow.do_engine_steps()
        while passing := [task for task in self._open() if task.task_spec.bpmn_id not in self._stops]:
            for task in passing:
                self._do(task, action, to)
            self._workflow.do_engine_steps()

    def _do(self, task: Any, action: str, to: str) -> None:
        task.data.update(action=action, to=to)
        task.run()

    def _open(self) -> list[Any]:
        return [task for task in self._tasks(TaskState.READY) if task.task_spec.manual]

    def _tasks(self, state: int) -> list[Any]:
        inner = (each for flow in self._workflow.subprocesses.values() for each in flow.get_tasks(state=state))
        return [*self._workflow.get_tasks(state=state, skip_subprocesses=True), *inner]


def led(spec: Kept, stops: Collection[str], entry: str, way: Iterable[tuple[str, str]]) -> Running:
    """A new one, entered for the state `entry` and led along (action, state it leads to)."""
    running = Running.entered(spec, stops, entry)
    for action, to in way:
        running.take(action, to)
    return running
