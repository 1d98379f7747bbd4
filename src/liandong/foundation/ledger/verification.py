"""Finds any change, removal, insertion or reordering of entries, of the seals in the database and in the file, and of
the rows that entries speak of.

Three walks over one snapshot: by stream for the chains, by id for the seals, by spans of cases for the rows. Memory
does not grow with the ledger.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from psycopg.pq import Format

from .bound import kinds, tables
from .domain.chain import GENESIS, NotCanonical, Stream, entry_hash
from .domain.gaps import IdSet, Range
from .domain.head import (
    MARK_BYTES,
    MalformedSeal,
    SealHead,
    SignedSeal,
    before_first,
    hash_of_previous,
    is_signed,
    seal_from_line,
)
from .domain.mark import Mark
from .domain.merkle import RootBuilder, leaf
from .keys import EntryKey, EntryKeyUnreadable, known_entry_key
from .mark import highest_rows
from .models import Entry
from .queries import Leaf, readable_seals, seal_over
from .rows import RowsVerified, context_of, wrong_rows
from .sealing import sealing_held_off
from .seals_file import SealsFile
from .structure import MISSING, foreign_parts

_CHUNK = 5_000
_NEVER = datetime.max.replace(tzinfo=UTC)
"""Stands for moments that no command writes: infinity, years before Christ and after 9999."""
_TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid
_SEQUENCES = """
SELECT sequence.relname, owner.relname, held.attname,
    CASE WHEN has_sequence_privilege(sequence.oid, 'SELECT') THEN coalesce(drawn.last_value, 0) END
FROM pg_depend AS owned
JOIN pg_class AS sequence ON sequence.oid = owned.objid AND sequence.relkind = 'S'
JOIN pg_class AS owner ON owner.oid = owned.refobjid
JOIN pg_attribute AS held ON held.attrelid = owner.oid AND held.attnum = owned.refobjsubid
JOIN pg_namespace AS space ON space.oid = sequence.relnamespace
LEFT JOIN pg_sequences AS drawn ON drawn.sequencename = sequence.relname AND drawn.schemaname = space.nspname
WHERE owned.classid = 'pg_class'::regclass AND owned.deptype IN ('a', 'i')
    AND owner.oid IN (SELECT to_regclass(quote_ident(name)) FROM unnest(%s::text[]) AS asked(name))
ORDER BY 1
"""
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was recorded; `code` names the sentence, `context` fills it."""

    code: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Verified:
    """The walk so far; complete once the findings are exhausted. `without_mac`: up to which id entries
    are held by their seals alone.
    """

    entries: int = 0
    without_mac: int = 0
    seals: int = 0
    unsealed: int = 0
    newest_seal_at: datetime | None = None
    rows: RowsVerified = field(default_factory=RowsVerified)


def verify(
    file: SealsFile,
    keys: dict[str, Ed25519PublicKey],
    *,
    may_be_older: bool = False,
    tally: Verified,
    progress: Progress = lambda _walk, _entries: None,
    marks: Sequence[Mark] = (),
) -> Iterator[Finding]:
    """Yields findings as they come up; none means that everything is as it was recorded.

    `keys` by id are the ones to trust. `may_be_older` accepts a file that ends before the database's last seal: a copy
    made some time ago. `marks`: how far the ledger had come at some time, our own mark and copies kept elsewhere.
    """
    with _one_snapshot(file) as lines:
        is_readable = True
        for table, what in foreign_parts():
            is_readable &= not what.startswith(MISSING)
            yield Finding("table_not_as_made", {"table": table, "what": what})
        if not is_readable:
            return
        yield from _chains(tally, progress)
        yield from _rewound()
        pairs = _paired(lines, readable_seals(), may_be_older=may_be_older)
        yield from _SealWalk(keys, tally, progress, marks).run(pairs)
        for kept in marks:
            yield from _rows_below(kept)
        for wrong in wrong_rows(tally.rows, progress):
            yield Finding(wrong.difference.wrong, context_of(wrong))


