"""Structs of events. The name of a struct is the event's. A room declares its own in `domain/events.py`.

Ledger entries and event rows are written from the struct. What is read is as old as the ledger: a key that is missing,
unknown or of another shape leaves the field at its default; an earlier name or key is read as the present one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import msgspec

Told = Mapping[str, object]
"""A payload as it is kept."""

CaseId = Annotated[int, msgspec.Meta(description="id of a case")]
TaskId = Annotated[int, msgspec.Meta(description="id of a task")]
OfficeId = Annotated[int, msgspec.Meta(description="id of an office")]
PostId = Annotated[int, msgspec.Meta(description="id of a post")]
DivisionId = Annotated[int, msgspec.Meta(description="id of a division")]
ReportId = Annotated[int, msgspec.Meta(description="id of a report")]
MessageId = Annotated[int, msgspec.Meta(description="id of a message: the words themselves are never told")]
BatchId = Annotated[int, msgspec.Meta(description="id of a batch of bulk actions")]
CallId = Annotated[int, msgspec.Meta(description="id of a call")]
Count = Annotated[int, msgspec.Meta(description="how many")]
State = Annotated[str, msgspec.Meta(description="a state of the lifecycle of a case")]
Code = Annotated[str, msgspec.Meta(description="a code")]
Budget = Annotated[str, msgspec.Meta(description="a time budget in compact text, `10wd`")]
Moment = Annotated[str, msgspec.Meta(description="ISO 8601, UTC")]
Day = Annotated[str, msgspec.Meta(description="ISO 8601, a day of the county")]
Moved = Annotated[list[str | None], msgspec.Meta(description="before and after, ISO 8601, UTC; null where none")]
Who = Annotated[str, msgspec.Meta(description="`staff:ID`, `reporter:ID` of the report, `api:ID` or `system`")]
Hex = Annotated[str, msgspec.Meta(description="SHA-256, hex")]
Stood = Annotated[dict[str, Any], msgspec.Meta(description="columns as they stood before, for undoing")]


class Facts(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Each field has a default; what is at its default isn't written. `actor`: who did it, in event rows only: an entry
    has a column for that.
    """

    actor: Who = ""

    def __init_subclass__(cls, **options: Any) -> None:
        """Every struct is an event but those that end in Facts: they hold fields that several events have."""
        super().__init_subclass__(**options)
        name = cls.__name__
        if name.endswith("Facts"):
            return
        if name in _events:
            raise ValueError(f"two events are named {name}")
        _events[name] = cls

    @property
    def event(self) -> str:
        """Its name in ledger and event rows."""
        return type(self).__name__


class UnknownFacts(Facts, frozen=True):
    """Of an event that this version of the product doesn't know."""


@dataclass(frozen=True, slots=True)
class FormerName:
    """An event had another name. `where`: by payload and actor, where the one name stood for two."""

    name: str
    now: type[Facts]
    where: Callable[[Told, str], bool] = lambda _payload, _actor: True


_events: dict[str, type[Facts]] = {}
_former_names: dict[str, list[FormerName]] = {}
_former_keys: dict[type[Facts], Mapping[str, str]] = {}


def formerly(*, names: Iterable[FormerName], keys: Mapping[type[Facts], Mapping[str, str]]) -> None:
    """Enters the table of a room: what events were called, and in `keys` their keys, old → new."""
    for former in names:
        _former_names.setdefault(former.name, []).append(former)
    _former_keys.update(keys)
    names_of.cache_clear()


def declared() -> Mapping[str, type[Facts]]:
    """Every event of the loaded rooms, by name."""
    return _events


def former_names() -> Mapping[str, list[FormerName]]:
    """Earlier names, with what each is read as."""
    return _former_names


def former_keys(event: type[Facts]) -> Mapping[str, str]:
    """Earlier keys of an event's payload, old → new."""
    return _former_keys.get(event, {})


@cache
def names_of(event: str) -> frozenset[str]:
    """Under which names it may have been written."""
    old = (each.name for formers in _former_names.values() for each in formers if each.now.__name__ == event)
    return frozenset((event, *old))


def names_of_all(events: Iterable[str]) -> frozenset[str]:
    """Under which names any of these events may have been written."""
    return frozenset(name for event in events for name in names_of(event))


def name_now(name: str, payload: Told, actor: str = "") -> str:
    """The present name of an event that was written under this name."""
    for former in _former_names.get(name, ()):
        if former.where(payload, actor):
            return former.now.__name__
    return name


def read(name: str, payload: Told, actor: str = "") -> Facts:
    """The struct of what was written, under whatever name and keys."""
    event = _events.get(name_now(name, payload, actor), UnknownFacts)
    known = payload
    if keys := _former_keys.get(event):
        known = {keys.get(key, key): value for key, value in payload.items()}
    try:
        return msgspec.convert(known, event)
    except msgspec.ValidationError:
        return msgspec.convert({key: value for key, value in known.items() if _fits(event, key, value)}, event)


def _fits(event: type[Facts], key: str, value: object) -> bool:
    try:
        msgspec.convert({key: value}, event)
    except msgspec.ValidationError:
        return False
    return True


def payload_of(facts: Facts) -> dict[str, object]:
    """The written form: plain JSON values, without those at their default."""
    written: dict[str, object] = msgspec.to_builtins(facts, enc_hook=plain)
    return written


def plain(value: object) -> str | int:
    """Subclasses of text and numbers, which msgspec doesn't take for these: marked-safe text is one."""
    return str.__str__(value) if isinstance(value, str) else int(value)  # type: ignore[call-overload]
