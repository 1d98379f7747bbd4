"""A step after which an earlier version can't go on asks first, and a backup is made."""

import io
import tarfile
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from liandong.foundation.jobs.models import Job
from liandong.kernel import time
from liandong.launch.clone import Clone
from liandong.launch.progress import Progress
from liandong.operate import database, enforcing
from liandong.operate.data_folder import BACKUPS, open_data_folder
from liandong.operate.later import Later
from liandong.operate.site import Site, running_postgres


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "agrees"), [("y\n", True), ("是\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_whoever_sits_at_the_terminal_is_asked(monkeypatch, capsys, typed: str, agrees: bool) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert enforcing.agreed() is agrees
    assert "[y/N]" in capsys.readouterr().out


def test_a_service_unit_has_agreed(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert enforcing.agreed()
    assert capsys.readouterr().out == ""


@pytest.mark.takes_long
def test_what_may_be_enforced_is_backed_up_first_and_then_enforced(reachable_folder: Path, monkeypatch) -> None:
    progress = Progress(io.StringIO())
    data = open_data_folder(reachable_folder / "data")
    with running_postgres(data, progress) as embedded:
        site = Site(Clone.here(), data, embedded.url, embedded)
        site.migrate(progress)
        site.may_enforce = site.waits = True
        monkeypatch.setattr("sys.stdin", Terminal("n\n"))
        enforcing.enforce(site, progress)
        assert not (data.path / BACKUPS).exists()
        monkeypatch.setattr("sys.stdin", Terminal("y\n"))
        enforcing.enforce(site, progress)
        (backup,) = (data.path / BACKUPS).iterdir()
        with tarfile.open(backup) as tar:
            assert "database.dump" in tar.getnames()
        assert not site.may_enforce
        assert not site.waits
        assert database.read_state(site.url).migrations == database.migrations_digest(site.clone)


@pytest.mark.django_db(transaction=True)
def test_up_tells_how_far_rows_of_before_are_and_when_they_are_done(reachable_folder: Path) -> None:
    site = Site(Clone.here(), open_data_folder(reachable_folder / "data"), _url(), waits=True)
    now, told = [0.0], list[str]()
    later = Later(site, told.append, lambda: now[0])
    Job.objects.create(
        kind="jobs.backfill", key="cases.x", created_at=time.now(), next_at=time.now(), progress={"done": 1, "of": 4}
    )
    for _ in range(2):
        now[0] += 6
        later.look()
    assert told == ["  补写 backfill cases.x 25 % (1 / 4)"]
    Job.objects.all().delete()
    for _ in range(3):
        now[0] += 6
        later.look()
    assert len(told) == 2
    assert "next start" in told[1]


def _url() -> str:
    params = connection.get_connection_params()
    return make_conninfo(
        **{key: params[key] for key in ("dbname", "user", "host", "port", "password") if key in params}
    )
