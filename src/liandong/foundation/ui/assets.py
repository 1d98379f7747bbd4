"""Where the built scripts and styles are: the manifest that the page build writes."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static

BUILT = Path(__file__).resolve().parent / "static" / "built"
MANIFEST = BUILT / "manifest.json"
STYLE = "styles/main.css"
Chunks = dict[str, dict[str, object]]
"""Source of an entry or chunk to its file, imports and styles, as Vite writes them."""


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


@cache
def _read(path: Path) -> Chunks:
    chunks: Chunks = json.loads(path.read_bytes())
    return chunks


def manifest() -> Chunks:
    """The build that this process started with: the files of a later one are for the next start.

    Raises `AssetsNotBuilt`.
    """
    try:
        return _read(MANIFEST)
    except OSError as error:
        raise AssetsNotBuilt(f"no {MANIFEST.name}") from error


def _chunk(chunks: Chunks, key: str) -> dict[str, object]:
    if key not in chunks:
        raise AssetsNotBuilt(f"no {key} in the manifest; there are: {', '.join(sorted(chunks))}")
    return chunks[key]


def _list(chunk: dict[str, object], key: str) -> list[str]:
    values = chunk.get(key, [])
    return [str(value) for value in values] if isinstance(values, list) else []


def _imports(chunks: Chunks, key: str) -> list[str]:
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


def script_of(name: str) -> str:
    """Address of the script `islands/<name>.ts`, for a page that must appear whatever is missing; else empty."""
    try:
        return island(name).script
    except AssetsNotBuilt:
        return ""


def later(name: str) -> tuple[str, ...]:
    """Files that the entry fetches when it is wanted: scripts, their styles and workers. Raises `AssetsNotBuilt`."""
    chunks = manifest()
    wanted = [_chunk(chunks, key) for key in _list(_chunk(chunks, f"{name}.ts"), "dynamicImports")]
    files = [file for each in wanted for file in (each["file"], *_list(each, "css"), *_list(each, "assets"))]
    return tuple(_address(file) for file in files)


def style() -> str:
    """Address of the style of all pages. Raises `AssetsNotBuilt`."""
    return _address(_chunk(manifest(), STYLE)["file"])