def _rows_below(kept: Mark) -> Iterator[Finding]:
    """Tables that end before the mark: rows were removed with all that spoke of them. Of those whose rows may go the
    entries tell.
    """
    goes = {kind.head.title for kind in kinds() if kind.head.binding.goes}
    now = {table: last for table, last in highest_rows().items() if table not in goes}
    for table, last in kept.rows.items():
        if now.get(table, last) < last:
            yield Finding("rows_below_mark", {"table": table, "last": now[table], "mark": last, "at": _moment(kept)})


def _moment(kept: Mark) -> str:
    return kept.at.isoformat(timespec="seconds")


@contextmanager
def _one_snapshot(file: SealsFile) -> Iterator[Iterator[tuple[int, str]]]:
    """Database and file as they stood at one moment: no seal may be made between the two looks."""
    outermost = not connection.in_atomic_block
    with ExitStack() as no_sealing:
        no_sealing.enter_context(sealing_held_off())
        with transaction.atomic(), connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT 1 FROM ledger_entry LIMIT 1")
            size = file.size()
            no_sealing.close()
            with _any_moment():
                yield file.lines(up_to=size)


@contextmanager
def _any_moment() -> Iterator[None]:
    """Moments that Python has no date for are read as one that differs from all others, so that their row is named."""
    adapters = connection.connection.adapters
    plain = adapters.get_loader(_TIMESTAMPTZ, Format.TEXT)

    class AnyMoment(plain):  # type: ignore[misc,valid-type]
        def load(self, data: bytes) -> datetime:
            try:
                return super().load(data)  # type: ignore[no-any-return]
            except (psycopg.DataError, OverflowError, ValueError):
                return _NEVER

    adapters.register_loader("timestamptz", AnyMoment)
    try:
        yield
    finally:
        adapters.register_loader("timestamptz", plain)


def _rewound() -> Iterator[Finding]:
    """Sequences that stand before what they have given out: the next rows would take ids that were there already."""
    titles = [Entry._meta.db_table, *(table.title for table in tables().values())]
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, [titles])
        found = cursor.fetchall()
        highest = [
            f'(SELECT coalesce(max("{column}"), 0) FROM "{owner}")'  # noqa: S608 (names of the catalogue)
            for _, owner, column, _ in found
        ]
        cursor.execute(f"SELECT ARRAY[{', '.join(highest)}]::bigint[]")
        (reached,) = cursor.fetchone()
    for (sequence, _, _, last), most in zip(found, reached, strict=True):
        if last is not None and most > last:
            yield Finding("sequence_rewound", {"sequence": sequence, "last": last, "highest": most})


def _chains(tally: Verified, progress: Progress) -> Iterator[Finding]:
    """`stored` and `reckoned` differ after a changed entry: the next hangs on one, as hash or content was changed."""
    stream = Stream("", 0)
    stored = reckoned = GENESIS
    last_seq = 0
    own = _Own()
    try:
        own.key = known_entry_key()
        tally.without_mac = own.key.since if own.key else 0
    except EntryKeyUnreadable:
        own.is_asked = False
        yield Finding("entry_key_unreadable")
    for id_, here, seq, *fields, digest, mac in _by_stream():
        tally.entries += 1
        if not own.knows(id_, digest, mac):
            yield Finding("entry_not_ours", _place(id_, here, seq, action=fields[2]))
        progress("chains", tally.entries)
        if here != stream:
            stream, stored, reckoned, last_seq = here, GENESIS, GENESIS, 0
        if seq != last_seq + 1:
            yield Finding("entries_missing", {"stream": str(stream), "first": last_seq + 1, "last": seq - 1})
            stored = reckoned = digest
        else:
            expected = _reckon(reckoned, stream, seq, fields)
            if expected != digest and (stored == reckoned or _reckon(stored, stream, seq, fields) != digest):
                yield Finding("entry_changed", _place(id_, stream, seq, action=fields[2]))
                stored, reckoned = digest, expected or digest
            else:
                stored = reckoned = digest
        last_seq = seq
    if own.lacks_key and own.is_asked:
        yield Finding("entry_key_missing")


