"""Who may do what is one table, composed from the rooms; code asks for rights, not for roles."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from liandong.contexts.cases.public import RIGHT_TO
from liandong.foundation.rooms import public as rooms
from liandong.kernel.actor import SYSTEM
from liandong.kernel.rights import Right
from liandong.kernel.roles import POSTS, Role, deputies_of
from tools.rights import ACTION, FILE, printed

SOURCE = Path(__file__).resolve().parents[2] / "src" / "liandong"
TABLES = ("kernel/roles.py", "contexts/cases/domain/actions.py")
"""Beside each room's `domain/rights.py`."""
NAME_A_ROLE = {
    "cli/management/commands/create_administrator.py": "the first account is an administrator's",
    "contexts/intake/receipts.py": "a reporter acts by the receipt",
    "contexts/intake/same_matter.py": "a reporter joins the own report",
    "contexts/intake/web/report.py": "a visitor reports",
    "contexts/notifications/web/reporters.py": "a reporter unsubscribes by the receipt",
    "foundation/access/models.py": "Django's own command makes an administrator",
    "foundation/access/queries.py": "a client system acts for reporters",
    "sample/organisation.py": "the fictional county has posts of each role",
    "sample/unsettled.py": "what the posts of the fictional county have done",
}
"""All other files that name one, with the reason."""
NAMES = re.compile(r"\bRole\.[A-Z]\w+")
COMPARES = re.compile(r"\b(?:actor|user|post|staff|each|sender)\.role\s*(?:==|!=|in\b|not in\b|is\b)")
MAY_COMPARE = {
    "foundation/access/absences.py": "who can stand in is a property of the role's row",
    "sample/unsettled.py": "what the posts of the fictional county have done",
}
RIGHTS = {right.name: right for room in rooms.rooms() for right in room.rights}


def _files(*endings: str) -> Iterator[tuple[str, str]]:
    for path in SOURCE.rglob("*"):
        if path.suffix in endings and not {"migrations", "static"} & set(path.parts):
            yield path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")


def test_the_printed_table_is_the_one_in_the_code() -> None:
    assert FILE.read_text("utf-8") == printed(), ".venv/bin/python tools/rights.py write"


def test_only_the_tables_and_these_files_name_a_role() -> None:
    naming = {name for name, text in _files(".py") if NAMES.search(text)}
    assert {name for name in naming if not name.endswith("/domain/rights.py")} - set(TABLES) == set(NAME_A_ROLE)


def test_nobody_else_decides_by_comparing_roles() -> None:
    comparing = {name for name, text in _files(".py", ".html") if COMPARES.search(text)}
    assert comparing == set(MAY_COMPARE)


def test_every_right_of_a_room_is_declared_by_it_under_its_own_name() -> None:
    for room in rooms.rooms():
        names = [right.name for right in room.rights]
        assert {name.partition(".")[0] for name in names if not name.startswith(ACTION)} <= {room.name}
    declared = {name for name, _ in _files(".py") if name.endswith("/domain/rights.py")}
    assert {f"{name.split('/')[-3]}" for name in declared} == {room.name for room in rooms.rooms() if room.rights}
    for name in declared:
        module = import_module("liandong." + name.removesuffix(".py").replace("/", "."))
        own = [value for value in vars(module).values() if isinstance(value, Right)]
        assert list(module.RIGHTS) == own, f"{name}: RIGHTS and its rows differ"


def test_no_two_rights_share_a_name() -> None:
    every = [right.name for room in rooms.rooms() for right in room.rights]
    assert sorted(every) == sorted(set(every))
    assert {right.name for right in RIGHT_TO.values()} <= set(every)


def test_every_right_is_asked_for_somewhere() -> None:
    texts = "\n".join(text for name, text in _files(".py", ".html") if not name.endswith("/domain/rights.py"))
    for room in rooms.rooms():
        for right in (each for each in room.rights if not each.name.startswith(ACTION)):
            constant = right.name.partition(".")[2].upper()
            assert re.search(rf"\b{constant}\b|\"{re.escape(right.name)}\"", texts), right.name


def test_what_the_row_of_a_role_names_exists() -> None:
    for role in Role:
        own = role.standing
        assert role.value == own.name
        assert len(own.name) <= 16  # the column
        assert {*own.besides, *own.without} <= RIGHTS.keys(), role
        assert {*own.like, *own.deputies} <= set(Role), role


def test_reporters_have_no_account() -> None:
    assert set(Role) - set(POSTS) == {Role.REPORTER}


def test_who_has_no_role_may_nothing() -> None:
    assert not any(SYSTEM.may(right) for right in RIGHTS.values())


def test_leaders_and_administrators_have_nobody_to_stand_in_for_them() -> None:
    assert {role for role in POSTS if not deputies_of(role)} == {Role.LEADER, Role.ADMINISTRATOR}
