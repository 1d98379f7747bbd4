"""Door of the ledger 留痕: record an action, read a stream, seal what was recorded, prove an entry."""

from .adoption import go_on as adopt_rows
from .adoption import horizons, write_past
from .adoption import is_left as has_rows_to_adopt
from .bound import BOUND, Binding, BoundModel, BoundQuerySet, altered, bind, bound_table, created, new_row_salt
from .commands import append_many, bind_rows, entry_of, first_entries, record
from .contents import files_lie
from .domain.chain import (
    EntryDraft,
    Head,
    NewEntry,
    NotCanonical,
    Stream,
    canonical,
    commitment,
    entry_hash,
    link,
    new_salt,
)
from .keys import published_keys
from .queries import (
    EntryRow,
    NotSealedYet,
    entries,
    entries_of,
    last_seal,
    last_sealed_at,
    last_seq,
    last_times,
    proof,
    telling,
)
from .sealing import SealsDisagree, reconcile, seal

__all__ = [
    "BOUND",
    "Binding",
    "BoundModel",
    "BoundQuerySet",
    "EntryDraft",
    "EntryRow",
    "Head",
    "NewEntry",
    "NotCanonical",
    "NotSealedYet",
    "SealsDisagree",
    "Stream",
    "adopt_rows",
    "altered",
    "append_many",
    "bind",
    "bind_rows",
    "bound_table",
    "canonical",
    "commitment",
    "created",
    "entries",
    "entries_of",
    "entry_hash",
    "entry_of",
    "files_lie",
    "first_entries",
    "has_rows_to_adopt",
    "horizons",
    "last_seal",
    "last_sealed_at",
    "last_seq",
    "last_times",
    "link",
    "new_row_salt",
    "new_salt",
    "proof",
    "published_keys",
    "reconcile",
    "record",
    "seal",
    "telling",
    "write_past",
]
