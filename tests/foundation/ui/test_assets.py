import json
from pathlib import Path

import pytest

from liandong.foundation.ui import assets

MANIFEST = {
    "shell.ts": {"file": "assets/shell-a1.js", "isEntry": True, "imports": ["_page.js"]},
    "map.ts": {
        "file": "assets/map-b2.js",
        "isEntry": True,
        "imports": ["_page.js"],
        "css": ["assets/map-c3.css"],
        "dynamicImports": ["map/open.ts"],
    },
    "map/open.ts": {"file": "assets/open-a8.js", "css": ["assets/open-b9.css"], "assets": ["assets/worker-c1.mjs"]},
    "_page.js": {"file": "assets/page-d4.js", "imports": ["_deep.js"], "css": ["assets/page-e5.css"]},
    "_deep.js": {"file": "assets/deep-f6.js", "imports": ["_page.js"]},
    "styles/main.css": {"file": "assets/main-07.css", "isEntry": True},
}


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST))
    monkeypatch.setattr(assets, "MANIFEST", path)
    return path


def test_an_island_brings_its_script_what_it_imports_and_their_styles(manifest: Path) -> None:
    entry = assets.island("map")
    assert entry.script == "/static/built/assets/map-b2.js"
    assert entry.preloads == ("/static/built/assets/page-d4.js", "/static/built/assets/deep-f6.js")
    assert entry.styles == ("/static/built/assets/map-c3.css", "/static/built/assets/page-e5.css")


def test_what_an_island_fetches_later_is_named_whole(manifest: Path) -> None:
    parts = ("open-a8.js", "open-b9.css", "worker-c1.mjs")
    assert assets.later("map") == tuple(f"/static/built/assets/{name}" for name in parts)
    assert assets.later("shell") == ()


def test_the_tags_write_a_module_script_with_preloads(manifest: Path, show) -> None:
    shown = show('{% island "shell" %}{% island_css %}')
    assert '<script type="module" src="/static/built/assets/shell-a1.js"></script>' in shown
    assert '<link rel="modulepreload" href="/static/built/assets/page-d4.js">' in shown
    assert '<link rel="stylesheet" href="/static/built/assets/main-07.css">' in shown


def test_a_build_meanwhile_leaves_a_running_server_alone(manifest: Path) -> None:
    assert assets.style().endswith("main-07.css")
    manifest.write_text(json.dumps(MANIFEST | {"styles/main.css": {"file": "assets/main-99.css"}}))
    assert assets.style().endswith("main-07.css")
    manifest.unlink()
    assert assets.style().endswith("main-07.css")


def test_missing_assets_say_how_to_build_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "absent.json")
    with pytest.raises(assets.AssetsNotBuilt, match=r"\./liandong up"):
        assets.island("shell")


def test_an_unknown_island_names_those_that_exist(manifest: Path) -> None:
    with pytest.raises(assets.AssetsNotBuilt, match=r"chart\.ts.*map\.ts"):
        assets.island("chart")
