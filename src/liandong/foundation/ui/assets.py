"""Where the built scripts and styles are: the manifest that the page build writes."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

BUILT = Path(__file__).resolve().parent / "static" / "built"
MANIFEST = BUILT / "manifest.json"
STYLE = "styles/main.css"


class AssetsNotBuilt(RuntimeError):
    """The page assets have not been built: run `./liandong up`, or `npm ci && npm run build`."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"{type(self).__doc__} ({detail})")


@dataclass(frozen=True, slots=True)
class Entry:
    """Addresses of one entry: its script (empty for a style), what the script imports, and its styles."""

    script: str
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


@lru_cache(maxsize=4)
def _manifest(path: Path, changed_ns: int) -> dict[str, dict[str, object]]:
    manifest: dict[str, dict[str, object]] = json.loads(path.read_bytes())
    return manifest


def manifest(path: Path | None = None) -> dict[str, dict[str, object]]:
    """The build's manifest, read again when the file changes. Raises `AssetsNotBuilt`."""
    path = path or MANIFEST
    try:
        return _manifest(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise AssetsNotBuilt(f"no {path.name}") from error


def _chunk(chunks: dict[str, dict[str, object]], key: str) -> dict[str, object]:
    if key not in chunks:
        raise AssetsNotBuilt(f"no {key} in the manifest; there are: {', '.join(sorted(chunks))}")
    return chunks[key]


def _list(chunk: dict[str, object], key: str) -> list[str]:
    values = chunk.get(key, [])
    return [str(value) for value in values] if isinstance(values, list) else []


def _imports(chunks: dict[str, dict[str, object]], key: str) -> list[str]:
    """Keys of all chunks that `key` imports statically, nearest first, each once."""
    found: list[str] = []
    waiting = _list(_chunk(chunks, key), "imports")
    while waiting:
        current = waiting.pop(0)
        if current not in found:
            found.append(current)
            waiting += _list(_chunk(chunks, current), "imports")
    return found


def _address(file: object) -> str:
    return static(f"built/{file}")


def island(name: str) -> Entry:
    """The entry `islands/<name>.ts`. Raises `AssetsNotBuilt`."""
    chunks, key = manifest(), f"{name}.ts"
    imports = _imports(chunks, key)
    styles = [file for each in [key, *imports] for file in _list(chunks[each], "css")]
    return Entry(
        script=_address(chunks[key]["file"]),
        preloads=tuple(_address(chunks[each]["file"]) for each in imports),
        styles=tuple(_address(file) for file in dict.fromkeys(styles)),
    )


def style() -> str:
    """Address of the style of all pages. Raises `AssetsNotBuilt`."""
    return _address(_chunk(manifest(), STYLE)["file"])
