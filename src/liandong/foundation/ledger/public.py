"""Door of the ledger 留痕: record an action, read a stream, seal what was recorded, prove an entry."""

from .commands import append, append_many
from .domain.chain import (
    EntryDraft,
    Head,
    NewEntry,
    NotCanonical,
    Stream,
    canonical,
    commitment,
    entry_hash,
    first_entries,
    link,
    new_salt,
)
from .queries import EntryRow, NotSealedYet, entries, entries_of, last_seal, last_sealed_at, last_times, proof
from .sealing import SealsDisagree, reconcile, seal

__all__ = [
    "EntryDraft",
    "EntryRow",
    "Head",
    "NewEntry",
    "NotCanonical",
    "NotSealedYet",
    "SealsDisagree",
    "Stream",
    "append",
    "append_many",
    "canonical",
    "commitment",
    "entries",
    "entries_of",
    "entry_hash",
    "first_entries",
    "last_seal",
    "last_sealed_at",
    "last_times",
    "link",
    "new_salt",
    "proof",
    "reconcile",
    "seal",
]
