"""Files are named by rows of any room: kept before the row, swept by asking all rooms, compared with what rows say."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Document, Report
from liandong.foundation.files import jobs, sweeping
from liandong.foundation.files import public as files
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput
from tests import county
from tests.foundation.files import papers
from tests.foundation.files.test_photos import corner, encoded

pytestmark = pytest.mark.usefixtures("small_county")
OLD_H = 25


@pytest.fixture(autouse=True)
def blobs(tmp_path: Path, settings) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def photo() -> files.PhotoRef:
    content = encoded(corner())
    return files.keep_photo(BytesIO(content), len(content))


def document(content: bytes = b"", name: str = "证明.pdf") -> files.DocumentRef:
    content = content or papers.pdf()
    return files.keep_document(BytesIO(content), len(content), name)


def age(digest: str, hours: float = OLD_H) -> None:
    moment = (time.now() - timedelta(hours=hours)).timestamp()
    for path in files.path_of(digest).parent.glob(f"{digest}*"):
        os.utime(path, (moment, moment))


def noted(*kept: files.FileRef, text: str = "现场如图") -> cases.CaseRow:
    case = county.receive()
    return cases.add_note(actor=county.post("coordinator"), case_id=case.id, text=text, files=kept)


def test_what_a_report_or_a_message_names_stays_and_the_rest_goes() -> None:
    of_report, of_message, orphan = document(), photo(), files.keep(b"nobody's")
    county.receive(documents=(of_report,))
    noted(of_message)
    for digest in (of_report.sha256, of_message.sha256, orphan):
        age(digest)
    jobs.sweep_orphans()
    assert [files.is_kept(each) for each in (of_report.sha256, of_message.sha256, orphan)] == [True, True, False]


def test_the_version_before_leaves_files_that_it_doesnt_know_where_they_lie(blobs: Path) -> None:
    """It sweeps by a file's time what no photo of a report names: a document, a message's photo."""
    of_report, of_message = document(), photo()
    county.receive(documents=(of_report,))
    noted(of_message)
    for path in blobs.glob("??/*"):
        assert path.stat().st_mtime > (time.now() + timedelta(days=365 * 5)).timestamp()
    with time.at(time.now() + timedelta(hours=OLD_H)):
        assert files.sweep_orphans() == 0
        orphan = files.keep(b"nobody's")
    with time.at(time.now() + timedelta(hours=2 * OLD_H)):
        assert files.sweep_orphans(lately=True) == 1
    assert [files.is_kept(each) for each in (of_report.sha256, of_message.sha256, orphan)] == [True, True, False]


def test_the_same_file_of_two_rooms_stays_until_neither_names_it() -> None:
    kept = document()
    report = county.receive(documents=(kept,))
    noted(kept)
    assert (Document.objects.get().sha256, Attachment.objects.get().sha256) == (kept.sha256, kept.sha256)
    intake.erase_words(actor=SYSTEM, case_id=report.id)
    age(kept.sha256)
    assert files.sweep_orphans() == 0
    Attachment.objects.all().delete()
    assert files.sweep_orphans() == 1


class TestAnotherRoom:
    """A room that is built one day, with rows of its own."""

    @pytest.fixture
    def evidence(self) -> str:
        digest = files.keep(b"evidence of another room")
        age(digest)
        return digest

    def test_its_rows_keep_their_files(self, evidence: str) -> None:
        report = county.receive()
        Report.objects.filter(case_id=report.id).update(origin_key=evidence)
        with rooms.one_more(rooms.Room("evidence", "证据", files=(rooms.NamedFiles("intake.Report", "origin_key"),))):
            assert files.named_among({evidence, "ab" * 32}) == {evidence}
            assert files.sweep_orphans() == 0
        assert files.is_kept(evidence)
        assert files.sweep_orphans() == 1

    def test_where_it_doesnt_answer_nothing_is_removed(self, evidence: str) -> None:
        orphan = files.keep(b"nobody's")
        age(orphan)
        for broken in (rooms.NamedFiles("lost.Table"), rooms.NamedFiles("intake.Report", "lost")):
            with rooms.one_more(rooms.Room("evidence", "证据", files=(broken,))), pytest.raises(Exception):  # noqa: B017, PT011
                files.sweep_orphans()
        assert files.is_kept(evidence)
        assert files.is_kept(orphan)

    def test_a_table_that_is_locked_or_gone_removes_nothing(self, evidence: str, monkeypatch) -> None:
        def fails(digests: object) -> frozenset[str]:
            raise DatabaseError("canceling statement due to lock timeout")

        monkeypatch.setattr(sweeping, "named_among", fails)
        with pytest.raises(DatabaseError):
            jobs.sweep_orphans()
        assert files.is_kept(evidence)

    def test_verification_reads_what_its_rows_name(self, evidence: str) -> None:
        report = county.receive()
        Report.objects.filter(case_id=report.id).update(origin_key=evidence)
        files.path_of(evidence).write_bytes(b"exchanged")
        with rooms.one_more(rooms.Room("evidence", "证据", files=(rooms.NamedFiles("intake.Report", "origin_key"),))):
            assert "被调换或改动" in verified()


def verified() -> str:
    out = StringIO()
    with suppress(CommandError):
        call_command("ledger", "verify", stdout=out, stderr=out)
    return out.getvalue()


def test_every_column_with_a_hash_is_named_by_its_room() -> None:
    """A model with a column of this name that no room hangs up would lose its files after a day."""
    hung = {(each.model, each.column) for room in rooms.rooms() for each in room.files}
    there = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name == "sha256"
    }
    assert there - {("process.Definition", "sha256")} <= hung  # that of a drawing, which stands in its row
    for model, column in hung:
        field = apps.get_model(model)._meta.get_field(column)
        assert field.db_index, f"the sweep reads all of {model}"


@pytest.mark.parametrize("kind", ["document", "attachment", "photo of a message"])
@pytest.mark.parametrize(("deed", "said"), [("exchanged", "被调换或改动"), ("removed", "不见了")])
def test_a_file_whose_bytes_were_exchanged_is_named(kind: str, deed: str, said: str) -> None:
    kept = photo() if kind == "photo of a message" else document()
    if kind == "document":
        county.receive(documents=(kept,))
    else:
        noted(kept)
    assert "没有发现改动" in verified()
    place = files.path_of(kept.sha256)
    place.write_bytes(place.read_bytes()[:-1] + b"x") if deed == "exchanged" else place.unlink()
    assert said in verified()


def test_a_file_that_was_just_kept_waits_for_its_transaction() -> None:
    kept = document()
    age(kept.sha256, 23.9)
    assert files.sweep_orphans() == 0
    noted(kept)


def test_a_message_whose_file_is_gone_isnt_written() -> None:
    kept = document()
    files.path_of(kept.sha256).unlink()
    case = county.receive()
    with pytest.raises(InvalidInput) as refused:
        cases.add_note(actor=county.post("coordinator"), case_id=case.id, text="见附件", files=[kept])
    assert refused.value.field == "files"
    assert cases.messages(case.id) == []
    assert not Attachment.objects.exists()


def test_a_process_that_ends_between_file_and_transaction_leaves_an_orphan_that_is_swept(blobs: Path) -> None:
    code = (
        "import os, django; django.setup(); from django.test.utils import override_settings;"
        "from liandong.foundation.files import public as files;"
        f"override_settings(BLOBS={str(blobs)!r}).enable(); files.keep(b'half a report'); os._exit(9)"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "liandong.app.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 9
    (left,) = (path for path in blobs.rglob("*") if path.is_file())
    assert not files.named_among({left.name})
    assert files.sweep_orphans() == 0
    age(left.name)
    assert files.sweep_orphans() == 1
    assert not Attachment.objects.exists()


def test_what_a_sweep_had_put_aside_when_it_was_killed_comes_back_where_it_is_named() -> None:
    kept, orphan = document(), files.keep(b"nobody's")
    noted(kept)
    for digest in (kept.sha256, orphan):
        path = files.path_of(digest)
        path.rename(path.with_name(path.name + ".swept"))
        age(digest)
    assert files.sweep_orphans() == 1
    assert files.is_kept(kept.sha256)
    assert not files.is_kept(orphan)


def test_who_sends_a_file_at_the_moment_that_it_is_put_aside_has_it_all_the_same(monkeypatch) -> None:
    orphan = files.keep(b"sent again")
    age(orphan)
    look = sweeping.time_of

    def meanwhile(path: Path) -> float | None:
        if path.name.endswith(".swept"):
            files.keep(b"sent again")
        return look(path)

    monkeypatch.setattr(sweeping, "time_of", meanwhile)
    files.sweep_orphans()
    assert files.is_kept(orphan)


def test_a_file_of_the_layout_of_before_is_found_and_named(blobs: Path) -> None:
    """Two signs, then the whole hash: nothing is moved by an upgrade."""
    kept = document()
    assert files.path_of(kept.sha256) == blobs / kept.sha256[:2] / kept.sha256
    assert files.path_of(kept.sha256, thumb=True) == blobs / kept.sha256[:2] / f"{kept.sha256}.thumb"


def test_erasure_takes_what_reporters_sent_and_leaves_what_the_office_said() -> None:
    of_report, of_answer = document(name="身份证明.pdf"), photo()
    of_reply = document(papers.ooxml(), "经过.docx")
    case = county.receive(documents=(of_report,))
    coordinator = county.post("coordinator")
    cases.add_note(actor=coordinator, case_id=case.id, text="现场如图", files=[of_answer])
    cases.take_supplement(actor=coordinator, case_id=case.id, text="还有一份材料", files=[of_reply])
    assert "没有发现改动" in verified()
    call_command("erase", case.number, stdout=StringIO())
    assert not Document.objects.exists()
    assert [each.sha256 for each in Attachment.objects.all()] == [of_answer.sha256]
    assert "没有发现改动" in verified()
    for kept in (of_report, of_reply, of_answer):
        age(kept.sha256)
    jobs.sweep_orphans()
    assert [files.is_kept(each.sha256) for each in (of_report, of_reply, of_answer)] == [False, False, True]
