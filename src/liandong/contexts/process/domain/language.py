"""The safe language of drawings: comparisons of what happened, nothing that calls, reads or runs.

SpiffWorkflow would run drawn scripts and conditions as Python; this environment is the only one that it is given.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from simpleeval import SimpleEval
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

NAMES = frozenset({"action", "to"})
"""A condition may ask for these: the action of the lifecycle that is taken, and the state that it leads to."""
MOMENT = re.compile(
    r"(?=P.)P(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?"
    r"|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
"""A length of time or a moment of ISO 8601."""
LONGEST = 200
_NODES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Compare, ast.Eq, ast.NotEq,
    ast.Name, ast.Load, ast.Constant,
)  # fmt: skip


def is_moment(text: str) -> bool:
    """Whether it is a length of time (`P30D`, `PT2H`) or a moment."""
    return MOMENT.fullmatch(text.strip()) is not None


def is_condition(text: str) -> bool:
    """Whether it is a comparison of the known names with texts and numbers, joined by and, or, not."""
    if len(text) > LONGEST:
        return False
    try:
        nodes = list(ast.walk(ast.parse(text.strip(), mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(node, _NODES) for node in nodes) and all(
        node.id in NAMES for node in nodes if isinstance(node, ast.Name)
    )


class SafeEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Evaluates the safe language and refuses all else with PermissionError, also what got past the check."""

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        text = expression.strip()
        if is_moment(text):
            return text
        if not is_condition(text):
            raise PermissionError("an expression outside the safe language")
        return SimpleEval(names={name: context.get(name, "") for name in NAMES}, functions={}).eval(text)

    def execute(self, script: str, context: Mapping[str, Any], external_context: Any = None) -> None:
        raise PermissionError("a script in a drawing")

    def call_service(self, context: Mapping[str, Any], **kwargs: Any) -> None:
        raise PermissionError("a service called from a drawing")


def engine() -> PythonScriptEngine:
    """The script engine that every workflow is given."""
    return PythonScriptEngine(environment=SafeEnvironment())
