"""Builds what the pages need from npm and gettext: once, and again only when the sources change."""

import gzip
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from liandong.launch import npm, space, stamps, start_model
from liandong.launch.clone import Clone
from liandong.launch.environment import explained
from liandong.launch.failure import Failure
from liandong.launch.processes import run_lines
from liandong.launch.progress import Progress

PACKAGES = ("package.json", "package-lock.json")
SOURCES = (*PACKAGES, "vite.config.ts", "tsconfig.json", "islands")
MARKUP = (
    "src/liandong/**/templates/**/*.html",
    "src/liandong/foundation/ui/**/*.py",
    "src/liandong/contexts/console/rows.py",
)
"""The style is cut to the names in these (`vite.config.ts`)."""
UNLIKED = frozenset("#?")
"""Signs of a folder's name that the bundler takes for parts of an address."""
SIZES_MB = {False: (125, 65), True: (155, 85)}
"""Sizes with and without what only the checks need: installed, and downloaded."""
BUILT_MB = 10
ADMIN = Path("django", "contrib", "admin", "static")
PACKABLE = frozenset((".css", ".js", ".svg"))
CATALOGUES = "src/liandong/locale"
STAMP = ".liandong-stamp"


def ensure(clone: Clone, progress: Progress, *, checks: bool = False) -> None:
    """Build page assets and message catalogues where a stamp does not match, and the start model beside them.

    `checks`: also the packages that only the checks need.
    """
    with start_model.taught(clone, progress):
        _ensure_packages(clone, progress, checks=checks)
        _ensure_built(clone, progress)
        _ensure_packed(clone)
        _ensure_messages(clone, progress)


def needs(clone: Clone, *, checks: bool = False) -> list[space.Need]:
    """Disk space for the page packages and what is built of them; nothing where they are installed."""
    if _are_installed(clone, checks=checks):
        return []
    installed, downloaded = SIZES_MB[checks]
    sizes = ((clone.root / "node_modules", installed + BUILT_MB), (npm.cache(clone), downloaded))
    return [space.Need(place, size * space.MB) for place, size in sizes]


def _are_installed(clone: Clone, *, checks: bool) -> bool:
    """Whether packages are installed; those for the checks come with all others."""
    stamp = stamps.read(clone.root / "node_modules" / STAMP)
    return stamp in (_wanted_packages(clone, checks=True), _wanted_packages(clone, checks=checks))


def _wanted_packages(clone: Clone, *, checks: bool) -> dict[str, str]:
    packages = {"packages": stamps.digest([clone.root / name for name in PACKAGES], root=clone.root)}
    return packages if checks else packages | {"without": "dev"}


def _ensure_packages(clone: Clone, progress: Progress, *, checks: bool) -> None:
    if _are_installed(clone, checks=checks):
        return
    if not (clone.root / "package-lock.json").is_file():
        raise Failure(
            "克隆不完整，缺少 package-lock.json：请重新克隆。",
            "The clone is incomplete, package-lock.json is missing: clone again.",
        )
    space.check(needs(clone, checks=checks))
    wanted = [] if checks else ["--omit=dev"]
    with progress.step("安装页面依赖", "Installing page packages") as step:
        _npm(
            clone,
            ["ci", *wanted, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"],
            lambda line: step.say(_npm_words(line)),
            folder=clone.root,
        )
    stamps.write(clone.root / "node_modules" / STAMP, _wanted_packages(clone, checks=checks))


def _ensure_built(clone: Clone, progress: Progress) -> None:
    built = clone.src / "liandong" / "foundation" / "ui" / "static" / "built"
    sources = [*(clone.root / name for name in SOURCES), *_markup(clone)]
    wanted = {"sources": stamps.digest(sources, root=clone.root)}
    if stamps.read(built / STAMP) == wanted:
        return
    (built / STAMP).unlink(missing_ok=True)
    with progress.step("构建页面", "Building page assets") as step:
        if UNLIKED & set(str(clone.root)):
            _build_elsewhere(clone, step.say)
        else:
            _npm(clone, ["run", "build"], step.say, folder=clone.root)
    stamps.write(built / STAMP, wanted)


def _markup(clone: Clone) -> list[Path]:
    return [path for pattern in MARKUP for path in clone.root.glob(pattern)]


def _build_elsewhere(clone: Clone, on_line: Callable[[str], None]) -> None:
    """In a copy below the folder of temporary files, whose name the bundler can read."""
    built = (clone.src / "liandong" / "foundation" / "ui" / "static" / "built").relative_to(clone.root)
    with tempfile.TemporaryDirectory(prefix="liandong-build-") as copy:
        for name in (*SOURCES, "node_modules"):
            if (clone.root / name).is_dir():
                shutil.copytree(clone.root / name, Path(copy) / name, symlinks=True)
            else:
                shutil.copy(clone.root / name, copy)
        for path in _markup(clone):
            place = Path(copy) / path.relative_to(clone.root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        _npm(clone, ["run", "build"], on_line, folder=Path(copy))
        shutil.copytree(Path(copy) / built, clone.root / built, dirs_exist_ok=True)


def _ensure_packed(clone: Clone) -> None:
    """Packs the files of Django's register pages, as the build packs ours."""
    stamp = clone.venv / ".liandong-packed"
    wanted = {"environment": stamps.digest([clone.root / "requirements.lock"], root=clone.root)}
    if stamps.read(stamp) == wanted:
        return
    for path in (clone.site_packages / ADMIN).rglob("*"):
        if path.suffix in PACKABLE:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    stamps.write(stamp, wanted)


def _ensure_messages(clone: Clone, progress: Progress) -> None:
    """The tool that compiles catalogues needs no gettext programs."""
    tool = clone.root / "tools" / "messages.py"
    catalogues = sorted((clone.root / CATALOGUES).rglob("*.po"))
    stamp = clone.run / "messages.stamp"
    wanted = {"catalogues": stamps.digest([tool, *catalogues], root=clone.root)}
    compiled = all(path.with_suffix(".mo").is_file() for path in catalogues)
    if not catalogues or (compiled and stamps.read(stamp) == wanted):
        return
    with progress.step("编译界面文字", "Compiling interface texts") as step:
        outcome = run_lines(
            [clone.python, tool, "compile"], step.say, log=clone.log, env=clone.environment(), folder=clone.root
        )
        if outcome.code:
            raise explained(outcome.text, clone, "界面文字编译失败", "Interface texts could not be compiled")
    stamps.write(stamp, wanted)


def _npm_words(line: str) -> str:
    """The package's file in `npm http fetch GET 200 ADDRESS 12ms`."""
    words = line.split()
    address = next((word for word in words if "://" in word), "")
    return address.rsplit("/", 1)[-1] if address else line


def _npm(clone: Clone, arguments: list[str | Path], on_line: Callable[[str], None], *, folder: Path) -> None:
    outcome = npm.run(clone, arguments, on_line, folder=folder)
    if outcome.code:
        raise explained(outcome.text, clone, "页面构建失败", "Page assets could not be built")
