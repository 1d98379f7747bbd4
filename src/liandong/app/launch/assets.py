"""What the pages need from npm and gettext: built once, again only when its sources change."""

import os
from collections.abc import Callable

from liandong.app.launch import stamps
from liandong.app.launch.clone import Clone
from liandong.app.launch.environment import explained
from liandong.app.launch.failure import Failure
from liandong.app.launch.processes import run_lines
from liandong.app.launch.progress import Progress

PACKAGES = ("package.json", "package-lock.json")
SOURCES = (*PACKAGES, "vite.config.ts", "tsconfig.json", "islands")
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
CATALOGUES = "src/liandong/locale"
STAMP = ".liandong-stamp"


def ensure(clone: Clone, progress: Progress) -> None:
    """Build page assets and message catalogues where a stamp does not match."""
    _ensure_packages(clone, progress)
    _ensure_built(clone, progress)
    _ensure_messages(clone, progress)


def _ensure_packages(clone: Clone, progress: Progress) -> None:
    stamp = clone.root / "node_modules" / STAMP
    wanted = {"packages": stamps.digest([clone.root / name for name in PACKAGES], root=clone.root)}
    if stamps.read(stamp) == wanted:
        return
    if not (clone.root / "package-lock.json").is_file():
        raise Failure(
            "克隆不完整，缺少 package-lock.json：请重新克隆。",
            "The clone is incomplete, package-lock.json is missing: clone again.",
        )
    with progress.step("安装页面依赖", "Installing page packages") as step:
        _npm(
            clone,
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"],
            lambda line: step.say(_npm_words(line)),
        )
    stamps.write(stamp, wanted)


def _ensure_built(clone: Clone, progress: Progress) -> None:
    built = clone.src / "liandong" / "foundation" / "ui" / "static" / "built"
    wanted = {"sources": stamps.digest([clone.root / name for name in SOURCES], root=clone.root)}
    if stamps.read(built / STAMP) == wanted:
        return
    (built / STAMP).unlink(missing_ok=True)
    with progress.step("构建页面", "Building page assets") as step:
        _npm(clone, ["run", "build"], step.say)
    stamps.write(built / STAMP, wanted)


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
    """Of `npm http fetch GET 200 ADDRESS 12ms` only the package's file."""
    words = line.split()
    address = next((word for word in words if "://" in word), "")
    return address.rsplit("/", 1)[-1] if address else line


def _npm(clone: Clone, arguments: list[str], on_line: Callable[[str], None]) -> None:
    env = clone.environment() | {
        "PATH": f"{clone.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "2",
        "npm_config_fetch_timeout": "30000",
        "NODE_EXTRA_CA_CERTS": os.environ.get("NODE_EXTRA_CA_CERTS", SYSTEM_CERTIFICATES),
        "NO_COLOR": "1",
        "CI": "1",
    }
    outcome = run_lines(
        [clone.node, clone.npm, *arguments],
        on_line,
        log=clone.log,
        record=clone.children,
        env=env,
        folder=clone.root,
    )
    if outcome.code:
        raise explained(outcome.text, clone, "页面构建失败", "Page assets could not be built")
