#!/usr/bin/env python3
"""Checks a receipt of Liandong, or a copy of its seals, without Liandong: one file, Python 3.8 or newer, no network.

    python3 verify_receipt.py receipt-000000123.json --key ledger.pub.pem
    python3 verify_receipt.py receipt-000000123.json --key ledger.pub.pem --seals seals.jsonl
    python3 verify_receipt.py --key ledger.pub.pem --seals seals.jsonl

The first shows that these words were recorded (salt and commitment), that the record lies under a seal (hashes), and
that the holder of the key signed it (Ed25519). With a copy of the seals it also shows that the seal is among them and
that they hang together. What is reckoned, and how, stands in docs/algorithms/ledger.md.

Take the key from elsewhere than the receipt: the county publishes it. Signatures are checked by the package
`cryptography` where that is installed, and else by the code below, which is RFC 8032 in whole numbers: slower, and the
same answer. Nothing secret is handled here.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

SEAL_PURPOSE = b"liandong ledger seal\n"
KEY_HEAD = bytes.fromhex("302a300506032b6570032100")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
RECEIPT = {"number", "entry", "commitment", "salt", "committed", "proof", "how"}
ENTRY = {"stream", "seq", "at", "actor", "action", "payload", "previous", "hash"}
COMMITTED = {"address", "contact", "lat", "lon", "text"}
PROOF = {"entry", "index", "path", "seal", "signature"}
LARGEST_BYTES = 16 * 2**20
"""No receipt is so large."""


class Wrong(Exception):
    """A receipt that doesn't hold."""


# Bytes ------------------------------------------------------------------------


def canonical(value):
    """JSON in UTF-8 with sorted keys and no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def microseconds(text):
    """Since 1970 UTC, of `2026-11-22T08:15:30.000123Z`."""
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(text):
    """Since 1970 UTC, as a receipt says it for people: `2026-11-22T08:15:30.000123+00:00`."""
    form = "%Y-%m-%dT%H:%M:%S.%f%z" if "." in text else "%Y-%m-%dT%H:%M:%S%z"
    return (datetime.strptime(text, form) - EPOCH) // timedelta(microseconds=1)


def once(pairs):
    """An object of JSON in which no name stands twice: readers would disagree on what it says."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("a name stands twice in it")
    return found


def no_number(text):
    raise Wrong("it holds a number that a receipt has none of: " + text[:20])


def loaded(text):
    return json.loads(text, object_pairs_hook=once, parse_float=no_number, parse_constant=no_number)


