"""Reads what an action of a case asks, as JSON: one shape for all actions, made from the fields of their table."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.kernel import ids
from liandong.kernel.errors import InvalidInput

_TYPES: Mapping[cases.Kind, type] = {
    cases.Kind.OFFICE: int,
    cases.Kind.POST: int,
    cases.Kind.DESPITE_ABSENCE: bool,
    cases.Kind.EXTENSION: int,
    cases.Kind.DAY: date,
    cases.Kind.YES_NO: bool,
    cases.Kind.SATISFACTION: int,
}
"""The JSON type of a field; text for the others."""
_NOTES: Mapping[cases.Kind, str] = {
    cases.Kind.PLACE: " (WGS-84)",
    cases.Kind.DESPITE_ABSENCE: " (of a post that is out)",
    cases.Kind.EXTENSION: " (units of the finish budget)",
    cases.Kind.TIME_LIMIT: " (such as `10wd`)",
    cases.Kind.CASE: " (of the other case)",
    cases.Kind.SATISFACTION: " (1–5)",
    cases.Kind.FILES: " (tokens of `POST /photos` and `POST /documents`)",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an action. `fields`: by the names of the command's arguments."""

    fields: Mapping[str, object]
    text: str
    version: int | None
    take_over: bool
    however_short: bool


def _names(field: cases.Field) -> tuple[str, ...]:
    return ("lon", "lat") if field.kind is cases.Kind.PLACE else (field.name,)


def _members() -> Iterator[tuple[str, object, object]]:
    """(name, type, value where it isn't given) of every field of every action, each once."""
    yield "text", str, ""
    yield "version", int | None, None
    yield "take_over", bool, False
    yield "however_short", bool, False
    every = (field for spec in cases.ACTIONS.values() for field in spec.fields)
    kinds = {name: field.kind for field in every for name in _names(field)}
    for name, kind in kinds.items():
        if kind is cases.Kind.PLACE:
            yield name, float | None, None
        elif kind is cases.Kind.DESPITE_ABSENCE:
            yield name, bool, False
        elif kind is cases.Kind.FILES:
            yield name, tuple[str, ...], ()
        elif kind in _TYPES:
            yield name, _TYPES[kind] | None, None
        else:
            yield name, str, ""


def _told() -> str:
    """Which action asks what, for the description of the API."""
    lines = []
    for action, spec in cases.ACTIONS.items():
        told = [
            ("" if field.needed else "perhaps ") + " and ".join(f"`{name}`" for name in _names(field)) + _note(field)
            for field in spec.fields
        ]
        if told:
            lines.append(f"{action.value}: {', '.join(told)}")
    weighty = ", ".join(action.value for action, spec in cases.ACTIONS.items() if spec.words and spec.words.weighty)
    return (
        "What an action needs: `text` for what is written; `version` as last seen, so that nothing is overwritten "
        "(409).\nWithout `version` an action is done to the case as it stands, but takes nothing out of the hands of "
        "another post: that is 409 too, unless `take_over` says so.\n\n"
        f"{' · '.join(lines)}.\n\n"
        f"`text` of {weighty} that is a single sign is asked back (409 `very_short`) unless `however_short`."
    )


def _note(field: cases.Field) -> str:
    if field.choices and field.kind not in _NOTES:
        return f" (one of {', '.join(field.choices)})"
    return _NOTES.get(field.kind, "")


ActionIn = msgspec.defstruct(
    "ActionIn",
    list(_members()),
    namespace={"__doc__": _told()},
    module=__name__,
    frozen=True,
    forbid_unknown_fields=True,
)
"""The one shape: an action reads its own fields of it."""


def asked_in_json(content: bytes, action: cases.Action) -> Asked:
    """Raises InvalidInput, also where a field is missing that the action needs."""
    given = msgspec.structs.asdict(access.decoded(content, ActionIn))
    fields: dict[str, object] = {}
    for field in cases.ACTIONS[action].fields:
        for name in _names(field):
            if given[name] is None and field.needed:
                raise InvalidInput("请填写这一项。", field=name)
            fields[field.argument or name] = _READ.get(field.kind, _as_it_is)(given[name])
    return Asked(fields, given["text"], given["version"], given["take_over"], given["however_short"])


def _as_it_is(value: object) -> object:
    return value


_READ: Mapping[cases.Kind, Callable[..., object]] = {
    cases.Kind.CASE: ids.parse_case_number,
    cases.Kind.FILES: files.files_of_tokens,
}
