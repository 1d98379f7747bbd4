"""The islands' scripts: who imports whom."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ISLANDS = Path(__file__).resolve().parents[2] / "islands"
FROM = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"'?]+)["']""")
"""Of a value or of a type alone, at once or when it is needed."""


def imports(folder: Path) -> dict[Path, set[Path]]:
    """Scripts with the scripts that they name."""
    return {
        path: {found for name in FROM.findall(path.read_text("utf-8")) if (found := script(path.parent / name))}
        for path in folder.rglob("*.ts")
    }


def script(named: Path) -> Path | None:
    path = named.resolve()
    ways = (path, path.with_name(f"{path.name}.ts"), path / "index.ts")
    return next((way for way in ways if way.suffix == ".ts" and way.is_file()), None)


def in_order(folder: Path) -> list[Path]:
    return list(TopologicalSorter(imports(folder)).static_order())


def test_no_script_imports_itself_by_way_of_others() -> None:
    assert in_order(ISLANDS)


def test_every_script_that_is_named_is_found() -> None:
    named = {
        (path.parent / name).resolve()
        for path in ISLANDS.rglob("*.ts")
        for name in FROM.findall(path.read_text("utf-8"))
        if Path(name).suffix in {"", ".ts"}
    }
    assert named
    assert [path.name for path in named if script(path) is None] == []


def test_an_island_knows_the_shell_and_no_other_island() -> None:
    """What is in a folder is of the island of this name."""
    across = {
        f"{path.relative_to(ISLANDS)} -> {other.relative_to(ISLANDS)}"
        for path, others in imports(ISLANDS).items()
        for other in others
        if of(other) not in {of(path), "shell"}
    }
    assert across == set()


def of(path: Path) -> str:
    return path.relative_to(ISLANDS).parts[0].removesuffix(".ts")


@pytest.mark.parametrize(
    "back",
    [
        'import type { Opened } from "./open";',
        'export { openMap } from "./open";',
        'const later = () => import("./open");',
        'import {\n  type Opened,\n} from "./open";',
        'import "./open";',
    ],
)
def test_a_circle_is_caught_in_whatever_way_it_is_closed(tmp_path: Path, back: str) -> None:
    (tmp_path / "open.ts").write_text('import { showPlace } from "./show";\n', "utf-8")
    (tmp_path / "show.ts").write_text('import { pin } from "./pin";\n', "utf-8")
    (tmp_path / "pin.ts").write_text(f"{back}\n", "utf-8")
    with pytest.raises(CycleError):
        in_order(tmp_path)
