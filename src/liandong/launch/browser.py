"""A Chromium for the checks in a real browser: one that is there, Debian's, or the npm registry's."""

import base64
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from liandong.launch import environment, npm, space, stamps
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure, last_words
from liandong.launch.processes import Outcome, run_lines
from liandong.launch.progress import Progress, Step

NAMES = ("chromium", "chromium-browser", "google-chrome")
DEBIAN_PACKAGES = ["chromium", "fonts-noto-cjk"]
PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
UNPACK = """
const [,from,to]=process.argv,zlib=require("zlib"),fs=require("fs");
for(const name of fs.readdirSync(from).filter(name=>name.endsWith(".br")))
  fs.writeFileSync(`${to}/${name.slice(0,-3)}`,zlib.brotliDecompressSync(fs.readFileSync(`${from}/${name}`)));
"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{own}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""
RUNNER = """#!/bin/sh
export LD_LIBRARY_PATH={folder}/lib FONTCONFIG_FILE={folder}/fonts.conf
exec {folder}/chromium "$@"
"""
PROBE = "data:text/html,<script>document.title=6*7+'!'</script>"
PROBED = "42!"
PROBE_S = 60
LISTENING = re.compile(r"DevTools listening on ws://[^:/]+:(\d+)/")
MISSING = re.compile(r"(\S+\.so\S*): cannot open shared object file")
INSTALLED_MB, DOWNLOADED_MB = 330, 85


def ensure(clone: Clone, progress: Progress) -> Path:
    """The path of a Chromium that can be started; installed where there is none. The environment must be ready."""
    chosen = os.environ.get("LIANDONG_CHROMIUM")
    if chosen:
        return _chosen(clone, Path(chosen))
    for program in _there(clone):
        if _runs(clone, program) is None:
            return program
    with progress.step("安装测试用浏览器", "Installing a browser for the checks") as step:
        if environment.apt_install(DEBIAN_PACKAGES, step):
            debian = shutil.which("chromium")
            if debian and _runs(clone, Path(debian)) is None:
                return Path(debian)
        program = _from_npm(clone, _folder(clone), step)
        said = _runs(clone, program)
        if said is not None:
            raise _cannot_run(program, said)
        return program


def needs(clone: Clone) -> list[space.Need]:
    """Disk space for the browser from npm; nothing where one is there."""
    if os.environ.get("LIANDONG_CHROMIUM") or _there(clone):
        return []
    return [
        space.Need(_folder(clone), (INSTALLED_MB + DOWNLOADED_MB) * space.MB),
        space.Need(npm.cache(clone), DOWNLOADED_MB * space.MB),
    ]


def _folder(clone: Clone) -> Path:
    return clone.venv / "browser"


def _there(clone: Clone) -> list[Path]:
    """Programs that are called like one. They may be stubs: Ubuntu's `chromium-browser` only names a snap."""
    found = [Path(path) for path in map(shutil.which, NAMES) if path]
    folder = _folder(clone)
    unpacked = stamps.read(folder / "stamp") == {"version": VERSION}
    return [*found, folder / "run"] if unpacked else found


def _chosen(clone: Clone, program: Path) -> Path:
    said = _runs(clone, program)
    if said is not None:
        raise Failure(
            f"LIANDONG_CHROMIUM 指定的浏览器 {program} 无法运行（{last_words(said)}）：请改正或清除这个设置。",
            f"The browser that LIANDONG_CHROMIUM names, {program}, doesn't run ({last_words(said)}): "
            "correct the setting or clear it.",
        )
    return program


def _runs(clone: Clone, program: Path) -> str | None:
    """None when it shows a page whose script ran; else what it said. Asked once of a program as it is."""
    try:
        known = program.stat()
    except OSError as error:
        return str(error)
    mark = {"program": str(program), "size": known.st_size, "changed": known.st_mtime_ns}
    if stamps.read(clone.run / "browser.stamp") == mark:
        return None
    said = _shows_a_page(clone, program)
    if said is None:
        stamps.write(clone.run / "browser.stamp", mark)
    return said


