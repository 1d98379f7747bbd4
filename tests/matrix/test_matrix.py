"""Who gets what at which address: every cell of `endpoints.tsv` is asked over HTTP."""

import logging
from collections.abc import Callable

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action
from liandong.kernel.actor import Role
from tests.matrix import access_page
from tests.matrix.asking import ask, ask_unarmed
from tests.matrix.cast import KINDS, MACHINES, PLAIN
from tests.matrix.deeds import (
    KINDS_TRIED,
    NOT_BY_HAND,
    ROLES,
    actions,
    brought,
    right,
    try_api,
    try_page,
)
from tests.matrix.doors import METHODS, OTHER, doors
from tests.matrix.stage import Stage
from tests.matrix.table import ACTION, ADD, NOT_ASKED, UNREVIEWED, Row, pending, read

DOORS = {door.address: door for door in doors()}
ROWS = read()
PENDING = pending()


def rows_of(address: str) -> list[Row]:
    return [row for row in ROWS if row.address == address]


@pytest.fixture(autouse=True)
def quiet(caplog) -> None:
    """Thousands of refusals are what is wanted here."""
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("address", sorted(DOORS))
def test_each_column_gets_at_an_address_what_the_table_says(address: str, stage: Stage) -> None:
    named = {row.method for row in rows_of(address)}
    wrong = []
    for row in rows_of(address):
        methods = [row.method] if row.method != OTHER else [method for method in METHODS if method not in named]
        for column, wanted in row.cells.items():
            if wanted == NOT_ASKED:
                continue
            for method in methods:
                came = ask(stage, address, method, row.case, column).outcome
                today = PENDING.get((*row.key, column))
                if today is None and came != wanted:
                    wrong.append(f"{row} ({method}) {column}: {came}, right is {wanted}")
                elif today is not None and came == wanted:
                    wrong.append(f"{row} {column}: is right now, take its line out of pending.tsv")
                elif today is not None and came != today:
                    wrong.append(f"{row} {column}: {came}, pending.tsv says {today}, right is {wanted}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("action", actions())
def test_page_and_api_do_of_an_action_what_the_table_of_the_lifecycle_says(action: Action, stage: Stage) -> None:
    wrong = []
    for row in rows_of(f"{ACTION}{action}"):
        with brought(stage, action, row.case):
            for column, cell in row.cells.items():
                for door, attempt in _attempts(row.case) if cell != NOT_ASKED else ():
                    came = attempt(stage, action, row.case, column)
                    if came != cell:
                        wrong.append(f"{row} by the {door}, {column}: {came}, right is {cell}")
    assert not wrong, "\n" + "\n".join(wrong)


UNSAFE = [row for row in ROWS if row.csrf != NOT_ASKED and row.method != OTHER and not row.address.startswith(ACTION)]


@pytest.mark.parametrize("address", sorted({row.address for row in UNSAFE}))
def test_a_page_that_is_not_ours_changes_nothing(address: str, stage: Stage) -> None:
    """`token`: refused to everybody who sends none; `key`: only to a session; `open`: a machine's door by design."""
    wrong = []
    for row in (each for each in UNSAFE if each.address == address):
        column = next((each for each, cell in row.cells.items() if cell in DONE and each not in MACHINES), "visitor")
        came = ask_unarmed(stage, address, row.method, row.case, column).outcome
        if (came == "403") != (row.csrf != "open") and not (row.csrf == "open" and row.cells[column] == "403"):
            wrong.append(f"{row} {column} without a token: {came}, although csrf is {row.csrf}")
    assert not wrong, "\n" + "\n".join(wrong)


def _attempts(kind: str) -> list[tuple[str, Callable[..., str]]]:
    """The page draws itself anew for each refusal: it is tried where most columns differ."""
    return [("API", try_api), *([("page", try_page)] if kind in ("public", "town") else [])]


DONE = ("200", "201", "204", "302", "back")


def test_every_address_and_method_has_its_row() -> None:
    known = {(row.address, row.method) for row in ROWS}
    wanted = {(door.address, method) for door in DOORS.values() for method in (*door.methods, *_other(door.methods))}
    bare = {address for address, door in DOORS.items() if not door.methods and not rows_of(address)}
    missing = sorted(wanted - known) + sorted((address, "") for address in bare)
    assert missing == [], f"no row in tests/matrix/endpoints.tsv for {missing}. {ADD}"


def _other(methods: tuple[str, ...]) -> tuple[str, ...]:
    return () if set(methods) == set(METHODS) else (OTHER,)


def test_every_row_has_its_address_and_method() -> None:
    gone = [str(row) for row in ROWS if not row.address.startswith(ACTION) and not _is_there(row)]
    assert gone == [], (
        f"nothing answers there any more: {gone}. `.venv/bin/python tools/matrix.py write` drops the rows."
    )


def _is_there(row: Row) -> bool:
    door = DOORS.get(row.address)
    return door is not None and (not door.methods or row.method in (*door.methods, OTHER))


def test_an_address_that_names_a_case_says_so_for_every_kind_of_case() -> None:
    by_kind = {row.address for row in ROWS if row.case in KINDS and not row.address.startswith((ACTION, *_ONE_KIND))}
    short = [
        (address, method)
        for address in by_kind
        for method in {row.method for row in rows_of(address) if row.method != OTHER}
        if [row.case for row in rows_of(address) if row.method == method] != sorted(KINDS)
    ]
    nameless = [
        address
        for address in DOORS
        if "<number>" in address and not address.startswith(_BY_RECEIPT) and address not in (*by_kind, *_ONE_KIND)
    ]
    assert (short, nameless) == ([], []), f"a row for each of {sorted(KINDS)} is wanted. {ADD}"


_BY_RECEIPT = ("/r/", "/api/v1/receipts/", "/desk/mine/")
_ONE_KIND = ("/console/case/<number>/do/<action>/", "/api/v1/cases/<number>/<action>")
"""Their kinds are tried action by action."""


def test_every_cell_was_thought_about() -> None:
    open_cells = [f"{row} {column}" for row in ROWS for column, cell in row.cells.items() if cell == UNREVIEWED]
    assert open_cells == [], f"put what is right there instead of `{UNREVIEWED}`. {ADD}"
    blank = [
        f"{row} {column}" for row in ROWS for column in PLAIN if not _may_be_blank(row) and row.cells[column] == "-"
    ]
    assert blank == [], f"these columns are asked of every address. {ADD}"


def _may_be_blank(row: Row) -> bool:
    return row.method == OTHER or row.case in KINDS or row.address.startswith(ACTION)


def test_every_action_and_role_has_its_place() -> None:
    written = {row.address.removeprefix(ACTION) for row in ROWS if row.address.startswith(ACTION)}
    assert written == set(actions()), f"an action of the lifecycle and its rows don't agree. {ADD}"
    assert cases.by_hand() == set(actions()), "an action without a command, or a command whose action nobody offers"
    assert NOT_BY_HAND.isdisjoint(cases.by_hand())
    alone = set(Role) - set(ROLES.values()) - {Role.REPORTER}
    assert alone == set(), f"give {alone} a column in tests/matrix/cast.py and what is right for it in every row"


def test_the_rows_of_actions_are_what_the_lifecycle_says() -> None:
    rows = [row for row in ROWS if row.address.startswith(ACTION)]
    wrong = [
        f"{row} {column}: {cell}, the lifecycle says {right(_action(row), row.case, column)}"
        for row in rows
        for column, cell in row.cells.items()
        if cell != right(_action(row), row.case, column)
    ]
    assert wrong == [], "is the change meant? Then `.venv/bin/python tools/matrix.py write`, and read what differs."
    assert {row.case for row in rows} == set(KINDS_TRIED)


def _action(row: Row) -> Action:
    return Action(row.address.removeprefix(ACTION))


def test_what_is_pending_stands_in_the_table() -> None:
    cells = {(*row.key, column): cell for row in ROWS for column, cell in row.cells.items()}
    assert [key for key, today in PENDING.items() if cells.get(key, today) == today] == []


def test_the_page_for_administrators_is_the_table() -> None:
    assert access_page.FILE.read_text("utf-8") == access_page.written(ROWS), (
        "docs/access.md isn't of this table: `.venv/bin/python tools/matrix.py write`"
    )
