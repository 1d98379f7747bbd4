"""Real servers, really killed."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from liandong.launch import stamps
from liandong.launch.failure import Failure
from liandong.launch.processes import processes_in
from liandong.operate import embedded_postgres
from liandong.operate.embedded_postgres import EmbeddedPostgres

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="about what only root can do")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="liandong-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Callable[[Path], EmbeddedPostgres]:
    """Clusters that are stopped and removed after the test."""

    def make(data: Path) -> EmbeddedPostgres:
        data.mkdir(exist_ok=True)
        embedded = EmbeddedPostgres(data, data, durable=False)

        def remove() -> None:
            embedded.stop()
            embedded.end_leftovers()
            embedded.remove()

        request.addfinalizer(remove)
        return embedded

    return make


Make = Callable[[Path], EmbeddedPostgres]


def ask(embedded: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(embedded.url, autocommit=True) as connection:
        cursor = connection.execute(query)  # type: ignore[arg-type]
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def test_it_starts_answers_stops_and_keeps_what_was_written(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    ask(embedded, "CREATE TABLE t AS SELECT 7 AS n")
    embedded.stop()
    assert not embedded.is_ready()
    embedded.start()
    assert ask(embedded, "SELECT n FROM t") == 7


def test_it_speaks_utf8_and_listens_to_no_network(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    assert ask(embedded, "SHOW server_encoding") == "UTF8"
    assert ask(embedded, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert ask(embedded, "SELECT lower('ÄÖ')") == "äö"
    assert ask(embedded, "SHOW listen_addresses") == ""


def test_what_an_administrator_tunes_survives_a_start(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    ask(embedded, "ALTER SYSTEM SET work_mem = '7MB'")
    embedded.stop()
    embedded.start()
    assert ask(embedded, "SHOW work_mem") == "7MB"


def test_after_the_server_was_killed_the_next_start_recovers(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    ask(embedded, "CREATE TABLE t AS SELECT 7 AS n")
    ask(embedded, "CHECKPOINT")
    assert embedded.server is not None
    embedded.server.send_signal(signal.SIGKILL)
    again = EmbeddedPostgres(open_folder, open_folder, durable=False)
    assert (embedded.files / "postmaster.pid").exists()
    again.start()
    assert ask(again, "SELECT n FROM t") == 7
    again.stop()


OWNER = """
    import sys, time
    from pathlib import Path
    from liandong.operate.embedded_postgres import EmbeddedPostgres
    folder = Path(sys.argv[1])
    embedded = EmbeddedPostgres(folder, folder, durable=False)
    embedded.start()
    print("ready", flush=True)
    time.sleep(600)
