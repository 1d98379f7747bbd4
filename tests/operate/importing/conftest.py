from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.fixture
def run_import(db) -> Callable[..., str]:
    """`run_import("offices", path, crs="gcj02")`: what the command said, errors after it."""

    def run(*words: object, **options: object) -> str:
        out = StringIO()
        try:
            call_command("import", *map(str, words), stdout=out, stderr=out, **options)
        finally:
            run.said = out.getvalue()
        return run.said

    run.said = ""
    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def file(name: str, content: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return file
