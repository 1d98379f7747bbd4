"""A connection of the web waits for a statement as long as it may, and then for nothing more."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from liandong.app.prepared import settle
from liandong.foundation.deadlines import limits, patience
from liandong.foundation.deadlines import public as deadlines
from liandong.foundation.deadlines.breaker import Breaker
from tests.app.between import Between, between
from tests.app.pgbouncer import transaction_pooler

pytestmark = pytest.mark.usefixtures("committed")


class Listener(Breaker):
    """Stays shut."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(lambda: True)
        self._told = told

    def trip(self, why: str) -> None:
        self._told.append(why)


@pytest.fixture
def silences(monkeypatch) -> list[str]:
    """What the connections of this test told of; the breaker of the house hears nothing of it."""
    told: list[str] = []
    monkeypatch.setattr(deadlines.BoundedConnection, "breaker", Listener(told))
    monkeypatch.setattr(deadlines.BoundedConnection, "statement_s", 0.5)
    return told


@pytest.fixture
def standing(reachable_folder, silences: list[str]) -> Iterator[Between]:
    with between(reachable_folder, connection.settings_dict["NAME"]) as made:
        yield made


def wrapper(url: str = "", **settings: Any) -> BaseDatabaseWrapper:
    """Django's own connection with deadlines, as the web has it."""
    own = connection.copy()
    own.settings_dict["DEADLINES"] = {"statement_s": 4.0, "connection_s": 0.2}
    if url:
        found = psycopg.conninfo.conninfo_to_dict(url)
        own.settings_dict |= {"HOST": found["host"], "PORT": found.get("port", ""), "USER": found["user"]}
    own.settings_dict |= settings
    return own


def bounded(url: str) -> deadlines.BoundedConnection:
    made = deadlines.BoundedConnection.connect(url, autocommit=True)
    assert isinstance(made, deadlines.BoundedConnection)
    return made


def here() -> str:
    return psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])


def test_a_silent_server_closes_the_connection_in_time(standing: Between, silences: list[str]) -> None:
    raw = bounded(standing.url)
    standing.stand()
    begun = time.monotonic()
    with pytest.raises(deadlines.NoAnswer):
        raw.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="closed"):
        raw.execute("SELECT 1")
    raw.close()
    assert time.monotonic() - begun < 3
    assert raw.closed
    assert len(silences) == 1


def test_in_a_transaction_too_and_giving_up_waits_for_nobody(standing: Between, silences: list[str]) -> None:
    own = wrapper(standing.url)
    own.set_autocommit(False)
    cursor = own.cursor()
    cursor.execute("SELECT 1")
    standing.stand()
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        cursor.execute("SELECT 2")
    with pytest.raises(OperationalError):
        own.rollback()
    own.close()
    assert time.monotonic() - begun < 3
    assert len(silences) == 1


def test_a_server_that_lives_is_asked_to_stop_and_the_connection_goes_on(silences: list[str]) -> None:
    with bounded(here()) as raw:
        raw.execute("BEGIN")
        with pytest.raises(psycopg.errors.QueryCanceled):
            raw.execute("SELECT pg_sleep(20)")
        raw.execute("ROLLBACK")
        assert raw.execute("SELECT 1").fetchone() == (1,)
    assert silences == []


def test_outside_a_transaction_nothing_is_asked_to_stop_it_may_be_a_commit(silences: list[str]) -> None:
    raw = bounded(here())
    with pytest.raises(deadlines.NoAnswer):
        raw.execute("SELECT pg_sleep(1)")
    assert raw.closed
    assert len(silences) == 1


def test_a_commit_that_is_not_answered_may_have_happened_and_is_never_cancelled(
    standing: Between, silences: list[str], monkeypatch
) -> None:
    cancelled: list[object] = []
    monkeypatch.setattr(deadlines.BoundedConnection, "cancel_safe", lambda *_words, **_named: cancelled.append(1))
    raw = deadlines.BoundedConnection.connect(standing.url)
    raw.execute("INSERT INTO access_rate (key, window_start, count) VALUES ('unknown', now(), 1)")
    standing.stand_after(b"COMMIT")
    with pytest.raises(deadlines.NoAnswer):
        raw.commit()
    standing.go()
    assert cancelled == []
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while True:
            cursor.execute("DELETE FROM access_rate WHERE key = 'unknown'")
            if cursor.rowcount:
                break
            assert time.monotonic() < end


