"""Proof that one entry is in a seal: made beside the database, checked anywhere with nothing but the public key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import merkle
from .chain import NotCanonical, Stream, entry_hash
from .head import MalformedSeal, SealHead, SignedSeal, head_from, is_signed, moment_from, moment_text


class ProofInvalid(ValueError):
    """The proof does not hold; the message says which step fails."""


def make(
    *,
    stream: Stream,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    payload: Mapping[str, object],
    previous: bytes,
    leaves: Sequence[bytes],
    index: int,
    seal: SignedSeal,
) -> dict[str, Any]:
    """The JSON document for the entry whose leaf stands at `index` among all leaves of the seal."""
    return {
        "entry": {
            "stream": str(stream),
            "seq": seq,
            "at": moment_text(at),
            "actor": actor,
            "action": action,
            "payload": dict(payload),
            "previous": previous.hex(),
        },
        "index": index,
        "path": [sibling.hex() for sibling in merkle.path(leaves, index)],
        "seal": seal.head.document(),
        "signature": seal.signature.hex(),
    }


def check(document: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> SealHead:
    """The seal that holds the entry: its hash, its path to the root and the seal's signature are reckoned anew.

    Raises ProofInvalid.
    """
    try:
        head = head_from(document["seal"])
        signature = bytes.fromhex(document["signature"])
        root = merkle.root_from_path(
            _leaf(document["entry"]), int(document["index"]), head.entries, [bytes.fromhex(h) for h in document["path"]]
        )
    except (KeyError, TypeError, AttributeError, MalformedSeal, NotCanonical, ValueError) as error:
        raise ProofInvalid(f"the document is not a proof: {error}") from error
    if root != head.root:
        raise ProofInvalid("the entry is not in the seal: its path leads to another root")
    if not is_signed(head, signature, keys):
        raise ProofInvalid("the seal is not signed by the given key")
    return head


def _leaf(entry: Mapping[str, Any]) -> bytes:
    stream = Stream.parse(entry["stream"])
    seq = int(entry["seq"])
    digest = entry_hash(
        bytes.fromhex(entry["previous"]),
        stream,
        seq,
        moment_from(entry["at"]),
        str(entry["actor"]),
        str(entry["action"]),
        entry["payload"],
    )
    return merkle.leaf(stream, seq, digest)
