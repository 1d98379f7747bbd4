"""The high-water mark: how far the ledger had come, signed, so that a cut end shows wherever a copy of it lies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .chain import canonical
from .head import SigningKey, moment_from, moment_text

FORMAT = 1
_PURPOSE = b"liandong ledger mark\n"


class MalformedMark(ValueError):
    """A document that is not a mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`seal`, `head`: number and hash of the last seal; `to`: the last entry id it reached; `entries`: how many all
    seals cover; `rows`: the highest id of each table whose rows are never removed.
    """

    seal: int
    head: bytes
    to: int
    entries: int
    rows: Mapping[str, int]
    at: datetime
    key_id: str
    signature: bytes = b""

    def document(self) -> dict[str, Any]:
        """The signed document, as JSON."""
        return {
            "format": FORMAT,
            "seal": self.seal,
            "head": self.head.hex(),
            "to": self.to,
            "entries": self.entries,
            "rows": dict(self.rows),
            "at": moment_text(self.at),
            "key": self.key_id,
        }

    def signed_bytes(self) -> bytes:
        """A line that names the purpose, then the document in canonical JSON."""
        return _PURPOSE + canonical(self.document()).encode()

    def text(self) -> str:
        """The file's content."""
        return canonical({"mark": self.document(), "signature": self.signature.hex()})

    def is_signed(self, keys: Mapping[str, Ed25519PublicKey]) -> bool:
        """Whether its key is among those to trust and has signed it."""
        key = keys.get(self.key_id)
        if key is None:
            return False
        try:
            key.verify(self.signature, self.signed_bytes())
        except InvalidSignature:
            return False
        return True


def signed(mark: Mark, key: SigningKey) -> Mark:
    """The mark with the signature of the key that it names."""
    signature = key.private.sign(mark.signed_bytes())
    return Mark(mark.seal, mark.head, mark.to, mark.entries, mark.rows, mark.at, mark.key_id, signature)


def mark_from(text: str) -> Mark:
    """Reads a file's content. Raises MalformedMark."""
    try:
        whole = json.loads(text)
        document = whole["mark"]
        if document["format"] != FORMAT:
            raise MalformedMark(f"format {document['format']} is not known")
        return Mark(
            seal=int(document["seal"]),
            head=bytes.fromhex(document["head"]),
            to=int(document["to"]),
            entries=int(document["entries"]),
            rows={str(name): int(last) for name, last in document["rows"].items()},
            at=moment_from(document["at"]),
            key_id=str(document["key"]),
            signature=bytes.fromhex(whole["signature"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedMark(f"not a mark: {error}") from error
