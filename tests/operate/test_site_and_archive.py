"""Commands on a data folder: alone, beside a running owner, and through a backup and back. Nothing is migrated here."""

import io
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.launch.progress import Progress
from liandong.operate import archive, database
from liandong.operate.data_folder import DataFolder, open_data_folder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.site import Site, visiting

CLONE = Clone.here()
QUIET = Progress(io.StringIO())


@pytest.fixture(autouse=True)
def embedded_and_unmigrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(Site, "migrate", lambda self, progress: self._clear_half_loaded(progress))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where data folders can be made; their databases are removed with it."""
    place = Path(tempfile.mkdtemp(prefix="liandong-test-"))
    place.chmod(0o755)
    yield place
    for data in [path for path in place.iterdir() if (path / "liandong.json").exists()]:
        EmbeddedPostgres(data, data / "logs").remove()
    shutil.rmtree(place)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)  # type: ignore[arg-type]
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def test_a_command_starts_the_database_and_stops_it_afterwards(folder: Path) -> None:
    with visiting(CLONE, folder / "d", QUIET) as site:
        assert ask(site.url, "SELECT 1") == 1
        assert site.embedded is not None
    assert not site.embedded.is_ready()


def test_a_command_beside_an_owner_uses_its_database_and_leaves_it_running(folder: Path) -> None:
    with visiting(CLONE, folder / "d", QUIET) as owner:
        with visiting(CLONE, folder / "d", QUIET) as guest:
            assert guest.url == owner.url
            assert ask(guest.url, "SELECT 1") == 1
        assert ask(owner.url, "SELECT 1") == 1


def test_commands_get_everything_by_environment(folder: Path) -> None:
    with visiting(CLONE, folder / "d", QUIET) as site:
        env = site.environment()
    assert env["LIANDONG_DATA"] == str(folder / "d")
    assert env["DATABASE_URL"] == site.url
    assert env["LIANDONG_PORT"] == "8311"
    assert Path(env["LIANDONG_UPLOADS"]).is_dir()


def test_a_county_that_was_half_loaded_when_the_start_was_killed_is_begun_anew(folder: Path) -> None:
    with visiting(CLONE, folder / "d", QUIET) as site:
        ask(site.url, "CREATE TABLE t AS SELECT 7 AS n")
        database.write_state(site.url, database.State(), sample="loading")
        (site.data.path / "blobs").mkdir()
    with visiting(CLONE, folder / "d", QUIET) as site:
        assert database.is_empty(site.url)
        assert database.read_state(site.url).sample == ""
    assert not (folder / "d" / "blobs").exists()


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> list[str]:
    """A program in place of the management command; the command's words."""
    asked: list[str] = []

    def command(_: Site, *words: str) -> list[str | Path]:
        asked.extend(words)
        return [sys.executable, "-c", code]

    monkeypatch.setattr(Site, "command", command)
    return asked


def test_an_untouched_database_gets_structure_and_county_by_one_process_in_two_steps(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = stand_in(monkeypatch, f"print('a'); print({database.LAID_OUT!r}); print('500 / 500')")
    shown = io.StringIO()
    with visiting(CLONE, folder / "d", QUIET) as site:
        assert site.begin(Progress(shown))
        assert database.read_state(site.url) == database.State(
            migrations=database.migrations_digest(CLONE), sample="loaded"
        )
        assert asked == ["seed", "--from-nothing"]
        assert not site.begin(QUIET)
        assert len(asked) == 2
    assert [line.split()[-1] for line in shown.getvalue().splitlines()] == ["database", "county"]
    assert "✗" not in shown.getvalue()


@pytest.mark.parametrize(
    ("code", "failed"),
    [
        ("import sys; sys.exit('broken')", "Updating the database"),
        (f"import sys; print({database.LAID_OUT!r}); sys.exit('broken')", "Loading the fictional county"),
    ],
    ids=["structure", "county"],
)
def test_a_first_start_that_failed_begins_anew_at_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: str, failed: str
) -> None:
    stand_in(monkeypatch, code)
    shown = io.StringIO()
    with visiting(CLONE, folder / "d", QUIET) as site:
        ask(site.url, "CREATE TABLE t ()")
        with pytest.raises(Failure, match="broken"):
            site.begin(Progress(shown))
        stand_in(monkeypatch, "pass")
        assert site.begin(QUIET)
        assert database.is_empty(site.url)
    (line,) = [line for line in shown.getvalue().splitlines() if "✗" in line]
    assert failed in line


