from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection, transaction

from liandong.foundation.ledger import commands
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import Actor, Role

CLERK = Actor(kind="staff", id=17, role=Role.CLERK)


@pytest.fixture
def clerk() -> Actor:
    return CLERK


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    """Keys and the seals file of each test are its own."""
    settings.DATA = tmp_path / "data"
    return settings.DATA


@pytest.fixture(autouse=True)
def without_drawings(request) -> None:
    """Nothing is in the ledger but what a test writes: the county's drawings are bound too."""
    marker = request.node.get_closest_marker("django_db")
    if not marker:
        return
    is_kept = marker.kwargs.get("transaction") or "other_connection" in request.fixturenames
    request.getfixturevalue("transactional_db" if is_kept else "db")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM process_definition; DELETE FROM ledger_entry")


@pytest.fixture
def record() -> Callable[..., ledger.EntryRow]:
    def one(stream: tuple[str, int] = ("case", 1), action: str = "CaseNoted", **payload: object) -> ledger.EntryRow:
        with transaction.atomic():
            return commands.append(actor=CLERK, stream=stream, action=action, payload=payload)

    return one


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Runs SQL as the owner of the tables, as an intruder can; the triggers are lifted already (tests/county.py)."""

    def sql(statement: str, *parameters: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            assert cursor.rowcount != 0, "the tampering itself has missed"

    return sql


@pytest.fixture
def other_connection(transactional_db) -> Iterator[Callable[[], psycopg.Connection]]:
    """Opens further connections to the test database, of which each is a transaction of its own."""
    opened = []

    def connect() -> psycopg.Connection:
        fields = connection.get_connection_params()
        known = {key: fields[key] for key in ("dbname", "user", "password", "host", "port") if fields.get(key)}
        opened.append(psycopg.connect(**known))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()
