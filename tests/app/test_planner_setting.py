"""Connections tell the planner of the disks of today, unless an administrator has told it something else."""

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

pytestmark = pytest.mark.django_db


def cost_on_a_new_connection(options: str) -> str:
    own = connection.copy()
    parameters = own.get_connection_params() | {"options": options}
    own.connection = own.get_new_connection(parameters)
    own.connection.autocommit = True
    try:
        connection_created.send(sender=type(own), connection=own)
        (told,) = own.connection.execute("SELECT current_setting('random_page_cost')").fetchone()
        return str(told)
    finally:
        own.connection.close()


def test_an_index_isnt_held_for_dear() -> None:
    assert cost_on_a_new_connection("") == "1.1"


def test_what_an_administrator_has_set_stays() -> None:
    assert cost_on_a_new_connection("-c random_page_cost=2") == "2"