def read(path):
    """The text of a file that an editor may have saved anew: a mark at its start says nothing."""
    with open(path, "rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise Wrong("the file is too large for a receipt")
    return content.decode("utf-8-sig")


def only(document, names, what):
    """The document, an object with these names and no others: what isn't checked isn't to be believed."""
    if not isinstance(document, dict):
        raise Wrong(what + " isn't what a receipt has there")
    for name in document:
        if name not in names:
            raise Wrong("%s says something that nothing proves: %s" % (what, name[:40]))
    return document


# Ed25519, verification only (RFC 8032, 5.1.7) ----------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(count, point):
    found = (0, 1, 1, 0)
    while count:
        if count & 1:
            found = add(found, point)
        point = add(point, point)
        count >>= 1
    return found


def is_same(one, two):
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 and (one[1] * two[2] - two[1] * one[2]) % P == 0


def point_of(packed):
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        raise Wrong("a point isn't on the curve")
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT % P
    if (x * x - squared) % P or (x == 0 and sign):
        raise Wrong("a point isn't on the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def base_point():
    return point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signs_by_hand(key, signature, message):
    if len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= L:
        return False
    try:
        public, noise = point_of(key), point_of(signature[:32])
    except Wrong:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return is_same(times(scalar, base_point()), add(noise, times(challenge, public)))


def signs(key, signature, message):
    """Whether the holder of the key signed the message."""
    if Ed25519PublicKey is None:
        return signs_by_hand(key, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def keys_of(text):
    """Raw public keys by id (the first 16 hex digits of their SHA-256) of a PEM file."""
    found = {}
    for block in text.split("-----BEGIN PUBLIC KEY-----")[1:]:
        packed = base64.b64decode(block.split("-----END PUBLIC KEY-----")[0])
        if not packed.startswith(KEY_HEAD) or len(packed) != 44:
            raise Wrong("the key file holds another kind of key than Ed25519")
        found[hashlib.sha256(packed[12:]).hexdigest()[:16]] = packed[12:]
    if not found:
        raise Wrong("the key file holds no public key")
    return found


# Receipts ----------------------------------------------------------------------


def case_number(case_id):
    """As people read it: nine digits, the last two check the others (ISO 7064 MOD 97-10)."""
    return "%07d%02d" % (case_id, 98 - case_id * 100 % 97)


def check_form(receipt):
    """Nothing stands in it beside what is checked, and its number is that of the entry."""
    only(receipt, RECEIPT, "the receipt")
    entry = only(receipt["entry"], ENTRY, "the entry")
    only(receipt["committed"], COMMITTED, "the words")
    if receipt["proof"] is not None:
        only(receipt["proof"], PROOF, "the proof")
        only(receipt["proof"]["entry"], ENTRY - {"hash"}, "the proof's entry")
    kind, _, number = entry["stream"].rpartition(":")
    if kind != "case" or entry["stream"] != "case:%d" % int(number) or receipt["number"] != case_number(int(number)):
        raise Wrong("the number of the receipt isn't that of the case in the ledger")


def check_words(receipt, contact):
    """The words of the receipt are the ones under the commitment in the ledger's entry."""
    if not receipt["salt"]:
        raise Wrong("the words were erased, with the salt that proved them")
    committed = dict(receipt["committed"])
    if committed["contact"] is None:
        if contact is None:
            raise Wrong("name the contact that you left: --contact NAME PHONE EMAIL")
        committed["contact"] = contact
    found = sha256(bytes.fromhex(receipt["salt"]), canonical(committed)).hex()
    if found != receipt["commitment"]:
        raise Wrong("the words aren't those that were recorded")
    if found != receipt["entry"]["payload"]["commitment"]:
        raise Wrong("the entry of the ledger speaks of other words")


def entry_hash(entry):
    kind, _, number = entry["stream"].rpartition(":")
    told = [
        kind,
        int(number),
        entry["seq"],
        microseconds(entry["at"]),
        entry["actor"],
        entry["action"],
        entry["payload"],
    ]
    return sha256(bytes.fromhex(entry["previous"]), canonical(told))


def root_of(leaf, index, size, path):
    """Where the path from a leaf leads in a Merkle tree of RFC 9162 with so many leaves."""
    if not 0 <= index < size:
        raise Wrong("the path has no such place")
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Wrong("the path is too long")
        if place & 1 or place == last:
            found = sha256(b"\1", sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\1", found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("the path is too short")
    return found


def check_seal(seal, signature, keys):
    if seal["key"] not in keys:
        raise Wrong(f"seal {seal['no']} is signed with a key that isn't in the key file: {seal['key']}")
    if not signs(keys[seal["key"]], bytes.fromhex(signature), SEAL_PURPOSE + canonical(seal)):
        raise Wrong(f"seal {seal['no']} isn't signed by its key")


def check_proof(receipt, keys):
    """The entry lies under the seal, and the seal is signed."""
    proof, entry = receipt["proof"], receipt["entry"]
    if proof is None:
        raise Wrong("the report wasn't sealed yet when the receipt was fetched: fetch it again")
    for name in ("stream", "seq", "actor", "action", "payload"):
        if proof["entry"][name] != entry[name]:
            raise Wrong(f"the proof is of another entry: {name}")
    if moment(entry["at"]) != microseconds(proof["entry"]["at"]) or entry["previous"] != proof["entry"]["previous"]:
        raise Wrong("the proof is of another entry: at")
    digest = entry_hash(proof["entry"])
    if digest.hex() != entry["hash"]:
        raise Wrong("the entry isn't the one whose hash the receipt names")
    leaf = sha256(b"\0", f"{entry['stream']}:{entry['seq']}:".encode(), digest)
    path = [bytes.fromhex(sibling) for sibling in proof["path"]]
    if root_of(leaf, proof["index"], proof["seal"]["entries"], path).hex() != proof["seal"]["root"]:
        raise Wrong("the entry isn't under the seal: its path leads to another root")
    check_seal(proof["seal"], proof["signature"], keys)
    return proof["seal"]


# Seals -------------------------------------------------------------------------


def check_seals(lines, keys):
    """Every seal is signed and names the one before; returns them by number as (hash, root, sealed_at)."""
    found, previous, reached = {}, "00" * 32, 0
    for number, line in enumerate(lines, start=1):
        document = loaded(line)
        seal = document["seal"]
        if seal["no"] != number:
            raise Wrong(f"line {number} holds seal {seal['no']}")
        if seal["previous"] != previous or seal["from"] != reached:
            raise Wrong(f"seal {number} doesn't follow the one before")
        check_seal(seal, document["signature"], keys)
        previous, reached = sha256(SEAL_PURPOSE, canonical(seal)).hex(), seal["to"]
        found[number] = (previous, seal["root"], seal["sealed_at"])
    return found


def say(zh, en):
    sys.stdout.write(f"{zh}\n  {en}\n")


def verify(options):
    keys = keys_of(read(options.key))
    seals = None
    if options.seals:
        with open(options.seals, encoding="utf-8-sig") as file:
            seals = check_seals(file, keys)
        last = max(seals, default=0)
        say(f"封存：{last} 号全部签名有效、前后相接。", f"Seals: all {last} are signed and follow on.")
        if last:
            say(
                f"最后一号的哈希 {seals[last][0]}，封存于 {seals[last][2]}。",
                f"The last: {seals[last][0]}, {seals[last][2]}.",
            )
    if options.receipt:
        receipt = loaded(read(options.receipt))
        check_form(receipt)
        check_words(receipt, options.contact)
        seal = check_proof(receipt, keys)
        if seals is not None and (seal["no"] not in seals or seals[seal["no"]][1] != seal["root"]):
            raise Wrong(f"seal {seal['no']} of the receipt isn't the one of the seals file")
        say(f"内容无误：{receipt['committed']['text']}", "These are the words that were recorded.")
        say(
            f"证明成立：事件 {receipt['number']} 的上报在第 {seal['no']} 号封存中，封存于 {seal['sealed_at']}。",
            f"The proof holds: the report of {receipt['number']} is under seal {seal['no']} of {seal['sealed_at']}.",
        )


def main(words=None):
    parser = argparse.ArgumentParser(description="Checks a receipt of Liandong without Liandong · 核对联动的回执")
    parser.add_argument("receipt", nargs="?", help="receipt-….json")
    parser.add_argument("--key", required=True, help="ledger.pub.pem, as the county publishes it")
    parser.add_argument("--seals", help="a copy of ledger/seals.jsonl")
    parser.add_argument(
        "--contact", nargs=3, metavar=("NAME", "PHONE", "EMAIL"), help='what you left, "" for what you did not'
    )
    options = parser.parse_args(words)
    if not options.receipt and not options.seals:
        parser.error("name a receipt, a copy of the seals, or both")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        verify(options)
    except Exception as error:  # noqa: BLE001 (a forged file may fail in any way, and never with a traceback)
        say("核对没有通过。", f"This does not hold: {told(error)}")
        return 1
    return 0


def told(error):
    """Why it doesn't hold, in one short line: whatever a file holds that is no receipt is refused like a wrong one."""
    if isinstance(error, (Wrong, OSError)):
        return error
    if isinstance(error, RecursionError):
        return "it is nested too deeply for a receipt"
    if isinstance(error, json.JSONDecodeError):
        return "the file isn't whole, or isn't JSON: " + str(error)
    if isinstance(error, UnicodeDecodeError):
        return "the file isn't text in UTF-8"
    if isinstance(error, KeyError):
        return "it lacks " + str(error)[:60]
    return "it isn't what a receipt is: " + repr(error)[:200]


if __name__ == "__main__":
    sys.exit(main())
