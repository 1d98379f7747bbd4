"""What ships may ship: licences of packages, of libraries in their wheels, and of what becomes part of the pages."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tools import licences
from tools.licences import Part


def test_every_licence_passes_and_the_notice_names_all_of_them() -> None:
    text, findings = licences.look()
    assert findings == []
    assert licences.stale(licences.NOTICE.read_text("utf-8"), text) == []


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("MIT", True),
        ("MIT AND BSD-3-Clause", True),
        ("(MIT OR Apache-2.0)", True),
        ("GPL-3.0-only OR MIT", True),
        ("(GPL-2.0-only OR MIT) AND ISC", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("(MIT OR ISC) AND AGPL-3.0-only", False),
        ("LGPL-3.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("", False),
        ("SEE LICENSE IN LICENSE", False),
    ],
)
def test_what_an_expression_allows(expression: str, passes: bool) -> None:
    assert licences.allows(expression) is passes


def of(expression: str = "", licence: str = "", *classifiers: str, name: str = "some-package") -> Part:
    return licences.licence_of(name, expression, licence, list(classifiers))


@pytest.mark.parametrize(
    ("part", "passes"),
    [
        (of("MIT"), True),
        (of("", "MIT License", "OSI Approved :: MIT License"), True),
        (of("", "BSD-3-Clause", "OSI Approved :: BSD License"), True),
        (of("", "", "OSI Approved :: BSD License"), False),
        (of("", "Apache-2.0", "OSI Approved :: BSD License"), False),
        (of("", "MIT", "OSI Approved :: GNU General Public License v3 (GPLv3)"), False),
        (of("", "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3", "OSI Approved :: MIT License"), False),
        (of("AGPL-3.0-or-later"), False),
        (of("LGPL-3.0-only"), False),
        (of("LGPL-3.0-only", name="psycopg"), True),
        (of("", "", "OSI Approved"), False),
        (of(), False),
    ],
)
def test_what_a_package_says_of_itself(part: Part, passes: bool) -> None:
    assert (part.findings == ()) is passes, part


@pytest.fixture
def wheel(tmp_path: Path):
    """An installed package with these files in it."""

    def install(**files: bytes) -> Distribution:
        about = tmp_path / "decoder-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.4\nName: decoder\nVersion: 1.0\nLicense-Expression: MIT\n")
        names = {name.replace("__", "/"): content for name, content in files.items()}
        for name, content in names.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (about / "RECORD").write_text("".join(f"{name},,\n" for name in names))
        return Distribution.at(about)

    return install


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("decoder.libs/libx265-4883ecb5.so.217", b"", "libx265"),
        ("decoder.libs/libreadline-69c5979f.so.7.0", b"", "libreadline"),
        ("decoder.libs/libnever_heard_of-1.so", b"", "stands nowhere"),
        ("decoder/_codec.cpython-311-x86_64-linux-gnu.so", b"..x265_encoder_open_217..", "libx265"),
        ("decoder/bin/tool", b"..libreadline.so.8..", "libreadline"),
    ],
)
def test_libraries_of_the_gpl_inside_a_wheel_are_found(wheel, name: str, content: bytes, said: str) -> None:
    parts = licences.library_parts("decoder", wheel(**{name.replace("/", "__"): content}))
    assert any(said in words for part in parts for words in part.findings), parts


def test_known_libraries_inside_a_wheel_pass(wheel) -> None:
    files = {"decoder.libs__libheif-1.so.1": b"", "decoder__text.md": b"x265_encoder_open"}
    parts = licences.library_parts("decoder", wheel(**files))
    assert [(part.name, part.findings) for part in parts] == [("libheif", ())]


def test_what_npm_brings_is_looked_at_but_not_what_only_checks() -> None:
    lock = {
        "": {},
        "node_modules/good": {"license": "MIT"},
        "node_modules/bad": {"license": "GPL-3.0"},
        "node_modules/a/node_modules/@b/silent": {},
        "node_modules/checks": {"license": "GPL-3.0", "dev": True},
    }
    assert [part.name for part in licences.npm_parts(lock) if part.findings] == ["@b/silent", "bad"]


def test_what_becomes_part_of_the_pages_is_followed_as_node_does() -> None:
    lock = {
        "node_modules/maplibre-gl": {"dependencies": {"pbf": "1"}},
        "node_modules/maplibre-gl/node_modules/pbf": {"dependencies": {"deep": "1"}},
        "node_modules/deep": {},
        "node_modules/vite": {},
    }
    assert licences.bundled(lock) >= {"maplibre-gl", "pbf", "deep"}
    assert "vite" not in licences.bundled(lock)


def test_a_notice_that_lacks_something_is_told_and_one_with_libraries_of_another_machine_is_not() -> None:
    assert licences.stale("a MIT\n", "a MIT\nb MIT\n") == ["NOTICE lacks: b MIT"]
    assert licences.stale("a MIT\nc MIT\n", "a MIT\n") == ["NOTICE has: c MIT"]
    assert licences.stale("a MIT\nnumpy: libother MIT\n", "a MIT\n") == []
