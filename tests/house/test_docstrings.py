"""Docstrings begin with their subject."""

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "liandong"


def test_no_docstring_begins_with_what() -> None:
    """A sentence that begins so has no verb, or turns round: its reader has to read it twice."""
    found = {
        f"{path.relative_to(SOURCE).as_posix()}: {first}"
        for path in SOURCE.rglob("*.py")
        for first in re.findall(r'"""(What\b[^\n]*)', path.read_text("utf-8"))
    }
    assert found == set()
