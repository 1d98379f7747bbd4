"""After every test here each row is as the ledger tells it: a command that changes a bound row without an entry that
binds it fails the test that ran it.
"""

import sys
from collections.abc import Iterator

import pytest

from liandong.foundation.ledger import bound
from liandong.foundation.ledger.rows import RowsVerified, wrong_rows

_BETWEEN = ("/django/", "/ledger/bound.py", "/conftest.py", "/contextlib.py")


def _is_by_test() -> bool:
    """Whether the code that changes a row is a test's own, which sets a stage past the commands."""
    frame = sys._getframe(2)
    while frame is not None and any(part in frame.f_code.co_filename for part in _BETWEEN):
        frame = frame.f_back
    return frame is not None and "/tests/" in frame.f_code.co_filename


@pytest.fixture(autouse=True)
def rows_are_bound(request, monkeypatch, settings) -> Iterator[None]:
    request.getfixturevalue("_django_db_marker")
    staged = set()
    wait = bound._wait

    def note(table: bound.BoundTable, row_id: int, *told: object) -> None:
        if _is_by_test():
            staged.add((table.title, row_id))
        else:
            wait(table, row_id, *told)

    monkeypatch.setattr(bound, "_wait", note)
    yield
    if request.node.get_closest_marker("rows_by_hand"):
        return
    try:
        wrong = list(wrong_rows(RowsVerified(), lambda _walk, _rows: None))
    except RuntimeError:  # the test has no database
        return
    unbound = [each for each in wrong if (each.table, each.row) not in staged]
    assert unbound == [], "rows were changed and no ledger entry binds what was done"