def test_a_database_that_was_used_is_not_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = stand_in(monkeypatch, "pass")
    with visiting(CLONE, folder / "d", QUIET) as site:
        for state in (database.State(sample="used"), database.State(migrations="abc")):
            database.write_state(site.url, state)
            assert not site.begin(QUIET)
            assert database.read_state(site.url) == state
    assert asked == []


Filled = tuple[DataFolder, Path]


@pytest.fixture
def filled(folder: Path) -> Filled:
    """A data folder with a row, a blob, a key and a ledger line; the name of a backup to be written."""
    data = open_data_folder(folder / "d")
    for name, text in {"blobs/ab/cdef": "photo", "ledger/seals.jsonl": "{}\n", "secret_key": "s"}.items():
        (data.path / name).parent.mkdir(parents=True, exist_ok=True)
        (data.path / name).write_text(text)
    (data.path / "secret_key").chmod(0o600)
    with visiting(CLONE, data.path, QUIET) as site:
        ask(site.url, "CREATE TABLE t AS SELECT '霁川'::text AS name")
    return data, folder / "b.tar"


def test_a_backup_comes_back_whole(filled: Filled, folder: Path) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    archive.restore(CLONE, folder / "again", target, QUIET)
    for name in ("blobs/ab/cdef", "ledger/seals.jsonl", "secret_key"):
        assert (folder / "again" / name).read_bytes() == (data.path / name).read_bytes()
    assert (folder / "again" / "secret_key").stat().st_mode & 0o777 == 0o600
    with visiting(CLONE, folder / "again", QUIET) as site:
        assert ask(site.url, "SELECT name FROM t") == "霁川"
        assert database.read_state(site.url).sample == "none"


def test_a_backup_is_for_its_owner_only_and_never_overwrites(filled: Filled) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Failure, match="exists already"):
        archive.backup(CLONE, data.path, target, QUIET)
    assert [path.name for path in target.parent.iterdir() if "b.tar" in path.name] == ["b.tar"]


def test_a_backup_can_be_taken_beside_a_running_owner(filled: Filled) -> None:
    data, target = filled
    with visiting(CLONE, data.path, QUIET):
        archive.backup(CLONE, data.path, target, QUIET)
    assert tarfile.is_tarfile(target)


def test_logs_locks_and_the_cluster_itself_stay_out(filled: Filled) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    with tarfile.open(target) as tar:
        tops = {"/".join(name.split("/")[:2]) for name in tar.getnames()}
    assert tops == {"backup.json", "database.dump", "files/blobs", "files/ledger", "files/secret_key"}


def test_restore_refuses_a_folder_that_holds_anything(filled: Filled) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    with pytest.raises(Failure, match="is not empty"):
        archive.restore(CLONE, data.path, target, QUIET)


@pytest.mark.parametrize("harm", [lambda whole: whole[: len(whole) // 2], lambda whole: b"letter" * 1000])
def test_a_broken_backup_leaves_the_folder_as_it_was(
    filled: Filled, folder: Path, harm: Callable[[bytes], bytes]
) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    target.write_bytes(harm(target.read_bytes()))
    with pytest.raises(Failure, match="broken"):
        archive.restore(CLONE, folder / "again", target, QUIET)
    assert not (folder / "again").exists()


def test_a_backup_with_a_dump_that_does_not_load_leaves_nothing(filled: Filled, folder: Path) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    rewritten = folder / "r.tar"
    with tarfile.open(target) as old, tarfile.open(rewritten, "w") as new:
        for entry in old:
            content = old.extractfile(entry).read() if entry.isfile() else b""  # type: ignore[union-attr]
            if entry.name == archive.DUMP:
                content = content[:-200]
                entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    with pytest.raises(Failure, match="pg_restore did not finish"):
        archive.restore(CLONE, folder / "again", rewritten, QUIET)
    assert not (folder / "again").exists()


@pytest.mark.parametrize("name", ["files/../../escaped", "files//etc/escaped"])
def test_a_backup_that_leads_out_of_the_folder_is_refused(filled: Filled, folder: Path, name: str) -> None:
    data, target = filled
    archive.backup(CLONE, data.path, target, QUIET)
    with tarfile.open(target, "a") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(Failure, match="broken"):
        archive.restore(CLONE, folder / "again", target, QUIET)
    assert not Path("/etc/escaped").exists()
    assert not (folder / "escaped").exists()


def test_there_is_nothing_to_back_up_in_a_folder_that_is_not_ours(folder: Path) -> None:
    with pytest.raises(Failure, match="nothing to back up"):
        archive.backup(CLONE, folder, folder / "b.tar", QUIET)
    assert list(folder.iterdir()) == []
