"""What is written on a case is read by one rule: whoever takes messages says for whom."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "liandong"
MAY_READ_THE_TABLE = {
    "contexts/cases/actions/judging.py",  # who answered: no words
    "contexts/cases/actions/publishing.py",  # what reporters may read, masked
    "contexts/cases/change.py",
    "contexts/cases/erasing.py",
    "contexts/cases/filling/columns.py",  # no words
    "contexts/cases/queries.py",
}


def modules() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")


def calls(text: str) -> Iterator[ast.Call]:
    """Calls that take the messages or the timeline of a case."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name in ("messages", "timeline") and (of is None or getattr(of, "id", "") == "cases"):
                yield node


def test_whoever_takes_messages_says_for_whom() -> None:
    silent = {
        f"{name}:{call.lineno}"
        for name, text in modules()
        if name.startswith("contexts/")
        for call in calls(text)
        if call.args and "reader" not in {each.arg for each in call.keywords}
    }
    assert silent == set()


def test_the_table_of_messages_is_read_where_it_is_named_here() -> None:
    reading = {
        name for name, text in modules() if re.search(r"\bMessage\.objects\b|message__text|messages__text", text)
    }
    assert reading == MAY_READ_THE_TABLE


def test_the_older_column_is_read_where_it_is_told_apart_and_nowhere_else() -> None:
    reading = {
        name
        for name, text in modules()
        if name.startswith("contexts/") and re.search(r"(?:message|each|said)\.public\b", text)
    }
    assert reading == set()
