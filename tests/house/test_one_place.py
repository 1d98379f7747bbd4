"""A thing that is one thing is written once."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "liandong"
TOKENS = ROOT / "islands" / "styles" / "tokens.css"


def holding(pattern: str, folder: Path, ending: str) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob(f"*.{ending}")
        if re.search(pattern, path.read_text("utf-8"))
    }


def test_whether_english_is_read_is_asked_in_one_function() -> None:
    """Open311 reads a parameter of its own, which may name either language."""
    assert holding(r"startswith\(\W*[\"']en\b|\[:2\] == [\"']en", SOURCE, "py") == {
        "kernel/language.py",
        "contexts/intake/open311/doors.py",
    }
    assert holding(r"\bdef _?(is_english\b|in_language\(chinese)", SOURCE, "py") == {
        "kernel/language.py",
        "foundation/language.py",
    }


def test_scripts_read_the_colours_of_the_house_from_its_style() -> None:
    """White and the greys of the map's own ground are no colours of the house."""
    named = set(re.findall(r"--[\w-]+: (#[0-9a-f]{6});", TOKENS.read_text("utf-8"))) - {"#ffffff", "#55606c", "#66717d"}
    assert len(named) > 10
    assert holding("|".join(named), ROOT / "islands", "ts") == set()


def test_how_content_a_reporter_is_has_one_set_of_words() -> None:
    assert holding('非常不满意"|很不满意', SOURCE, "py") == {"contexts/cases/domain/lifecycle.py"}
    assert holding("[很常]不?满意", SOURCE / "contexts", "html") == set()


def test_the_light_is_reckoned_once_in_python_and_once_in_sql() -> None:
    turned = r"(?:red|yellow)_at__(?:lte|lt|gt|gte)\b"
    assert holding(turned, SOURCE / "contexts", "py") <= {"cases/lights.py", "cases/lists/workload.py"}
