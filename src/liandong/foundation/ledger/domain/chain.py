"""The chain: which bytes an entry's hash is taken over, and how entries of a stream hang together.

Pure, so that the intake can hash rows for its own bulk SQL. Formula and worked example: docs/algorithms/ledger.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from liandong.foundation.facts import plain
from liandong.kernel.actor import Actor

GENESIS = bytes(32)
SALT_BYTES = 32
MAC_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST_INT = 2**63 - 1


class NotCanonical(ValueError):
    """A value whose bytes would not survive the database unchanged: float, naive moment, NUL or lone surrogate."""


class Stream(NamedTuple):
    """One chain of entries: `Stream("case", 17)`."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Stream":
        """Reads `case:17`. Raises ValueError for anything else."""
        kind, _, number = text.rpartition(":")
        if not kind:
            raise ValueError(f"not a stream: {text!r}")
        return cls(kind, int(number))


class Head(NamedTuple):
    """The last entry of a stream; `seq` 0 and 32 zero bytes where there is none yet."""

    seq: int
    hash: bytes


EMPTY = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be recorded; `payload` holds str, int (64 bits), bool, None, lists and str-keyed dicts only."""

    stream: tuple[str, int]
    action: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A row for `ledger_entry`, all columns but `id`; `payload` is canonical JSON text, to be cast to jsonb. `mac` is
    empty where the entry was chained without the house's key.
    """

    stream: Stream
    seq: int
    at: datetime
    actor: str
    action: str
    payload: str
    hash: bytes
    mac: bytes | None = None


def canonical(value: object) -> str:
    """JSON with keys sorted by code point, no spaces, nothing escaped that need not be.

    The text is the same before and after a jsonb column. Raises NotCanonical.
    """
    _check(value, ())
    return _json(value).decode()


def entry_hash(
    previous: bytes,
    stream: tuple[str, int],
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    payload: Mapping[str, object],
) -> bytes:
    """SHA-256 over the previous hash (32 bytes; `GENESIS` for seq 1) and the UTF-8 bytes of
    `[kind,id,seq,at,actor,action,payload]` in canonical JSON, `at` in microseconds since 1970 UTC. Raises NotCanonical.
    """
    return _linked_hash(previous, [*stream, seq, microseconds(at), actor, action], canonical(dict(payload)))


def link(
    entries: Iterable[NewEntry],
    *,
    actor: Actor,
    at: datetime,
    heads: Mapping[tuple[str, int], Head],
    key: bytes | None = None,
) -> list[EntryDraft]:
    """Chains entries, in the order given, onto the heads of their streams (a stream without a head is new). `key`: the
    house's own, by which it knows its entries again.
    """
    reached = dict(heads)
    drafts = []
    for entry in entries:
        stream = Stream(*entry.stream)
        last = reached.get(stream, EMPTY)
        payload = canonical(dict(entry.payload))
        front = [*stream, last.seq + 1, microseconds(at), actor.ref, entry.action]
        digest = _linked_hash(last.hash, front, payload)
        reached[stream] = Head(last.seq + 1, digest)
        mac = entry_mac(key, digest) if key is not None else None
        drafts.append(EntryDraft(stream, last.seq + 1, at, actor.ref, entry.action, payload, digest, mac))
    return drafts


def first_entries(
    entries: Iterable[NewEntry], *, actor: Actor, at: datetime, key: bytes | None = None
) -> list[EntryDraft]:
    """Rows for streams that have no entry yet, for SQL of one's own; their `id` is drawn by the same transaction."""
    return link(entries, actor=actor, at=at, heads={}, key=key)


def entry_mac(key: bytes, digest: bytes) -> bytes:
    """The first 16 bytes of HMAC-SHA256 over an entry's hash: who has the database but not the key can't make it."""
    return hmac.digest(key, digest, "sha256")[:MAC_BYTES]


def commitment(salt: bytes, fields: Mapping[str, object]) -> bytes:
    """SHA-256 over salt and canonical fields: stands in the ledger for text that names people.

    While salt and text are kept it proves the text; once both are erased it tells nothing, not even to somebody who
    guesses the text. `salt` is 32 random bytes of its own for each text (`new_salt()`); fields as in a payload, so
    coordinates go in as text or whole micro-degrees. Raises NotCanonical, ValueError for another salt length.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"salt must be {SALT_BYTES} bytes, got {len(salt)}")
    return hashlib.sha256(salt + canonical(dict(fields)).encode()).digest()


def new_salt() -> bytes:
    """32 random bytes for one `commitment`."""
    return secrets.token_bytes(SALT_BYTES)


def _linked_hash(previous: bytes, front: list[object], payload: str) -> bytes:
    for part in front:
        _check(part, ())
    return hashlib.sha256(b"".join((previous, _json(front)[:-1], b",", payload.encode(), b"]"))).digest()


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970 UTC: all that a timestamptz keeps. Raises NotCanonical for a naive moment."""
    if at.tzinfo is None:
        raise NotCanonical("at: the moment has no time zone")
    return (at - _EPOCH) // _MICROSECOND


def _check(value: object, path: tuple[object, ...]) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise NotCanonical(f"{_where(path)}: NUL cannot be stored")
    elif isinstance(value, dict):
        _check_dict(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, (*path, index))
    elif isinstance(value, int):
        if not -_LARGEST_INT <= value <= _LARGEST_INT:
            raise NotCanonical(f"{_where(path)}: {value} does not fit 64 bits")
    elif value is not None:
        raise NotCanonical(
            f"{_where(path)}: {type(value).__name__} is not allowed, use text, whole numbers, bool, None"
        )


def _check_dict(value: dict[object, object], path: tuple[object, ...]) -> None:
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotCanonical(f"{_where(path)}: key {key!r} is not text")
        _check(key, path)
        _check(item, (*path, key))


def _where(path: tuple[object, ...]) -> str:
    return ".".join(("payload", *map(str, path)))


def _json(value: object) -> bytes:
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError as error:
        raise NotCanonical(f"payload: a lone surrogate at {error.start} is not text") from error


_encoder = msgspec.json.Encoder(order="sorted", enc_hook=plain)
