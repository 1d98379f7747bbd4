"""Which functions of the rooms write, and which of these are called from outside: commands, whatever their file is."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.house.fences import ROOT, graph, rooms

Name = tuple[str, str]
"""Module and what it defines."""
BY_TABLE = ("liandong.contexts.cases.actions.registry", "take_action")
"""Calls the commands that say which action they do."""
FACES = {"admin", "api", "management", "open311", "urls", "web"}
"""They call for somebody."""
_CLOCK = {"apps", "jobs", "migrations"}
"""Nobody acts here."""
_PURE = {"domain", "standalone"}
_SAVING = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
_SQL = re.compile(r"\b(?:INSERT INTO|DELETE FROM|UPDATE \w+(?: AS \w+)? SET)\b")


@dataclass
class Definition:
    """A function, or all that a class does, or a table of functions."""

    node: ast.stmt
    uses: set[Name] = field(default_factory=set)
    writes: bool = False


@cache
def definitions() -> Mapping[Name, Definition]:
    """Of every module of every room below its faces; who uses what writes, also of another room, writes."""
    found = {
        (module, name): _defined(node, module, known)
        for module in _modules()
        for tree in [tree_of(module)]
        for known in [imported(module)]
        for node in tree.body
        for name in _names(node)
    }
    found[BY_TABLE].uses |= {name for name, each in found.items() if _enters_the_table(each.node)}
    doors = {(module, name): of for module in _doors() for name, of in imported(module).items()}
    grown = True
    while grown:
        writing = {name for name, each in found.items() if each.writes}
        new = [each for each in found.values() if not each.writes and {doors.get(n, n) for n in each.uses} & writing]
        for each in new:
            each.writes = True
        grown = bool(new)
    return found


def commands() -> dict[str, ast.FunctionDef]:
    """All public functions that write and are called from outside of their room or by its faces, or stand in a file of
    commands.
    """
    called = _called_from_outside()
    return {
        f"{module.removeprefix('liandong.')}.{name}": each.node
        for (module, name), each in definitions().items()
        if each.writes and isinstance(each.node, ast.FunctionDef) and not name.startswith("_")
        if (module, name) in called or module.endswith(".commands")
    }


def _enters_the_table(node: ast.stmt) -> bool:
    """Whether a function says that it does an action: then the table of commands has it."""
    marks = [each.func for each in getattr(node, "decorator_list", []) if isinstance(each, ast.Call)]
    return any(ast.unparse(mark).removeprefix("cases.") == "does" for mark in marks)


def _defined(node: ast.stmt, module: str, known: Mapping[str, Name]) -> Definition:
    made = Definition(node)
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            made.writes |= _saves(each)
            if isinstance(each.func, ast.Name) and each.func.id[:1].isupper():
                made.uses.add(known.get(each.func.id, (module, each.func.id)))
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            made.writes |= _SQL.search(each.value) is not None
        elif isinstance(each, ast.Name) and not (each.id[:1].isupper() and not each.id.isupper()):
            made.uses.add(known.get(each.id, (module, each.id)))
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in known:
            of, name = known[each.value.id]
            made.uses.add((f"{of}.{name}", each.attr))
    return made


def _saves(call: ast.Call) -> bool:
    """A dictionary is updated by position, a set of rows by names."""
    if not isinstance(call.func, ast.Attribute):
        return False
    name, of = call.func.attr, ast.unparse(call.func.value)
    if name in _SAVING or (name == "create" and ".objects" in of):
        return True
    is_named = bool(call.keywords) and not call.args
    return (name == "update" and is_named) or (name == "delete" and not call.args and not call.keywords)


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@cache
def imported(module: str) -> Mapping[str, Name]:
    """What the names that a module imports stand for."""
    found: dict[str, Name] = {}
    parts = module.split(".")
    is_package = path_of(module).name == "__init__.py"
    for node in tree_of(module).body:
        if isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level + is_package] if node.level else []
            of = ".".join([*above, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: (of, alias.name) for alias in node.names}
    return found


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text("utf-8"))


def path_of(module: str) -> Path:
    path = ROOT / "src" / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _modules() -> Iterator[str]:
    apart = FACES | _CLOCK | _PURE | {"public"}
    return (module for module, kind in _kinds() if kind not in apart)


def _doors() -> Iterator[str]:
    return (module for module, kind in _kinds() if kind == "public")


def _kinds() -> Iterator[tuple[str, str]]:
    """Every module of every room with the first name below the room."""
    for room in sorted(rooms(graph())):
        for module in sorted(graph().find_descendants(room)):
            yield module, module.removeprefix(f"{room}.").split(".")[0]


def _called_from_outside() -> set[Name]:
    found: set[Name] = set()
    for module in [*_doors(), *(module for module, kind in _kinds() if kind in FACES)]:
        known = imported(module)
        found |= set(known.values())
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                of, name = known[node.value.id]
                found.add((f"{of}.{name}", node.attr))
    return found
