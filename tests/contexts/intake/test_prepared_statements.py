"""The statements of intake are planned once a connection, and a prepared one that is lost loses no report."""

import pytest
from django.db import connection, transaction

from liandong.app import prepared, settings
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Report
from liandong.kernel.actor import SYSTEM
from tests import county


@pytest.fixture(autouse=True)
def new_connection(committed):
    """Nothing is prepared on it yet; what a test does to it is gone afterwards."""
    connection.close()
    yield
    connection.close()


def receive() -> None:
    (answer,) = intake.receive(actor=SYSTEM, batch=[county.report()])
    assert isinstance(answer, intake.Received), answer


def prepared_here() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")
        return [statement for (statement,) in cursor.fetchall()]


def behind_our_back(statement: str) -> None:
    """As a pooler does it: the driver doesn't see it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN EXECUTE '{statement}'; END $$")


def test_the_big_statement_is_prepared_and_not_a_second_time() -> None:
    receive()
    first = prepared_here()
    assert any("INSERT INTO intake_report" in statement for statement in first)
    assert any("nextval" in statement for statement in first)
    receive()
    assert prepared_here() == first


def test_prepared_statements_that_are_gone_lose_no_report(caplog) -> None:
    receive()
    behind_our_back("DEALLOCATE ALL")
    receive()
    with transaction.atomic():
        receive()
    assert Report.objects.count() == 3
    assert caplog.text.count("prepared statements are lost") == 1
    assert prepared_here() == []


def test_they_may_be_gone_in_the_middle_of_a_transaction() -> None:
    receive()
    with transaction.atomic():
        behind_our_back("DEALLOCATE ALL")
        receive()
    assert Report.objects.count() == 2


def test_a_name_that_somebody_else_has_prepared_loses_no_report() -> None:
    connection.ensure_connection()
    behind_our_back("PREPARE _pg3_0 AS SELECT 1")
    behind_our_back("PREPARE _pg3_1 AS SELECT 1")
    receive()
    assert Report.objects.count() == 1


def test_a_migration_beside_running_code_loses_no_report() -> None:
    receive()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_report ADD COLUMN of_a_later_version int")
    try:
        receive()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_report ALTER COLUMN of_a_later_version TYPE bigint")
        receive()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_report DROP COLUMN of_a_later_version")
    receive()
    assert Report.objects.count() == 4


def test_behind_a_pooler_nothing_is_prepared(monkeypatch) -> None:
    monkeypatch.setattr(prepared, "is_behind_a_pooler", lambda raw: True)
    receive()
    receive()
    assert prepared_here() == []
    assert Report.objects.count() == 2


def test_the_county_may_say_that_its_pooler_knows_prepared_statements(monkeypatch, settings) -> None:
    monkeypatch.setattr(prepared, "is_behind_a_pooler", lambda raw: True)
    settings.PREPARE_BEHIND_POOLER = True
    receive()
    assert prepared_here() != []


def test_a_connection_of_our_own_is_known_as_such() -> None:
    connection.ensure_connection()
    assert not prepared.is_behind_a_pooler(connection.connection)


@pytest.mark.parametrize(("said", "threshold"), [("0", None), ("auto", 5), ("1", 5)])
def test_preparing_may_be_switched_off(monkeypatch, said, threshold) -> None:
    monkeypatch.setattr(settings, "PREPARE", said)
    assert settings._database("postgresql:///liandong")["OPTIONS"]["prepare_threshold"] == threshold
