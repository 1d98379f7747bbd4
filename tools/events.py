"""Keep docs/events.md: `write` prints it from the code, `check` says whether it is as the code has it.

What is hashed is for ever and others may read it: a difference is a decision, not an accident.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import msgspec
from msgspec import inspect

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
os.environ["LIANDONG_TESTING"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")
django.setup()

from liandong.contexts.cases.public import CaseFacts  # noqa: E402
from liandong.foundation import facts  # noqa: E402

PAGE = ROOT / "docs" / "events.md"
HEAD = """# Events

Printed from the code by `.venv/bin/python tools/events.py write`; a test holds it. An event is a struct of its room
(`domain/events.py`); ledger entries and event rows carry its name and, as JSON, its fields. A field that is at its
default isn't written. Every event may have `actor`: who did it (`staff:ID`, `reporter:ID` of the report, `api:ID`,
`system`), in event rows only, for an entry has a column for that. An entry may have `bound` besides: what was done to
rows (`docs/decisions/bound-rows.md`).

Every event of a case may have

| field | what it holds |
|---|---|
"""
FORMER = """
## Earlier names
Entries are never renamed: the ledger's hashes are over what was written. Whoever reads, reads by this table.

| was | is read as |
|---|---|
"""
CONDITIONS = {
    "ReporterUrged": "where a reporter did it",
    "ReporterSupplemented": "where no question was open (`from` isn't `asked`)",
    "SupplementTaken": "with `by_reporter`",
}


def page() -> str:
    """The whole page."""
    lines = [HEAD, *(f"| `{name}` | {told} |\n" for name, told in _fields(CaseFacts, {"actor"}))]
    shared = {field.name for field in msgspec.structs.fields(CaseFacts)}
    events = list(facts.declared().values())
    for room in sorted({_room(event) for event in events}):
        lines.append(f"\n## {room}\n| event | when | fields |\n|---|---|---|\n")
        for event in sorted((each for each in events if _room(each) == room), key=lambda each: each.__name__):
            told = "; ".join(
                f"`{name}` {what}"
                for name, what in _fields(event, shared if issubclass(event, CaseFacts) else {"actor"})
            )
            lines.append(f"| {event.__name__} | {_when(event)} | {told} |\n")
    lines.append(FORMER)
    for name, formers in sorted(facts.former_names().items()):
        for former in formers:
            condition = CONDITIONS.get(former.now.__name__, "")
            lines.append(f"| {name}{f', {condition}' if condition else ''} | {former.now.__name__} |\n")
    keys: dict[tuple[str, str], list[str]] = {}
    for event in events:
        for old, new in facts.former_keys(event).items():
            keys.setdefault((old, new), []).append(event.__name__)
    for (old, new), names in sorted(keys.items()):
        of = "any event of a case" if len(names) > 20 else ", ".join(sorted(names))
        lines.append(f"| `{old}` of {of} | `{new}` |\n")
    return "".join(lines)


def _room(event: type[msgspec.Struct]) -> str:
    return event.__module__.split(".")[2]


def _when(event: type[msgspec.Struct]) -> str:
    """The docstring, and what that of the shared fields adds."""
    shared = (
        base.__doc__ for base in event.__mro__[1:] if base.__name__.endswith("Facts") and base.__name__ not in _BARE
    )
    return " ".join(" ".join(text.split()) for text in (event.__doc__, *shared) if text)


_BARE = {"Facts", "CaseFacts"}


def _fields(event: type[msgspec.Struct], but: set[str]) -> Iterator[tuple[str, str]]:
    """(name in JSON, what it holds)."""
    info = inspect.type_info(event)
    for own, field in zip(msgspec.structs.fields(event), info.fields, strict=True):
        if own.name not in but:
            yield field.encode_name, _told(field.type)


def _told(kind: Any) -> str:
    match kind:
        case inspect.Metadata(type=of, extra_json_schema=dict(schema)):
            return str(schema.get("description") or _told(of))
        case inspect.UnionType(types=types):
            return " or ".join(_told(each) for each in types)
        case inspect.ListType(item_type=item):
            return f"list of {_told(item)}"
        case inspect.DictType():
            return "an object"
        case inspect.NoneType():
            return "null"
        case _:
            names = {"IntType": "number", "StrType": "text", "BoolType": "yes or no", "AnyType": "any"}
            return names[type(kind).__name__]


def main(arguments: list[str]) -> int:
    wanted = page()
    if arguments == ["write"]:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if PAGE.read_text("utf-8") != wanted:
        sys.stdout.write("docs/events.md isn't as the code has it: .venv/bin/python tools/events.py write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
