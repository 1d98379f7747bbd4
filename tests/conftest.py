"""What every test can ask for. The database is the one of `./liandong test`; each xdist worker makes its own in it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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
def real_data() -> Callable[[str], Path]:
    """`real_data("meters/x.csv")`: a file below LIANDONG_REAL_DATA; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        folder = os.environ.get("LIANDONG_REAL_DATA", "")
        path = Path(folder) / name
        if not folder or not path.is_file():
            pytest.skip(f"no real data: {name}")
        return path

    return find
