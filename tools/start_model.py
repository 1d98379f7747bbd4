"""Teaches the start model of the category proposal from the letters that ship: `start_model.py` writes it."""

import os
import sys
from pathlib import Path

from liandong.contexts.categories import learning, shipped
from liandong.contexts.categories.domain.taxonomy import from_document


def main() -> int:
    leaves = [row for row in from_document(shipped.taxonomy()) if row.leaf]
    model = learning.teach_start(learning.shipped_letters(), learning.shipped_danger_letters(), leaves)
    write(shipped.START_MODEL, model.to_bytes())
    return 0


def write(path: Path, data: bytes) -> None:
    """In one step: a process that reads it meanwhile finds the old one or the new one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_bytes(data)
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
