from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import override_settings

from liandong.kernel import time
from tests import county, databases
from tests.matrix.stage import Stage, build


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Stage]:
    """Built once for all cells of a worker, in a database of its own; each cell is asked in a transaction of its own,
    for in one that lasts over all of them every row that a cell has touched makes the next slower.
    """
    blobs = tmp_path_factory.mktemp("blobs")
    own = f"{connection.settings_dict['NAME']}_matrix"
    with (
        django_db_blocker.unblock(),
        override_settings(BLOBS=blobs),
        time.at(county.MONDAY),
        databases.copied(own),
    ):
        county.load()  # where the last test of before has emptied its database
        yield build(blobs)
