"""A seal: the signed head over a batch of entries, its bytes, and its line in the seals file."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .chain import GENESIS, canonical
from .gaps import Gap, IdSet, Range

FORMAT = 1
MARK_BYTES = 4
_PURPOSE = b"liandong ledger seal\n"


class MalformedSeal(ValueError):
    """A line or document that is not a seal."""


@dataclass(frozen=True, slots=True)
class SealHead:
    """The signed part of a seal: from_id < id <= to_id without `gaps` that lie there, and `late` ids from before."""

    no: int
    from_id: int
    to_id: int
    late: tuple[Range, ...]
    gaps: tuple[Gap, ...]
    entries: int
    root: bytes
    previous: bytes
    sealed_at: datetime
    key_id: str

    def document(self) -> dict[str, Any]:
        """As JSON: bytes in hex, the moment with microseconds in UTC."""
        return {
            "format": FORMAT,
            "no": self.no,
            "from": self.from_id,
            "to": self.to_id,
            "late": [list(ids) for ids in self.late],
            "gaps": gaps_document(self.gaps),
            "entries": self.entries,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "sealed_at": moment_text(self.sealed_at),
            "key": self.key_id,
        }

    def signed_bytes(self) -> bytes:
        """A line that names the purpose, then the document in canonical JSON."""
        return _PURPOSE + canonical(self.document()).encode()

    def hash(self) -> bytes:
        """SHA-256 over the signed bytes: what the next seal calls `previous`."""
        return hashlib.sha256(self.signed_bytes()).digest()

    def absent(self) -> IdSet:
        """The ids of its own span that it does not cover."""
        return IdSet(ids for gap in self.gaps for ids in gap.ids if ids[0] > self.from_id)


@dataclass(frozen=True, slots=True)
class SignedSeal:
    """A head, its Ed25519 signature, and `marks`: 4 bytes of each leaf, to name the entry that was changed."""

    head: SealHead
    signature: bytes
    marks: bytes

    def line(self) -> str:
        """One line of the seals file, without its end."""
        return canonical(
            {
                "seal": self.head.document(),
                "signature": self.signature.hex(),
                "marks": base64.b64encode(self.marks).decode(),
            }
        )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Ed25519, with the id under which its public half is kept."""

    id: str
    private: Ed25519PrivateKey

    def sign(self, head: SealHead, marks: bytes) -> SignedSeal:
        return SignedSeal(head, self.private.sign(head.signed_bytes()), marks)


def key_id(public_key: bytes) -> str:
    """The first 16 hex digits of SHA-256 over the 32 raw bytes of a public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def is_signed(head: SealHead, signature: bytes, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether the head's own key is among `keys` (by id) and has signed it."""
    key = keys.get(head.key_id)
    if key is None:
        return False
    try:
        key.verify(signature, head.signed_bytes())
    except InvalidSignature:
        return False
    return True


def before_first() -> SealHead:
    """Stands where there is no seal yet."""
    return SealHead(0, 0, 0, (), (), 0, GENESIS, GENESIS, datetime(1970, 1, 1, tzinfo=UTC), "")


def hash_of_previous(head: SealHead) -> bytes:
    """The hash that the seal after `head` names as its previous one: 32 zero bytes for the first."""
    return head.hash() if head.no else GENESIS


def gaps_document(gaps: Iterable[Gap]) -> list[dict[str, Any]]:
    """Gaps as JSON."""
    return [{"ids": [list(ids) for ids in gap.ids], "held_by": list(gap.held_by)} for gap in gaps]


def gaps_from(document: Iterable[Mapping[str, Any]]) -> tuple[Gap, ...]:
    """Gaps from their JSON."""
    return tuple(Gap(ranges_from(gap["ids"]), tuple(map(str, gap["held_by"]))) for gap in document)


def ranges_from(document: Iterable[Iterable[int]]) -> tuple[Range, ...]:
    """Ranges from their JSON: [[first, last], …]."""
    return tuple((int(first), int(last)) for first, last in document)


def head_from(document: Mapping[str, Any]) -> SealHead:
    """A head from its JSON. Raises MalformedSeal."""
    try:
        if document["format"] != FORMAT:
            raise MalformedSeal(f"format {document['format']} is not known")
        return SealHead(
            no=int(document["no"]),
            from_id=int(document["from"]),
            to_id=int(document["to"]),
            late=ranges_from(document["late"]),
            gaps=gaps_from(document["gaps"]),
            entries=int(document["entries"]),
            root=bytes.fromhex(document["root"]),
            previous=bytes.fromhex(document["previous"]),
            sealed_at=moment_from(document["sealed_at"]),
            key_id=str(document["key"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedSeal(f"not a seal: {error}") from error


def seal_from_line(line: str) -> SignedSeal:
    """A seal from its line in the file. Raises MalformedSeal."""
    try:
        document = json.loads(line)
        head = head_from(document["seal"])
        return SignedSeal(head, bytes.fromhex(document["signature"]), base64.b64decode(document["marks"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedSeal(f"not a seal: {error}") from error


def moment_text(at: datetime) -> str:
    """`2026-11-22T08:15:30.000123Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_from(text: str) -> datetime:
    """The aware moment of `moment_text`; ValueError otherwise."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