"""


def killed_owner(folder: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", textwrap.dedent(OWNER), folder], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()


def test_the_server_shuts_down_when_its_owner_is_killed(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    killed_owner(open_folder)
    deadline = time.monotonic() + 20
    while processes_in(embedded.files) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(embedded.files) == []


def test_after_its_owner_was_killed_the_next_start_just_works(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    for _ in range(2):
        killed_owner(open_folder)
        embedded.start()
        assert ask(embedded, "SELECT 1") == 1
        embedded.stop()


def test_a_pid_file_that_names_another_program_is_no_obstacle(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    embedded.stop()
    (embedded.files / "postmaster.pid").write_text(f"{os.getpid()}\n{embedded.files}\n")
    embedded.start()
    assert ask(embedded, "SELECT 1") == 1


def test_an_initdb_that_was_killed_leaves_nothing_that_looks_finished(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    (embedded.home / "pgdata.draft").mkdir()
    (embedded.home / "pgdata.draft" / "PG_VERSION").write_text("18")
    embedded.start()
    assert ask(embedded, "SELECT 1") == 1


def test_broken_files_are_one_sentence_with_the_way_out(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    embedded.stop()
    (embedded.files / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(Failure, match="restore a backup") as caught:
        embedded.start()
    assert "pg_control" in caught.value.zh


def test_files_of_another_major_version_are_refused(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    embedded.stop()
    (embedded.files / "PG_VERSION").write_text("16\n")
    with pytest.raises(Failure, match="written by PostgreSQL 16"):
        embedded.start()


def test_a_path_too_long_or_odd_for_a_socket_gets_a_short_one(open_folder: Path, make: Make) -> None:
    for name in ("a" * 100, "县 数据,x"):
        embedded = make(open_folder / name)
        embedded.start()
        assert ask(embedded, "SELECT 1") == 1
        embedded.stop()


@ROOT_ONLY
def test_root_runs_it_as_nobody_inside_a_folder_that_nobody_can_reach(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder)
    embedded.start()
    assert embedded.home == open_folder / "postgres"
    assert embedded.files.stat().st_uid == 65534
    assert ask(embedded, "SELECT 1") == 1


@pytest.fixture
def closed_folder(open_folder: Path) -> Path:
    """Below a folder that only root may enter."""
    folder = open_folder / "closed" / "data"
    folder.parent.mkdir(mode=0o700)
    folder.mkdir()
    return folder


@ROOT_ONLY
def test_below_a_folder_that_only_root_may_enter_the_files_lie_elsewhere(closed_folder: Path, make: Make) -> None:
    embedded = make(closed_folder)
    embedded.start()
    assert embedded.home.parent == Path("/var/lib/liandong")
    assert stamps.read(closed_folder / "postgres.location")["home"] == str(embedded.home)
    assert EmbeddedPostgres(closed_folder, closed_folder).home == embedded.home
    assert ask(embedded, "SELECT 1") == 1
    assert closed_folder.parent.stat().st_mode & 0o777 == 0o700
    embedded.stop()
    embedded.remove()
    assert not embedded.home.exists()


@ROOT_ONLY
def test_a_moved_data_folder_takes_its_database_along(closed_folder: Path, make: Make) -> None:
    home = make(closed_folder).home
    moved = closed_folder.rename(closed_folder.with_name("moved"))
    assert make(moved).home == home
    moved.rename(closed_folder)
    assert make(closed_folder).home == home


@ROOT_ONLY
def test_a_copied_data_folder_is_refused_because_both_would_write_one_database(closed_folder: Path, make: Make) -> None:
    make(closed_folder)
    copied = shutil.copytree(closed_folder, closed_folder.with_name("copy"))
    with pytest.raises(Failure, match="is a copy of"):
        EmbeddedPostgres(copied, copied)


@ROOT_ONLY
def test_the_database_of_a_deleted_data_folder_is_named_not_adopted(closed_folder: Path, make: Make) -> None:
    former = make(closed_folder)
    shutil.rmtree(closed_folder)
    now = make(closed_folder)
    assert now.home != former.home
    assert now.abandoned() == [former.home]
    former.remove()
    assert now.abandoned() == []
    assert EmbeddedPostgres(closed_folder, closed_folder).home == now.home


@ROOT_ONLY
def test_programs_that_only_root_can_reach_are_copied_to_where_nobody_can_under_any_umask(
    open_folder: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a clone made by root under umask 077 is."""
    reach = embedded_postgres._can_enter
    monkeypatch.setattr(embedded_postgres, "VAR", open_folder / "lib" / "liandong")
    monkeypatch.setattr(
        embedded_postgres, "_can_enter", lambda account, path: path.name != "postgres" and reach(account, path)
    )
    (open_folder / "lib").mkdir(mode=0o755)
    before = os.umask(0o077)
    try:
        embedded = make(open_folder / "data")
        embedded.home.parent.chmod(0o711)
        embedded.start()
    finally:
        os.umask(before)
    assert embedded.programs().is_relative_to(open_folder / "lib")
    assert ask(embedded, "SELECT 1") == 1


@ROOT_ONLY
def test_root_runs_a_users_database_as_that_user(open_folder: Path, make: Make) -> None:
    home = open_folder / "postgres"
    home.mkdir(mode=0o700)
    user = pwd.getpwnam("daemon")
    os.chown(home, user.pw_uid, user.pw_gid)
    embedded = make(open_folder)
    embedded.start()
    assert embedded.files.stat().st_uid == user.pw_uid
    assert ask(embedded, "SELECT 1") == 1


def test_a_database_of_another_user_is_refused(open_folder: Path, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make(open_folder)
    monkeypatch.setattr(embedded_postgres.os, "geteuid", lambda: 4711)
    with pytest.raises(Failure, match="belongs to another user"):
        EmbeddedPostgres(open_folder, open_folder)


def test_the_url_leads_to_the_database_through_django_settings_too(open_folder: Path, make: Make) -> None:
    embedded = make(open_folder / f"x{secrets.token_hex(2)}")
    program = "from liandong.app.settings import DATABASES; print(DATABASES['default']['HOST'])"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"DATABASE_URL": embedded.url, "LIANDONG_TESTING": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == str(embedded.home / "socket")
