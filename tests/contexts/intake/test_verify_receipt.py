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
        (("proof", "entry", "payload", "lead_office"), 9),
        (("proof", "index"), 1),
        (("proof", "path"), []),
        (("proof", "seal", "root"), "00" * 32),
        (("proof", "seal", "sealed_at"), "2020-01-01T00:00:00.000000Z"),
        (("proof", "signature"), "00" * 64),
        (("proof",), None),
        (("proof",), {}),
        (("number",), "000000295"),
        (("number",), "０００００００９７"),
        (("number",), None),
        (("entry", "at"), "2020-01-01T00:00:00+00:00"),
        (("entry", "previous"), "11" * 32),
        (("entry", "stream"), "case:１"),
        (("entry", "seq"), True),
        (("entry", "office"), "自然资源局"),
        (("answer",), "已经办好"),
        (("committed", "answer"), "已经办好"),
        (("proof", "answer"), "已经办好"),
        (("committed",), []),
        (("proof", "index"), 1e400),
        (("proof", "index"), -1),
        (("proof", "seal", "key"), "00" * 8),
        (("proof", "seal", "algorithm"), "none"),
        (("proof", "signature"), ""),
        (("salt",), 5),
        (("salt",), ""),
    ],
)
def test_a_receipt_with_anything_changed_is_refused(kept, path, value):
    change(kept, *path, value=value)
    code, said = run(kept, "receipt.json", "--key", "ledger.pub.pem")
    assert code == 1, said


def test_what_is_no_receipt_is_refused_in_a_sentence(kept):
    whole = (kept / "receipt.json").read_text()
    word = json.dumps(WORDS, ensure_ascii=False)
    forged = {
        "empty": b"",
        "cut short": whole[: len(whole) // 2].encode(),
        "a word that looks alike": whole.replace("路灯", "⻊各灯").encode(),
        "a word in another composition": whole.replace("，", ",").encode(),
        "a word with a sign nobody sees": whole.replace("路灯", "路\u200b灯").encode(),
        "a name that stands twice": whole.replace('"text": ', f'"text": {word}, "text": ', 1).encode(),
        "a number that stands twice": whole.replace('"number": ', '"number": "000000196", "number": ', 1).encode(),
        "nested deeply": b"[" * 100_000 + b"]" * 100_000,
        "nested deeply inside": whole.replace('"how": [', '"how": [' + "[" * 50_000 + "]" * 50_000 + ",").encode(),
        "a list": b"[]",
        "a number": b"1",
        "nothing": b"null",
        "in another code": whole.encode("utf-16"),
        "half a sign": whole.encode().replace("路".encode(), "路".encode()[:2], 1),
        "half of a pair": whole.replace(WORDS, "\\ud800").encode(),
        "endless": whole.replace('"how": [', '"how": [1e999, ').encode(),
        "a number of many digits": whole.replace('"how": [', '"how": [' + "1" * 10_000 + ", ").encode(),
        "huge": b" " * (17 * 2**20),
    }
    for name, content in forged.items():
        (kept / "receipt.json").write_bytes(content)
        code, said = run(kept, "receipt.json", "--key", "ledger.pub.pem")
        assert (code, "Traceback" in said, "This does not hold" in said) == (1, False, True), (name, said)
        assert "These are the words" not in said, name
        assert len(said) < 600, name


@pytest.mark.parametrize("edit", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_receipt_that_an_editor_has_saved_anew_still_holds(kept, edit):
    (kept / "receipt.json").write_bytes(edit((kept / "receipt.json").read_text()).encode())
    code, said = run(kept, "receipt.json", "--key", "ledger.pub.pem")
    assert code == 0, said


def test_a_terminal_that_knows_no_chinese_is_answered_too(kept):
    command = [sys.executable, "verify_receipt.py", "receipt.json", "--key", "ledger.pub.pem"]
    done = subprocess.run(
        command, cwd=kept, capture_output=True, check=False, timeout=60, env={"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"The proof holds" in done.stdout


def test_a_receipt_of_another_report_or_another_county_isnt_this_one(kept, client: Client):
    (other,) = intake.receive(actor=SYSTEM, batch=[county.report("别的事情")])
    ledger.seal()
    theirs = client.get(f"/r/{other.number}/{other.receipt_code}/receipt.json").json()
    change(kept, "proof", value=theirs["proof"])
    assert run(kept, "receipt.json", "--key", "ledger.pub.pem")[0] == 1
    change(kept, "entry", value=theirs["entry"])
    change(kept, "number", value=theirs["number"])
    code, said = run(kept, "receipt.json", "--key", "ledger.pub.pem")
    assert code == 1
    assert "other words" in said


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