class _Own:
    """Whether this house wrote an entry, and whether there is anything to know it by."""

    def __init__(self) -> None:
        self.key: EntryKey | None = None
        self.is_asked = True
        self.lacks_key = False

    def knows(self, id_: int, digest: bytes, mac: bytes | None) -> bool:
        if self.key is None:
            self.lacks_key = self.lacks_key or mac is not None
            return True
        return self.key.knows(id_, digest, mac)


def _by_stream() -> Iterator[tuple[Any, ...]]:
    rows = Entry.objects.annotate(told=Cast("payload", TextField())).order_by("stream_kind", "stream_id", "seq", "id")
    read = ("id", "stream_kind", "stream_id", "seq", "at", "actor", "action", "told", "hash", "mac")
    for id_, kind, number, *fields, digest, mac in rows.values_list(*read).iterator(chunk_size=_CHUNK):
        yield (id_, Stream(kind, number), *fields, bytes(digest), mac)


def _reckon(previous: bytes, stream: Stream, seq: int, fields: Sequence[Any]) -> bytes | None:
    at, actor, action, told = fields
    try:
        payload = msgspec.json.decode(told)
        return entry_hash(previous, stream, seq, at, actor, action, payload) if isinstance(payload, dict) else None
    except (NotCanonical, msgspec.DecodeError, RecursionError):
        return None


def _place(id_: int, stream: Stream, seq: int, action: str) -> dict[str, Any]:
    try:
        seal = seal_over(id_)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        seal = None  # one that can't be read has a finding of its own
    return {"stream": str(stream), "seq": seq, "action": action, "seal": seal.head.no if seal else None}


@dataclass(frozen=True, slots=True)
class _Pair:
    """One seal number as file and database have it."""

    no: int
    in_file: SignedSeal | None
    in_database: SignedSeal | None
    file_ended: bool


def _paired(
    lines: Iterable[tuple[int, str]], known: Iterable[SignedSeal | int], *, may_be_older: bool
) -> Iterator[_Pair | Finding]:
    """Merges both by number; unreadable or misplaced lines are findings."""
    filed = _filed(lines)
    database = (Finding("seal_unreadable", {"seal": seal}) if isinstance(seal, int) else seal for seal in known)
    line, row = _next_of(filed), _next_of(database)
    while True:
        while isinstance(line, Finding):
            yield line
            line = _next_of(filed)
        while isinstance(row, Finding):
            yield row
            row = _next_of(database)
        if line is None and row is None:
            return
        number = min(found.head.no for found in (line, row) if found is not None)
        yield _Pair(
            number,
            line if line and line.head.no == number else None,
            row if row and row.head.no == number else None,
            file_ended=line is None and may_be_older,
        )
        if line and line.head.no == number:
            line = _next_of(filed)
        if row and row.head.no == number:
            row = _next_of(database)


def _next_of(found: Iterator[SignedSeal | Finding]) -> SignedSeal | Finding | None:
    return next(found, None)


def _filed(lines: Iterable[tuple[int, str]]) -> Iterator[SignedSeal | Finding]:
    last_no = 0
    for number, line in lines:
        try:
            found = seal_from_line(line)
        except MalformedSeal:
            yield Finding("line_unreadable", {"line": number})
            continue
        if found.head.no <= last_no:
            yield Finding("line_misplaced", {"line": number, "seal": found.head.no})
            continue
        last_no = found.head.no
        yield found


