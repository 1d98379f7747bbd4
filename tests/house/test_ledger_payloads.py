"""What the ledger tells is shown, never built upon: state stands in tables."""

import ast

from tests.house import writers
from tests.house.fences import graph, rooms

SHOWN = {
    "contexts.intake.web.status": "the receipt, its proof and who was told",
}
"""Modules that read what entries carry, with what they show of it."""
_OTHERS = {"report", "draft", "event"}
"""What has a payload of its own and is no entry."""
_ENTRIES = {"entries", "entries_of"}


def _reads_entries(tree: ast.AST) -> bool:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return bool(names & {*_ENTRIES, "EntryRow"})


def _reads_payloads(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "payload"
        and isinstance(node.ctx, ast.Load)
        and ast.unparse(node.value) not in _OTHERS
        for node in ast.walk(tree)
    )


def test_payloads_of_entries_are_read_by_what_shows_them_alone() -> None:
    modules = {module for room in rooms(graph()) for module in graph().find_descendants(room)}
    reading = set()
    for module in modules:
        if ".migrations" in module or module.startswith("liandong.foundation.ledger"):
            continue
        tree = writers.tree_of(module)
        if _reads_entries(tree) and _reads_payloads(tree):
            reading.add(module.removeprefix("liandong."))
    assert reading == SHOWN.keys()
