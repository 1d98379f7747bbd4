"""Sealing: every visible entry goes into exactly one signed head, also the one whose transaction commits late.

Ids are drawn before a transaction commits, so a seal sees holes. It records them, with the transactions that may still
fill them: whoever draws an id holds a lock on the id sequence from before it has the id until it ends, and that lock is
seen in pg_locks. docs/decisions/ledger-seals.md says why no marker column, lock or transaction id is used.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest

from django.db import connection, transaction

from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import LiandongError

from . import mark
from .commands import record
from .domain.chain import Stream
from .domain.events import SealsFileReconciled
from .domain.gaps import Gap, absent, runs, still_open
from .domain.head import (
    MARK_BYTES,
    MalformedSeal,
    SealHead,
    SignedSeal,
    before_first,
    gaps_document,
    hash_of_previous,
    is_signed,
    seal_from_line,
)
from .domain.mark import MalformedMark
from .domain.merkle import root_over
from .keys import public_keys, signing_key, sync_folder
from .models import Seal
from .queries import Leaf, covered_leaves, last_seal, leaves_after, leaves_in, seals
from .seals_file import SealsFile

SEAL_AT_MOST = 16_384
_SEALER_LOCK = 0x6C656467_73656C
_HOLDERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND relation = pg_get_serial_sequence('ledger_entry', 'id')::regclass
  AND pid IS DISTINCT FROM pg_backend_pid()
"""


class SealsDisagree(LiandongError):
    """封存文件与数据库不一致：请运行 ledger verify 查看；若刚从备份恢复，请运行 ledger reconcile。"""

    code = "seals_disagree"
    status = 409


def seal() -> list[SealHead]:
    """Seals all entries that no seal covers yet; nothing when another sealer is at work. Each seal is a transaction.

    First into the file, fsynced, then into the database: after a crash between, the file is one seal ahead and the
    next call takes it over. Raises SealsDisagree when the file is not what the database knows, SealKeyMissing.
    """
    made = []
    while head := _seal_once():
        made.append(head)
        mark.keep(head, signing_key())
    return made


def _seal_once() -> SealHead | None:
    """The next seal, in a transaction of its own; None when nothing is new or another sealer is at work."""
    with only_sealer() as alone:
        if not alone:
            return None
        key = signing_key()
        file = SealsFile.of_this_house()
        found = _next(_take_over(file), key.id)
        if found is None:
            return None
        head, marks = found
        signed = key.sign(head, marks)
        file.append(signed)
        _record(signed)
        return head


def reconcile(*, actor: Actor) -> tuple[int, int]:
    """After a restore: makes the seals file agree with the database and says so in the ledger.

    Lines that the database does not have are set aside in a file beside it; seals that the file lacks are written.
    Returns how many lines were set aside and how many written; (0, 0) records nothing.
    """
    with only_sealer(wait=True):
        file = SealsFile.of_this_house()
        agreed, aside, written = _compare(file)
        ahead = _mark_is_ahead()
        if not aside and not written and not ahead:
            return (0, 0)
        copy, digest = _set_aside(file) if aside else ("", "")
        file.replace(seals())
        _begin_mark_anew()
        facts = SealsFileReconciled(agreed=agreed, aside=aside, written=written, file=copy, sha256=digest, mark=ahead)
        record(actor=actor, stream=Stream("ledger", 0), facts=facts)
        return (aside, written)


def _begin_mark_anew() -> None:
    """The mark of what there is now; none where nothing was ever sealed."""
    known = last_seal()
    if known is None:
        mark.remove()
    else:
        mark.keep(known.head, signing_key())


def _mark_is_ahead() -> int:
    """The seal that the mark knows and the database doesn't have so; 0 where they agree or there is no mark."""
    try:
        kept = mark.read()
    except MalformedMark:
        return -1
    if kept is None:
        return 0
    known = next(seals(kept.seal - 1), None)
    return 0 if known is not None and known.head.hash() == kept.head else kept.seal


@contextmanager
def only_sealer(*, wait: bool = False) -> Iterator[bool]:
    """One sealer at a time over all workers; yields whether it is us. The block is a transaction and the lock is its
    own, so that it ends with it whatever becomes of us, also behind a pooler that deals out connections by transaction.
    """
    with transaction.atomic():
        yield _lock_sealing(wait=wait)


def _lock_sealing(*, wait: bool) -> bool:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALER_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def sealing_held_off() -> Iterator[None]:
    """No seal is made meanwhile. The lock lies on a connection of its own: whoever looks at database and file in one
    snapshot must not have taken that snapshot while the lock was waited for. Inside a transaction the lock is its own.
    """
    if connection.in_atomic_block:
        with only_sealer(wait=True):
            yield
        return
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALER_LOCK])
        yield
        own.rollback()
    finally:
        own.close()