class _SealWalk:
    """Walks entries by id beside the seals in their order; entries absent from a seal wait for a later one."""

    def __init__(
        self, keys: dict[str, Ed25519PublicKey], tally: Verified, progress: Progress, marks: Sequence[Mark]
    ) -> None:
        self._marks = marks
        self._keys = keys
        self._tally = tally
        self._progress = progress
        self._waiting: dict[int, Leaf] = {}
        self._open = IdSet(())
        self._last = before_first()
        self._rows = _leaves_by_id()
        self._row: Leaf | None = None
        self._walked = 0

    def run(self, pairs: Iterable[_Pair | Finding]) -> Iterator[Finding]:
        self._row = self._next_row()
        absences = _Absences()
        for pair in pairs:
            if isinstance(pair, Finding):
                yield pair
                continue
            yield from absences.note(pair)
            yield from self._seal(pair)
        yield from absences.close()
        yield from self._intruders(self._waiting.values())
        yield from self._beyond()
        while self._row is not None:
            self._tally.unsealed += 1
            self._row = self._next_row()

    def _beyond(self) -> Iterator[Finding]:
        """Marks that are ahead of the last seal, or that nobody to trust has signed."""
        for kept in self._marks:
            if not kept.is_signed(self._keys):
                yield Finding("mark_not_signed", {"at": _moment(kept), "key": kept.key_id})
            elif kept.seal > self._last.no:
                yield Finding(
                    "tail_cut",
                    {"first": self._last.no + 1, "last": kept.seal, "to": kept.to, "at": _moment(kept)},
                )

    def _marked(self, head: SealHead) -> Iterator[Finding]:
        for kept in self._marks:
            if kept.seal == head.no and kept.head != head.hash() and kept.is_signed(self._keys):
                yield Finding("mark_differs", {"seal": head.no, "at": _moment(kept)})

    def _next_row(self) -> Leaf | None:
        self._walked += 1
        self._progress("seals", self._walked)
        return next(self._rows, None)

    def _seal(self, pair: _Pair) -> Iterator[Finding]:
        self._tally.seals += 1
        if pair.in_file and pair.in_database and pair.in_file != pair.in_database:
            yield Finding("seal_differs", {"seal": pair.no})
        signed = self._trusted(pair)
        head = signed.head
        if head.key_id not in self._keys:
            yield Finding("seal_key_unknown", {"seal": pair.no, "key": head.key_id})
        elif not is_signed(head, signed.signature, self._keys):
            yield Finding("seal_not_signed", {"seal": pair.no})
        yield from self._marked(head)
        yield from self._joint(head)
        yield from self._contents(signed)
        self._last = head
        self._tally.newest_seal_at = head.sealed_at

    def _trusted(self, pair: _Pair) -> SignedSeal:
        """The file's seal, unless only the database's is signed."""
        found = [signed for signed in (pair.in_file, pair.in_database) if signed is not None]
        return next((signed for signed in found if is_signed(signed.head, signed.signature, self._keys)), found[0])

    def _joint(self, head: SealHead) -> Iterator[Finding]:
        last = self._last
        if head.no > last.no + 1:
            yield Finding("seals_missing", {"first": last.no + 1, "last": head.no - 1})
            self._skip(head.from_id)
        elif head.previous != hash_of_previous(last) or head.from_id != last.to_id:
            yield Finding("seal_chain_broken", {"seal": head.no, "previous": last.no})
            self._skip(head.from_id)

    def _skip(self, up_to: int) -> None:
        """Entries of seals that are lost cannot be checked: one finding for the seals is enough."""
        self._waiting.clear()
        while self._row is not None and self._row.id <= up_to:
            self._row = self._next_row()

    def _contents(self, signed: SignedSeal) -> Iterator[Finding]:
        head = signed.head
        check = _Contents(signed)
        self._late(head, check)
        yield from self._own(head, check)
        yield from check.findings()
        self._open = IdSet(ids for gap in head.gaps for ids in gap.ids)
        closed = [found for id_, found in self._waiting.items() if id_ not in self._open]
        for found in closed:
            del self._waiting[found.id]
        yield from self._intruders(closed)

    def _late(self, head: SealHead, check: "_Contents") -> None:
        for first, last in head.late:
            for id_ in range(first, last + 1):
                check.take(id_, self._waiting.pop(id_, None))

    def _own(self, head: SealHead, check: "_Contents") -> Iterator[Finding]:
        absent = head.absent()
        expected = head.from_id + 1
        strays = []
        while self._row is not None and self._row.id <= head.to_id:
            row = self._row
            if row.id <= head.from_id:
                strays.append(row)
            elif row.id in absent:
                self._waiting[row.id] = row
            else:
                check.skip(expected, row.id - 1, absent)
                check.take(row.id, row)
                expected = row.id + 1
            self._row = self._next_row()
        check.skip(expected, head.to_id, absent)
        yield from self._intruders(strays)

    def _intruders(self, found: Iterable[Leaf]) -> Iterator[Finding]:
        for row in found:
            if row.id in self._open:
                self._tally.unsealed += 1
            else:
                yield Finding(
                    "entry_inserted",
                    {"stream": str(row.stream), "seq": row.seq, "action": _action(row.id), "id": row.id},
                )


