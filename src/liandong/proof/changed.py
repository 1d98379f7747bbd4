"""The checks that a change asks for first: `./liandong test --changed`, in less than a minute.

A test file is near a change where it was changed itself, imports the changed module, or names what the module defines.
House tests that read the kind of file are taken whatever was changed in it. All the rest is for `./liandong test`.
"""

import ast
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 12
HOUSE: Mapping[str, tuple[str, ...]] = {
    r"src/.*\.py": ("docstrings", "style", "one_place", "poolers", "unscoped_reads"),
    r"src/.*/models\.py": ("bound_columns", "foreign_keys", "forbidden_columns", "glossary", "migrations", "stores"),
    r"src/.*/migrations/.*\.py": ("migrations", "stores"),
    r"src/.*/room\.py": ("rights", "stores"),
    r"src/.*/domain/rights\.py": ("rights",),
    r"src/.*/(domain/)?events\.py": ("events", "glossary", "ledger_payloads", "snapshots"),
    r"src/.*/(urls|api|exporting|views)\.py": ("addresses", "snapshots"),
    r"src/.*\.html": ("templates",),
    r"islands/.*": ("island_imports",),
    r"docs/glossary\.md": ("glossary",),
    r"(docs/(adding|operations|stores)|AGENTS|README)\.md": ("adding", "operations", "readme", "map", "stores"),
    r"\.importlinter|src/liandong/app/rooms\.py": ("map",),
}
"""Tests in `tests/house` by the files that they read."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`tests` are run, nearest first; `left` are near too, but more than a short loop takes."""

    tests: tuple[str, ...]
    left: tuple[str, ...]


class NoGit(Exception):
    """There is no git, or this is no clone."""


def changed_files(root: Path, since: str = "HEAD") -> list[str]:
    """Files that differ from a commit, and new ones, by their path in the clone. Raises NoGit."""
    commands = (["git", "diff", "--name-only", since], ["git", "ls-files", "--others", "--exclude-standard"])
    found: list[str] = []
    for command in commands:
        try:
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)  # noqa: S603
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise NoGit(getattr(error, "stderr", "") or str(error)) from error
        found += done.stdout.splitlines()
    return sorted({name for name in found if (root / name).exists()})


def select(root: Path, changed: Iterable[str]) -> Selection:
    """Test files for these changes; empty where no test is near."""
    names = list(changed)
    house = [
        f"tests/house/test_{each}.py"
        for name in names
        for rule, tests in HOUSE.items()
        if re.fullmatch(rule, name)
        for each in tests
    ]
    own = [name for name in names if re.fullmatch(r"tests/.*test_\w+\.py", name)]
    modules = [
        name for name in names if re.fullmatch(r"(src/liandong|tests)/.*\.py", name) and "/migrations/" not in name
    ]
    near = _near(root, [name for name in modules if name not in own])
    first = list(dict.fromkeys((*own, *house)))
    rest = [each for each in near if each not in first]
    return Selection((*first, *rest[:MOST_FILES]), tuple(rest[MOST_FILES:]))


def _near(root: Path, modules: Sequence[str]) -> list[str]:
    """Those that name most of what the modules define first; a module imported counts like three names."""
    wanted = {_dotted(name): _defined(root / name) for name in modules}
    weights: dict[str, int] = {}
    for path in sorted((root / "tests").rglob("test_*.py")) if wanted else ():
        if path.parent.name == "house":
            continue
        text = path.read_text("utf-8")
        words, imported = set(re.findall(r"\w+", text)), _imported(text)
        weight = sum(3 * (module in imported) + len(names & words) for module, names in wanted.items())
        if weight:
            weights[path.relative_to(root).as_posix()] = weight
    return sorted(weights, key=lambda name: (-weights[name], name))


def _dotted(name: str) -> str:
    return name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _defined(path: Path) -> set[str]:
    """Functions and classes of a module that others may name; short and common words are no sign of anything."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and node.name[0] != "_" and len(node.name) > 5}


def _imported(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found
