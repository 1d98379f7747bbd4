import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.operate import database
from liandong.operate.database import State


@pytest.fixture
def url() -> Iterator[str]:
    """A new database in the server of the checks."""
    main = os.environ["DATABASE_URL"]
    name = f"scratch_{os.getpid()}"
    made = main.replace("/liandong?", f"/{name}?")
    database.recreate(main, name)
    yield made
    with psycopg.connect(main, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_new_database_has_been_through_nothing(url: str) -> None:
    assert database.read_state(url) == State()


def test_its_state_is_kept_in_the_database_itself(url: str) -> None:
    state = database.write_state(url, State(), migrations="abc", sample="loading")
    assert database.read_state(url) == state == State(migrations="abc", sample="loading")
    database.write_state(url, state, sample="loaded")
    assert database.read_state(url).sample == "loaded"


def test_a_database_with_a_comment_that_is_not_ours_counts_as_used(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS 'mine'").format(sql.Identifier(connection.info.dbname)))
    assert database.read_state(url).sample == "used"


def test_recreating_empties_it_and_forgets_its_state(url: str) -> None:
    database.write_state(url, State(), sample="loading")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE t ()")
    assert not database.is_empty(url)
    database.recreate(os.environ["DATABASE_URL"], url.rsplit("/", 1)[-1].split("?", 1)[0])
    assert database.is_empty(url)
    assert database.read_state(url) == State()


def test_an_external_database_of_the_oldest_version_passes_and_of_one_before_it_does_not(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(url) as connection:
        version = connection.info.server_version // 10000
    monkeypatch.setattr(database, "OLDEST", version)
    database.check_external(url)
    monkeypatch.setattr(database, "OLDEST", version + 1)
    with pytest.raises(Failure):
        database.check_external(url)


def test_an_older_postgresql_is_refused_in_one_sentence(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST", 99)
    with pytest.raises(Failure, match=r"names PostgreSQL \d+; Liandong needs 99 or newer"):
        database.check_external(url)


def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_password() -> None:
    with pytest.raises(Failure, match="cannot be reached") as caught:
        database.check_external("postgresql://me:very-secret@127.0.0.1:1/x")
    assert "very-secret" not in str(caught.value)


def test_tools_get_the_password_by_environment_only() -> None:
    url, env = database.for_tools("postgresql://me:p%40ss@db.example:5433/x?sslmode=require")
    assert url == "postgresql://me@db.example:5433/x?sslmode=require"
    assert env["PGPASSWORD"] == "p@ss"
    assert database.for_tools("postgresql://liandong@/x?host=%2Fs")[0] == "postgresql://liandong@/x?host=%2Fs"


def test_the_digest_of_migrations_is_stable() -> None:
    clone = Clone.here()
    assert database.migrations_digest(clone) == database.migrations_digest(clone)