def _shows_a_page(clone: Clone, program: Path) -> str | None:
    """Started as the checks start it, and asked for a page; the one from npm answers by its debugging port only."""
    lines: list[str] = []

    def look(line: str) -> None:
        lines.append(line)
        listening = LISTENING.search(line)
        if listening and _title_of_probe(int(listening[1])) == PROBED:
            raise _Shown

    with tempfile.TemporaryDirectory(prefix="liandong-browser-", ignore_cleanup_errors=True) as profile:
        command: list[str | Path] = [
            "timeout", str(PROBE_S), program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank",
        ]  # fmt: skip
        try:
            outcome = run_lines(command, look, record=clone.children, env=clone.environment())
        except _Shown:
            return None
    return "\n".join(lines) or f"exit code {outcome.code}"


class _Shown(Exception):
    """The page is there: nothing more is wanted of the browser."""


def _title_of_probe(port: int) -> str:
    """The title that the probe's script gives its page; empty when it doesn't within the time of the probe."""
    address = f"http://127.0.0.1:{port}/json"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PROBE_S
    try:
        opener.open(urllib.request.Request(f"{address}/new?{quote(PROBE)}", method="PUT"), timeout=PROBE_S).close()  # noqa: S310
        while time.monotonic() < end:
            with opener.open(f"{address}/list", timeout=PROBE_S) as answer:
                titles = [page["title"] for page in json.load(answer)]
            if PROBED in titles:
                return PROBED
            time.sleep(0.05)
    except (OSError, ValueError, KeyError):
        pass
    return ""


def _cannot_run(program: Path, said: str) -> Failure:
    """Tells those who can't install anything what to ask for."""
    missing = MISSING.search(said)
    words = missing[1] if missing else last_words(said)
    return Failure(
        f"测试用浏览器 {program} 无法运行（{words}）：请管理员安装 Chromium"
        "（Debian：apt-get install chromium fonts-noto-cjk），或设置 LIANDONG_CHROMIUM。",
        f"The browser for the checks, {program}, doesn't run ({words}): have Chromium installed "
        "(Debian: apt-get install chromium fonts-noto-cjk), or set LIANDONG_CHROMIUM.",
    )


def _from_npm(clone: Clone, folder: Path, step: Step) -> Path:
    if platform.machine() != "x86_64":
        raise Failure(
            "测试需要 Chromium：请先安装（Debian：apt-get install chromium fonts-noto-cjk）或设置 LIANDONG_CHROMIUM。",
            "The checks need Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk), "
            "or set LIANDONG_CHROMIUM.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    packed = npm.run(clone, ["pack", f"{PACKAGE}@{VERSION}", "--pack-destination", folder], step.say, folder=clone.root)
    _must(clone, packed)
    archive = next(folder.glob("*.tgz"))
    _check(archive)
    _unpack(clone, archive, folder, step)
    archive.unlink()
    return folder / "run"


def _check(archive: Path) -> None:
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != SHA512:
        raise Failure(
            f"下载的 {PACKAGE} 与预期的校验值不符：请检查 npm 软件源。",
            f"The downloaded {PACKAGE} does not match its hash: check the npm registry.",
        )


def _unpack(clone: Clone, archive: Path, folder: Path, step: Step) -> None:
    with tarfile.open(archive) as package:
        package.extractall(folder)  # noqa: S202
    command: list[str | Path] = [clone.node, "-e", UNPACK, folder / "package" / "bin", folder]
    _must(clone, run_lines(command, step.say, log=clone.log, record=clone.children, env=clone.environment()))
    for inner in folder.glob("*.tar"):
        with tarfile.open(inner) as package:
            package.extractall(folder)  # noqa: S202
        inner.unlink()
    shutil.rmtree(folder / "package")
    (folder / "chromium").chmod(0o755)
    fonts = FONTS.format(own=escape(str(folder / "fonts")), cache=escape(str(folder / "font-cache")))
    (folder / "fonts.conf").write_text(fonts, encoding="utf-8")
    (folder / "run").write_text(RUNNER.format(folder=shlex.quote(str(folder))), encoding="utf-8")
    (folder / "run").chmod(0o755)
    stamps.write(folder / "stamp", {"version": VERSION})


def _must(clone: Clone, outcome: Outcome) -> None:
    if outcome.code:
        raise environment.explained(outcome.text, clone, "测试用浏览器安装失败", "No browser could be installed")
