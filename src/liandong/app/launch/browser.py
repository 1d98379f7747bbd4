"""A Chromium for the checks in a real browser: one that is there, Debian's, or the npm registry's."""

import base64
import hashlib
import os
import platform
import shutil
import tarfile
from pathlib import Path

from liandong.app.launch import environment, stamps
from liandong.app.launch.clone import Clone
from liandong.app.launch.failure import Failure
from liandong.app.launch.processes import run_lines
from liandong.app.launch.progress import Progress, Step

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
export LD_LIBRARY_PATH="{folder}/lib" FONTCONFIG_FILE="{folder}/fonts.conf"
exec "{folder}/chromium" "$@"
"""


def ensure(clone: Clone, progress: Progress) -> Path:
    """The path of a Chromium that can be started; installed where there is none. The environment must be ready."""
    chosen = os.environ.get("LIANDONG_CHROMIUM")
    found = chosen or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Path(found)
    folder = clone.venv / "browser"
    if stamps.read(folder / "stamp") == {"version": VERSION}:
        return folder / "run"
    with progress.step("安装测试用浏览器", "Installing a browser for the checks") as step:
        if environment.apt_install(DEBIAN_PACKAGES, step) and (debian := shutil.which("chromium")):
            return Path(debian)
        return _from_npm(clone, folder, step)


def _from_npm(clone: Clone, folder: Path, step: Step) -> Path:
    if platform.machine() != "x86_64":
        raise Failure(
            "测试需要 Chromium：请先安装（Debian：apt-get install chromium fonts-noto-cjk）或设置 LIANDONG_CHROMIUM。",
            "The checks need Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk), "
            "or set LIANDONG_CHROMIUM.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _run(clone, [clone.node, clone.npm, "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", folder], step)
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
    _run(clone, [clone.node, "-e", UNPACK, folder / "package" / "bin", folder], step)
    for inner in folder.glob("*.tar"):
        with tarfile.open(inner) as package:
            package.extractall(folder)  # noqa: S202
        inner.unlink()
    shutil.rmtree(folder / "package")
    (folder / "chromium").chmod(0o755)
    (folder / "fonts.conf").write_text(FONTS.format(own=folder / "fonts", cache=folder / "font-cache"))
    (folder / "run").write_text(RUNNER.format(folder=folder))
    (folder / "run").chmod(0o755)
    stamps.write(folder / "stamp", {"version": VERSION})


def _run(clone: Clone, command: list[str | Path], step: Step) -> None:
    outcome = run_lines(command, step.say, log=clone.log, record=clone.children, env=clone.environment())
    if outcome.code:
        raise environment.explained(outcome.text, clone, "测试用浏览器安装失败", "No browser could be installed")
