"""`./liandong` has to start on a Python that has nothing installed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAUNCH = ROOT / "src" / "liandong" / "launch"


@pytest.mark.parametrize("path", [ROOT / "liandong", *sorted(LAUNCH.glob("*.py"))], ids=lambda path: path.name)
def test_it_imports_only_the_standard_library_and_itself(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {
        name
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("liandong.launch")
    }
    assert not foreign


def test_an_isolated_interpreter_without_packages_shows_the_help_of_a_fresh_clone(tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(ROOT / "src")
    for name in ("liandong", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    result = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "liandong", "help"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "./liandong up" in result.stdout


def test_an_older_python_can_read_the_entry_and_its_sentence() -> None:
    source = (ROOT / "liandong").read_text()
    ast.parse(source, feature_version=(3, 6))
    before_import = source.split("from liandong", maxsplit=1)[0]
    assert "sys.version_info < (3, 11)" in before_import
    assert "3.11" in before_import