def _next(last: SealHead, key_id: str) -> tuple[SealHead, bytes] | None:
    """The next head and its marks, or None when nothing is new. The order of the four reads is what makes it right."""
    holders_before = _holders()
    late = leaves_in(ids for gap in last.gaps for ids in gap.ids)
    fresh = leaves_after(last.to_id, SEAL_AT_MOST)
    holders_after = _holders()
    if not late and not fresh:
        return None
    gaps = still_open(last.gaps, [found.id for found in late], holders_before)
    if fresh:
        holes = absent((found.id for found in fresh), last.to_id + 1, fresh[-1].id)
        gaps += [Gap(tuple(holes), tuple(holders_after))] if holes else []
    return _head(last, late, fresh, gaps, key_id), _marks([*late, *fresh])


def _head(last: SealHead, late: list[Leaf], fresh: list[Leaf], gaps: list[Gap], key_id: str) -> SealHead:
    return SealHead(
        no=last.no + 1,
        from_id=last.to_id,
        to_id=fresh[-1].id if fresh else last.to_id,
        late=tuple(runs(found.id for found in late)),
        gaps=tuple(gaps),
        entries=len(late) + len(fresh),
        root=root_over([found.hash for found in [*late, *fresh]]),
        previous=hash_of_previous(last),
        sealed_at=time.now(),
        key_id=key_id,
    )


def _holders() -> list[str]:
    """Transactions that have drawn an id and have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS)
        return sorted(name for (name,) in cursor.fetchall())


def _marks(leaves: list[Leaf]) -> bytes:
    return b"".join(found.hash[:MARK_BYTES] for found in leaves)


def _take_over(file: SealsFile) -> SealHead:
    """The last seal that both agree on; one that only the file has is taken over if the entries bear it out."""
    known = last_seal()
    in_file = _last_in(file)
    _check_mark(in_file.head if in_file else before_first())
    if known == in_file:
        return known.head if known else before_first()
    last = known.head if known else before_first()
    if in_file is None or in_file.head.no <= last.no:
        raise SealsDisagree
    for seal_ahead in _after(file, last.no):
        if not _bears_out(seal_ahead, last):
            raise SealsDisagree
        _record(seal_ahead)
        last = seal_ahead.head
    return last


def _check_mark(last: SealHead) -> None:
    """Raises SealsDisagree where there was more than the file has, or other."""
    try:
        kept = mark.read()
    except MalformedMark as error:
        raise SealsDisagree from error
    if kept is None:
        return
    if kept.seal > last.no or (kept.seal == last.no and kept.head != last.hash()):
        raise SealsDisagree


def _last_in(file: SealsFile) -> SignedSeal | None:
    try:
        return file.last()
    except MalformedSeal as error:
        raise SealsDisagree from error


def _after(file: SealsFile, no: int) -> list[SignedSeal]:
    try:
        found = [seal_from_line(line) for number, line in file.lines() if number > no]
    except MalformedSeal as error:
        raise SealsDisagree from error
    return found


def _bears_out(signed: SignedSeal, last: SealHead) -> bool:
    head = signed.head
    follows = head.no == last.no + 1 and head.previous == hash_of_previous(last) and head.from_id == last.to_id
    if not follows or not is_signed(head, signed.signature, public_keys()):
        return False
    return root_over([found.hash for found in covered_leaves(head)]) == head.root


def _record(signed: SignedSeal) -> None:
    head = signed.head
    with transaction.atomic():
        Seal.objects.create(
            no=head.no,
            from_id=head.from_id,
            to_id=head.to_id,
            late_ids=[list(ids) for ids in head.late],
            open_gaps=gaps_document(head.gaps),
            entries=head.entries,
            root=head.root,
            previous=head.previous,
            sealed_at=head.sealed_at,
            key_id=head.key_id,
            signature=signed.signature,
            marks=signed.marks,
        )


def _compare(file: SealsFile) -> tuple[int, int, int]:
    """How many seals agree, how many lines of the file the database lacks or has otherwise, and the other way round."""
    agreed = aside = written = 0
    for line, known in zip_longest((line for _, line in file.lines()), seals()):
        same = known is not None and line == known.line()
        agreed += same
        aside += line is not None and not same
        written += known is not None and not same
    return agreed, aside, written


def _set_aside(file: SealsFile) -> tuple[str, str]:
    """Keeps a copy of the whole file under its own hash; its name and SHA-256."""
    content = file.path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    copy = file.path.with_name(f"seals.set-aside-{digest[:12]}.jsonl")
    with copy.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    sync_folder(copy.parent)
    return copy.name, digest
