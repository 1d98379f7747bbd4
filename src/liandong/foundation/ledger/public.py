"""Door of the ledger 留痕: record an action, read a stream, seal what was recorded, prove an entry."""

from .commands import append, append_many
from .domain.chain import (
    EntryDraft,
    Head,
    NewEntry,
    NotCanonical,
    Stream,
    commitment,
    entry_hash,
    first_entries,
    link,
    new_salt,
)
from .queries import EntryRow, entries

__all__ = [
    "EntryDraft",
    "EntryRow",
    "Head",
    "NewEntry",
    "NotCanonical",
    "Stream",
    "append",
    "append_many",
    "commitment",
    "entries",
    "entry_hash",
    "first_entries",
    "link",
    "new_salt",
]
