"""Every table and every folder says how long it is kept, how erasure reaches it, that a backup has it, and where the
pages on rights and threats speak of it.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from liandong.app.stores import AROUND, STORES
from liandong.foundation.rooms import public as rooms
from liandong.operate import archive

ROOT = Path(__file__).resolve().parents[2]
ALL = [*(store for room in rooms.rooms() for store in room.stores), *STORES]
SECRETS = {"secret_key", "demo_api_key"}
FILES = {store.name for store in ALL if store.name.endswith("/")} | SECRETS
NAMED_BY_SETTINGS = re.compile(r'\bDATA / "(\w+)"|(?:settings\.DATA|data|folder\.path) / "(\w+)"')


def lines(page: str) -> list[str]:
    return (ROOT / "docs" / page).read_text("utf-8").splitlines()


def first_cells(page: str) -> set[str]:
    return {
        line.split("|")[1].strip()
        for line in (ROOT / "docs" / page).read_text("utf-8").splitlines()
        if line[:2] == "| "
    }


@pytest.mark.django_db
def test_every_table_of_the_database_has_its_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpersistence FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE relkind IN ('r', 'p') AND nspname = 'public'"
        )
        there = dict(cursor.fetchall())
    told = [store.name for store in ALL if store.name not in FILES]
    assert sorted(told) == sorted(there), "a room's tables stand in the `stores` of its room.py"
    unlogged = {name for name, persistence in there.items() if persistence != "p"}
    passing = {store.name for store in ALL if store.kept in (rooms.Kept.SPAN, rooms.Kept.AGAIN)}
    assert unlogged <= passing, "an unlogged table is empty after a crash, and in no replica"


def test_every_model_has_its_answers() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    assert tables <= {store.name for store in ALL}


def test_a_rooms_stores_are_its_own() -> None:
    """Tables of Django's own applications are the accounts' room's."""
    owner = {store.name: room.name for room in rooms.rooms() for store in room.stores}
    labels = {room.name for room in rooms.rooms()}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_label if model._meta.app_label in labels else "access"
        assert owner[model._meta.db_table] == label, model


def test_every_entry_of_a_data_folder_has_its_answers() -> None:
    """Every name below the data folder that the code names."""
    named = {
        name
        for path in (ROOT / "src" / "liandong").rglob("*.py")
        if "proof" not in path.parts and "categories" not in path.parts
        for found in NAMED_BY_SETTINGS.findall(path.read_text("utf-8"))
        for name in found
        if name
    }
    assert named
    known = {name.rstrip("/") for name in FILES} | set(AROUND)
    assert named <= known


def test_a_backup_holds_every_folder_and_leaves_out_only_what_says_so(tmp_path: Path) -> None:
    for name in (*FILES, *(f"{each}/" for each in AROUND if "." not in each)):
        path = tmp_path / name
        if name.endswith("/"):
            path.mkdir()
            path = path / "kept"
        path.write_text("kept")
    kept = {path.relative_to(tmp_path).parts[0] for path in archive._kept_files(tmp_path)}
    assert {name.rstrip("/") for name in FILES} <= kept
    assert kept - {name.rstrip("/") for name in FILES} <= {"bench"}
    assert set(AROUND) >= archive.NOT_KEPT


@pytest.mark.parametrize("store", ALL, ids=lambda store: store.name)
def test_each_answer_is_an_answer(store: rooms.Store) -> None:
    assert store.erase
    assert store.rights in first_cells("rights.md") | headings("rights.md")
    assert store.threat in first_cells("threat_model.md")
    assert bool(store.kept_for) == (store.kept is rooms.Kept.SPAN)


def headings(page: str) -> set[str]:
    return {
        line.lstrip("# ").lower() for line in (ROOT / "docs" / page).read_text("utf-8").splitlines() if line[:1] == "#"
    }


def test_the_page_is_of_this_code() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "stores.py", "check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr[-500:]
