"""The style of all pages is Tabler's, cut to what our markup names: nothing that is named may be cut away."""

import re
from pathlib import Path

import pytest

from liandong.foundation.ui import assets

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "liandong"
ROWS = SOURCE / "contexts" / "console" / "rows.py"
TABLER = ROOT / "node_modules" / "@tabler" / "core" / "dist" / "css" / "tabler.css"
SUBSET = ROOT / "islands" / "styles" / "subset.ts"
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
ATTRIBUTE = re.compile(r"""class(?:Name)?["']?\s*[=:]\s*["'`]((?:\{[{%].*?[%}]\}|[^"'`])*)""", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
VALUE = re.compile(r"[\w-]*\{\{.*?\}\}[\w-]*", re.DOTALL)
PROPERTY = re.compile(r"(--[\w-]+)\s*:")
KEYFRAMES = re.compile(r"@keyframes ([\w-]+)")
MOST_BYTES = 100_000
OWN_FAMILIES = {"step-", "is-"}
"""Beginnings that we share with Tabler and style ourselves."""


def classes(path: Path) -> set[str]:
    css = re.sub(r"/\*.*?\*/|url\([^)]*\)|\{[^{}]*\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
    return set(CLASS.findall(css))


def markup() -> list[Path]:
    pages = (*SOURCE.glob("**/templates/**/*.html"), *SOURCE.glob("foundation/ui/**/*.py"), ROWS)
    return [path for path in (*pages, *ROOT.glob("islands/**/*.ts")) if path != SUBSET]


def attributes() -> list[tuple[Path, str]]:
    return [(path, value) for path in markup() for value in ATTRIBUTE.findall(path.read_text("utf-8"))]


@pytest.fixture(scope="module")
def built() -> Path:
    return assets.BUILT / str(assets.manifest()[assets.STYLE]["file"])


def test_no_class_that_a_page_uses_is_missing(built: Path) -> None:
    """Tabler's `namesakes` are of other things: those classes are styled by us, or not at all."""
    namesakes = re.search(r"NAMESAKES = \[(.*?)\]", SUBSET.read_text(), re.DOTALL)
    assert namesakes
    named = "|".join(re.findall(r'"([\w-]+)"', namesakes[1]))
    used = {word for _, value in attributes() for word in VALUE.sub(" ", TAG.sub(" ", value)).split()}
    wanted = {word for word in used & classes(TABLER) if not re.match(rf"(?:{named})(?![a-z])", word)}
    assert {"btn", "btn-primary", "form-control", "table", "visually-hidden"} <= wanted
    assert wanted - classes(built) == set()


def test_no_name_of_a_class_is_made_of_pieces_that_tabler_has() -> None:
    """What is put together when a page is drawn isn't seen when the style is cut."""
    tabler = classes(TABLER)
    pieces = [(path.name, piece) for path, value in attributes() for piece in re.findall(r"([\w-]+-)\{", value)]
    ours = [(name, piece) for name, piece in pieces if not any(each.startswith(piece) for each in tabler)]
    assert [each for each in pieces if each not in ours and each[1] not in OWN_FAMILIES] == []


def test_python_writes_markup_where_the_cut_reads_it() -> None:
    """The cut reads templates, `foundation/ui`, the rows of lists and the islands."""
    ui = SOURCE / "foundation" / "ui"
    elsewhere = [path for path in SOURCE.rglob("*.py") if path != ROWS and not path.is_relative_to(ui)]
    written = re.compile(r"""<\w+[^>]* class=|attrs[^\n]*["']class["']|\.attrs\[.class""")
    assert [str(path) for path in elsewhere if written.search(path.read_text("utf-8"))] == []


def test_the_style_refers_to_nothing_that_was_cut(built: Path) -> None:
    css, whole = built.read_text("utf-8"), TABLER.read_text("utf-8")
    unset = set(re.findall(r"var\((--[\w-]+)\)", css)) - set(PROPERTY.findall(css))
    assert unset & set(PROPERTY.findall(whole)) == set()
    run = " ".join(re.findall(r"animation(?:-name)?:[^;}]*", css))
    gone = set(KEYFRAMES.findall(whole)) - set(KEYFRAMES.findall(css))
    assert [name for name in gone if re.search(rf"(?<![\w-]){name}(?![\w-])", run)] == []


def test_the_style_stays_small(built: Path) -> None:
    assert built.stat().st_size < MOST_BYTES
