"""What a report asks of the database, the statements that are prepared past Django among it; without savepoints, which
are the test's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from liandong.contexts.intake import writing


@contextmanager
def statements() -> Iterator[list[str]]:
    """Filled at the end of the block, in no order."""
    found: list[str] = []
    with (
        mock.patch.object(writing, "_send", wraps=writing._send) as prepared,
        CaptureQueriesContext(connection) as captured,
    ):
        yield found
    found += [call.args[0].decode() for call in prepared.call_args_list]
    found += [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