class _Contents:
    """Compares what one seal covers with what is there; its root decides, its marks only say where to look."""

    def __init__(self, signed: SignedSeal) -> None:
        self._head = signed.head
        whole = len(signed.marks) == signed.head.entries * MARK_BYTES
        self._marks = signed.marks if whole else b""
        self._root = RootBuilder()
        self._position = 0
        self._gone: list[Range] = []
        self._suspects: list[Leaf] = []

    def take(self, id_: int, row: Leaf | None) -> None:
        """The next covered id, and its entry if it is there."""
        if row is None:
            self._miss(id_, id_)
            return
        mark = self._marks[self._position * MARK_BYTES :][:MARK_BYTES]
        if mark and row.hash[:MARK_BYTES] != mark:
            self._suspects.append(row)
        self._root.add(row.hash)
        self._position += 1

    def skip(self, first: int, last: int, absent: IdSet) -> None:
        """Ids that are not there: those that the seal does not name as absent were removed."""
        for start, end in absent.outside(first, last):
            self._miss(start, end)

    def findings(self) -> Iterator[Finding]:
        if self._position == self._head.entries and not self._gone and self._root.root() == self._head.root:
            return
        for first, last in self._gone:
            yield Finding("sealed_entries_removed", {"first": first, "last": last, "seal": self._head.no})
        for row in self._suspects:
            yield Finding(
                "entry_not_as_sealed",
                {"stream": str(row.stream), "seq": row.seq, "action": _action(row.id), "seal": self._head.no},
            )
        if not self._gone and not self._suspects:
            yield Finding("seal_root_differs", {"seal": self._head.no})

    def _miss(self, first: int, last: int) -> None:
        self._position += last - first + 1
        if self._gone and self._gone[-1][1] == first - 1:
            self._gone[-1] = (self._gone[-1][0], last)
        else:
            self._gone.append((first, last))


class _Absences:
    """Seals that only one side has, told as runs."""

    def __init__(self) -> None:
        self._side = ""
        self._first = self._last = 0

    def note(self, pair: _Pair) -> Iterator[Finding]:
        side = ""
        if pair.in_database is None:
            side = "seals_not_in_database"
        elif pair.in_file is None and not pair.file_ended:
            side = "seals_not_in_file"
        if side == self._side and pair.no == self._last + 1:
            self._last = pair.no
            return
        yield from self.close()
        self._side, self._first, self._last = side, pair.no, pair.no

    def close(self) -> Iterator[Finding]:
        if self._side:
            yield Finding(self._side, {"first": self._first, "last": self._last})
        self._side = ""


def _leaves_by_id() -> Iterator[Leaf]:
    rows = Entry.objects.order_by("id").values_list("id", "stream_kind", "stream_id", "seq", "hash")
    for id_, kind, number, seq, digest in rows.iterator(chunk_size=_CHUNK):
        yield Leaf(id_, Stream(kind, number), seq, leaf((kind, number), seq, bytes(digest)))


def _action(entry_id: int) -> str:
    return str(Entry.objects.values_list("action", flat=True).get(id=entry_id))