def test_nobody_connects_for_ever(standing: Between, silences: list[str]) -> None:
    standing.stand()
    begun = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        deadlines.BoundedConnection.connect(standing.url, connect_timeout=2)
    assert time.monotonic() - begun < 4
    assert len(silences) == 1


def test_a_server_that_refuses_is_not_silent(silences: list[str]) -> None:
    with pytest.raises(psycopg.OperationalError):
        deadlines.BoundedConnection.connect(psycopg.conninfo.make_conninfo(here(), dbname="nowhere"))
    assert silences == []


def test_how_long_a_request_has_been_here_counts(monkeypatch) -> None:
    assert patience.left(4.0, is_silent=False) == 4.0
    with deadlines.of_request(waited_s=1.0, share=None):
        assert 2.5 < patience.left(4.0, is_silent=False) <= 3.0
        assert patience.left(4.0, is_silent=True) < 1
        with deadlines.each_statement(60):
            assert patience.left(4.0, is_silent=True) == 60
    with deadlines.of_request(waited_s=30.0, share=None):
        assert patience.left(4.0, is_silent=False) == patience.LEAST_S


def settings_of(own: BaseDatabaseWrapper) -> list[str]:
    with own.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(name) FROM unnest(ARRAY['statement_timeout', 'lock_timeout',"
            " 'idle_in_transaction_session_timeout']) name"
        )
        return [value for (value,) in cursor.fetchall()]


def test_the_server_keeps_the_deadlines_of_the_web_and_of_nobody_else() -> None:
    own = wrapper()
    try:
        assert settings_of(own) == ["3500ms", "3s", "30s"]
        with limits.server_limit(own.connection, 60):
            assert settings_of(own)[0] == "1min"
        assert settings_of(own)[0] == f"{int(own.connection.statement_s * 875)}ms"
    finally:
        own.close()
    plain = connection.copy()
    assert settings_of(plain) == ["0", "0", "0"]
    plain.close()


def test_behind_a_pooler_no_setting_is_left_on_connections_of_others(reachable_folder) -> None:
    with transaction_pooler(reachable_folder, connection.settings_dict["NAME"], pool=1) as url:
        own = wrapper(url)
        own.ensure_connection()
        settle(type(own), own)
        assert not own.connection.limited_by_server
        assert settings_of(own) == ["0", "0", "0"]
        own.close()


def test_a_kind_of_work_holds_no_more_connections_than_its_share() -> None:
    share = deadlines.Share(1)
    first, second = wrapper(), wrapper()
    with deadlines.of_request(waited_s=0, share=share):
        first.ensure_connection()
        with pytest.raises(OperationalError):
            second.ensure_connection()
        first.close()
        second.ensure_connection()
        second.close()
    with deadlines.of_request(waited_s=0, share=None):
        first.ensure_connection()
        second.ensure_connection()
        first.close()
        second.close()
    assert share.take(0)


def test_a_breaker_asks_until_it_is_answered() -> None:
    answers = [False, False, True]
    asked, may = [], threading.Semaphore(0)

    def ask() -> bool:
        may.acquire()
        asked.append(1)
        return answers.pop(0)

    breaker = Breaker(ask)
    breaker.trip("no answer")
    breaker.trip("no answer")
    assert breaker.is_open
    for _ in range(3):
        may.release()
    end = time.monotonic() + 10
    while breaker.is_open:
        assert time.monotonic() < end
    assert len(asked) == 3


def test_a_single_slow_statement_shuts_out_nobody(caplog) -> None:
    """The server says at once that it lives: who comes meanwhile is let in."""
    asked, open_meanwhile = threading.Event(), []

    def ask() -> bool:
        open_meanwhile.append(breaker.is_open)
        asked.set()
        return True

    breaker = Breaker(ask)
    breaker.trip("no answer in 4.0 s")
    assert asked.is_set()
    assert (breaker.is_open, open_meanwhile) == (False, [False])
    assert not caplog.records


def test_a_breaker_that_cannot_ask_stays_shut(monkeypatch) -> None:
    """Where no thread can be had nobody would ever open the door again."""

    def cannot(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    breaker = Breaker(lambda: True)
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", cannot)
        breaker.trip("no answer")
    assert not breaker.is_open
    breaker.trip("no answer")
    assert not breaker.is_open


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_breaker_whose_question_breaks_is_not_open_for_ever() -> None:
    def ask() -> bool:
        raise ZeroDivisionError

    breaker = Breaker(ask)
    breaker.trip("no answer")
    end = time.monotonic() + 10
    while breaker.is_open:
        assert time.monotonic() < end
