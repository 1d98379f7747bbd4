from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import override_settings

from liandong.foundation.registers.public import Cached
from liandong.kernel import time
from tests import county
from tests.matrix.stage import Stage, build


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Stage]:
    """Built once for all cells of a worker, in a database of its own; each cell is asked in a transaction of its own,
    for in one that lasts over all of them every row that a cell has touched makes the next slower.
    """
    blobs = tmp_path_factory.mktemp("blobs")
    with django_db_blocker.unblock(), override_settings(BLOBS=blobs), time.at(county.MONDAY):
        usual = connection.settings_dict["NAME"]
        own = f"{usual}_matrix"
        _copy(usual, own)
        Cached.forget_all()
        try:
            yield build(blobs)
        finally:
            _drop(own, usual)
    Cached.forget_all()


def _copy(usual: str, own: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}"')
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{usual}"')
    connection.close()
    connection.settings_dict["NAME"] = own


def _drop(own: str, usual: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{own}"')
    connection.close()
    connection.settings_dict["NAME"] = usual
