"""The import contracts are kept, and they catch deliberate violations."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src",
        tmp_path / "src",
        ignore=shutil.ignore_patterns("__pycache__", "static", "templates", "sample", "locale"),
    )
    shutil.copy(ROOT / ".importlinter", tmp_path / ".importlinter")
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def add(folder: Path, module: str, line: str) -> None:
    path = folder / "src" / "liandong" / module
    path.write_text(f"{line}\n" + path.read_text("utf-8").replace("from __future__", "#"), "utf-8")


VIOLATIONS = [
    ("a lower room calls a higher one", "contexts/cases/queries.py", "import liandong.contexts.intake.public"),
    ("a room enters another past its door", "contexts/console/queries.py", "import liandong.contexts.cases.models"),
    ("foundation knows a context", "foundation/orgs/queries.py", "import liandong.contexts.cases.public"),
    ("foundation is entered upwards", "foundation/calendar/queries.py", "import liandong.foundation.access.public"),
    ("a domain touches Django", "contexts/cases/domain/light.py", "import django.db"),
    ("the kernel knows a room", "kernel/time.py", "import liandong.foundation.orgs.models"),
    ("a draft learns", "contexts/cases/draft.py", "import liandong.contexts.cases.learning"),
    ("a page loads scikit-learn", "contexts/intake/web/desk.py", "import sklearn.svm"),
    ("an adapter knows a room", "adapters/messages_folder.py", "import liandong.foundation.orgs.public"),
    ("a room opens an adapter", "contexts/notifications/sending.py", "import liandong.adapters.messages_apprise"),
    ("queries call commands", "contexts/cases/queries.py", "import liandong.contexts.cases.commands"),
]


def test_the_contracts_are_kept(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("case", "module", "line"), VIOLATIONS, ids=[case for case, _, _ in VIOLATIONS])
def test_a_deliberate_violation_is_caught(copy: Path, case: str, module: str, line: str) -> None:
    add(copy, module, line)
    result = lint(copy)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout
