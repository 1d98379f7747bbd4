"""The script that checks a receipt is downloaded and run as a reporter would: plain Python, no network, no product."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.standalone import verify_receipt
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.django_db
WORDS = "路灯坏了，晚上看不见路"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    return settings.DATA


@pytest.fixture
def kept(tmp_path, data_folder, client: Client) -> Path:
    """A folder with what a reporter has kept: receipt, script, key; and a copy of the seals from another office."""
    contact = intake.ContactInput(name="张某", phone="100-0000-0001")
    (sent,) = intake.receive(actor=SYSTEM, batch=[county.report(WORDS, contact=contact)])
    for _ in range(4):
        county.receive("别的事")
    ledger.seal()
    cases.add_note(actor=county.post("clerk"), case_id=sent.case_id, text="看过了")
    ledger.seal()
    folder = tmp_path / "kept"
    folder.mkdir()
    for name, address in (
        ("receipt.json", f"/r/{sent.number}/{sent.receipt_code}/receipt.json"),
        ("verify_receipt.py", "/verify/verify_receipt.py"),
        ("ledger.pub.pem", "/verify/ledger.pub.pem"),
    ):
        (folder / name).write_bytes(client.get(address).content)
    (folder / "seals.jsonl").write_bytes((data_folder / "ledger" / "seals.jsonl").read_bytes())
    return folder


def run(kept: Path, *words: str, python: tuple[str, ...] = ("-I", "-S")) -> tuple[int, str]:
    """Without any installed package, as on a stranger's machine."""
    command = [sys.executable, *python, "verify_receipt.py", *words]
    done = subprocess.run(command, cwd=kept, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def change(kept: Path, *path: str | int, value: object) -> None:
    document = json.loads((kept / "receipt.json").read_text())
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (kept / "receipt.json").write_text(json.dumps(document))


@pytest.mark.parametrize("python", [("-I", "-S"), ("-I",)], ids=["bare Python", "with the cryptography package"])
def test_a_receipt_is_checked_without_the_product(kept, python):
    code, said = run(kept, "receipt.json", "--key", "ledger.pub.pem", "--seals", "seals.jsonl", python=python)
    assert code == 0, said
    assert WORDS in said
    assert "under seal 1" in said
    assert "all 2 are signed" in said


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("committed", "text"), "路灯很亮"),
        (("committed", "contact"), "00" * 32),
        (("salt",), "00" * 32),
        (("commitment",), "00" * 32),
        (("entry", "payload", "commitment"), "00" * 32),
        (("entry", "hash"), "00" * 32),
        (("proof", "entry", "at"), "2020-01-01T00:00:00.000000Z"),
        (("proof", "entry", "payload", "office"), 9),
        (("proof", "index"), 1),
        (("proof", "path"), []),
        (("proof", "seal", "root"), "00" * 32),
        (("proof", "seal", "sealed_at"), "2020-01-01T00:00:00.000000Z"),
        (("proof", "signature"), "00" * 64),
        (("proof",), None),
        (("proof",), {}),
    ],
)
def test_a_receipt_with_anything_changed_is_refused(kept, path, value):
    change(kept, *path, value=value)
    code, said = run(kept, "receipt.json", "--key", "ledger.pub.pem")
    assert code == 1, said


def test_another_key_is_refused(kept):
    public = Ed25519PrivateKey.generate().public_key()
    (kept / "other.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert run(kept, "receipt.json", "--key", "other.pem")[0] == 1


@pytest.mark.parametrize("edit", ["drop the first", "change a root", "another order"])
def test_a_copy_of_the_seals_that_was_changed_is_refused(kept, edit):
    lines = (kept / "seals.jsonl").read_text().splitlines(keepends=True)
    root = json.loads(lines[1])["seal"]["root"]
    changed = {
        "drop the first": lines[1:],
        "change a root": [lines[0], lines[1].replace(root, "00" * 32)],
        "another order": lines[::-1],
    }[edit]
    (kept / "seals.jsonl").write_text("".join(changed))
    assert run(kept, "--key", "ledger.pub.pem", "--seals", "seals.jsonl")[0] == 1


def test_the_two_ways_of_checking_a_signature_agree():
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    for message in (b"", b"a", "封存".encode() * 100):
        signature = key.sign(message)
        assert verify_receipt.signs_by_hand(raw, signature, message)
        for wrong in (bytes(64), signature[:63], signature[:-1] + bytes([signature[-1] ^ 1]), b"\xff" * 64):
            assert not verify_receipt.signs_by_hand(raw, wrong, message)
        assert not verify_receipt.signs_by_hand(raw, signature, message + b".")
    assert not verify_receipt.signs_by_hand(b"\xff" * 32, signature, message)


def test_there_is_no_key_before_the_first_seal(client: Client):
    assert client.get("/verify/ledger.pub.pem").status_code == 404
