from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test.utils import override_settings

from liandong.foundation.registers.public import Cached
from liandong.kernel import time
from tests import county
from tests.matrix.stage import Stage, build


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Stage]:
    """Built once for all cells of a worker; each cell is asked inside a savepoint."""
    blobs = tmp_path_factory.mktemp("blobs")
    with django_db_blocker.unblock(), override_settings(BLOBS=blobs), time.at(county.MONDAY), transaction.atomic():
        county.load()
        yield build(blobs)
        transaction.set_rollback(True)
    Cached.forget_all()
