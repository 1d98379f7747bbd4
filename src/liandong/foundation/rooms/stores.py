"""Everything that a room keeps answers four questions: for how long, how erasure reaches it, whether a backup holds it,
and where the pages on rights and threats speak of it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kept(StrEnum):
    """How long rows or files of a store live."""

    ALWAYS = "always"
    """As long as the county: what was recorded, and registers with their history."""
    MATTER = "matter"
    """As long as the case, whose words go by right."""
    REPLACED = "replaced"
    """Until the next one takes its place, or what it is about goes."""
    SPAN = "span"
    """A time that `why` names, then a timer or the worker removes it."""
    WORK = "work"
    """Until the work is done that it is for."""
    AGAIN = "again"
    """Made again from the others; it could be lost."""


@dataclass(frozen=True, slots=True)
class Store:
    """A table, or a folder of the data folder (its name ends in `/`).

    `erase`: how `./liandong erase` reaches it, or why it needn't. `rights`, `threat`: the first cell of the line in
    `docs/rights.md` and in `docs/threat_model.md` that speaks of it. `kept_for`: what ends a span.
    """

    name: str
    kept: Kept
    erase: str
    rights: str
    threat: str
    kept_for: str = ""


def stores(kept: Kept, erase: str, rights: str, threat: str, *names: str, kept_for: str = "") -> tuple[Store, ...]:
    """Several with the same answers."""
    return tuple(Store(name, kept, erase, rights, threat, kept_for) for name in names)
