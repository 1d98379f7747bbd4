import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A temporary folder that the account of an embedded PostgreSQL can enter; pytest's own are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="liandong-story-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
