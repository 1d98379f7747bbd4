"""What every test can ask for. The database is the one of `./liandong test`; each xdist worker makes its own in it."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings
from playwright.sync_api import Playwright
from whitenoise.middleware import WhiteNoiseMiddleware

from liandong.contexts.cases.lists import candidates
from liandong.foundation.registers import cache
from liandong.foundation.registers.public import Cached
from tests import county, databases

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
"""How long an example takes says how busy the machine is, not whether the code is right."""
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread that fixtures run in
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


SPACED = 100
"""So far apart are the tests that take long: each process begins with one (`--maxschedchunk` in `proof/checks.py`)."""
LAST = ("house", "kernel", "ports")
"""Folders of many quick tests: at the end no process waits long for another."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Those that take long first, the quickest last. Otherwise it stays as pytest-django has sorted: first who undoes
    what he did to the database, then who empties it, then who doesn't use it.
    """
    parts: dict[str, list[pytest.Function]] = {"long": [], "other": [], "last": []}
    for item in items:
        is_quick = _folder(item) in LAST and not {"db", "transactional_db"} & set(item.fixturenames)
        parts["long" if item.get_closest_marker("takes_long") else "last" if is_quick else "other"].append(item)
    for place, item in enumerate(parts["long"]):
        parts["other"].insert(place * SPACED, item)
    items[:] = parts["other"] + parts["last"]


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: it needn't be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_language() -> None:
    """A request of the test before leaves its language behind."""
    translation.deactivate()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that `./liandong test` found or installed."""
    path = os.environ.get("LIANDONG_CHROMIUM", "")
    if not path:
        pytest.fail("LIANDONG_CHROMIUM is not set: run ./liandong test, which brings a browser")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium_path: str) -> dict[str, object]:
    """For the `page` fixture of pytest-playwright: our browser, quiet towards the network."""
    return {"executable_path": chromium_path, "args": list(CHROMIUM_FLAGS)}


@pytest.fixture(scope="session")
def playwright(playwright: Playwright) -> Iterator[Playwright]:
    """Its event loop makes Django keep other connections for this thread: they end before the loop does."""
    yield playwright
    connections.close_all()


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A temporary folder that the account of an embedded PostgreSQL can enter; pytest's own are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="liandong-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """`real_data("meters/x.csv")`: a file below LIANDONG_REAL_DATA; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        folder = os.environ.get("LIANDONG_REAL_DATA", "")
        path = Path(folder) / name
        if not folder or not path.is_file():
            pytest.skip(f"no real data: {name}")
        return path

    return find


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_blocker,
    django_db_modify_db_settings,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Every test database begins with the small county of `tests/county.py`; its ledger and events are empty.

    Also where no chosen test asks for `db`: what only wants `committed` must never meet the database of DATABASE_URL.
    """
    with django_db_blocker.unblock():
        made = databases.make(_fill, keeps=django_db_keepdb and not django_db_createdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            databases.unmake(made)


def _fill() -> None:
    county.load()
    county.clear()  # what an earlier run, ended in the middle, left in a database that is kept


@pytest.fixture(autouse=True)
def fresh_registers(request, monkeypatch) -> Iterator[None]:
    """What one test put into the registers isn't remembered in the next; nothing is asked again by the clock."""
    changed: list[bool] = []
    forget_all = Cached.forget_all

    def forget(*registers: str) -> None:
        changed.append(True)
        forget_all(*registers)

    monkeypatch.setattr(Cached, "forget_all", forget)
    monkeypatch.setattr(cache, "RECHECK_S", 3600)
    candidates._counted.cache_clear()  # statistics that another test has written
    yield
    if changed or ("transactional_db" in request.fixturenames and "committed" not in request.fixturenames):
        forget_all()


@pytest.fixture
def small_county(db) -> None:
    """The small county, also in a transactional test, before which the tables were emptied."""
    county.load()


@pytest.fixture
def committed(monkeypatch, transactional_db) -> Iterator[None]:
    """Real transactions on the small county, for races. Only cases are cleared away: emptying every table, as
    after other transactional tests, takes long.
    """
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: None)
    county.load()
    yield
    county.clear()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Every test client makes a handler of its own, but the static files are the same for all of them."""
    found: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield
