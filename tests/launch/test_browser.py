"""Which browser the checks take: one that shows a page, whatever lies on the path under such a name."""

import io
import os
import sys
from pathlib import Path

import pytest

from liandong.launch import browser, environment, npm
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.launch.processes import Outcome
from liandong.launch.progress import Progress

SNAP_STUB = """#!/bin/sh
echo "Command '$0' requires the chromium snap to be installed." >&2
echo "Please install it with:" >&2
echo "snap install chromium" >&2
exit 1
"""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setattr(environment, "apt_install", lambda *_: False)
    monkeypatch.delenv("LIANDONG_CHROMIUM")
    return Clone(tmp_path / "clone")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the path beside the system's; `timeout` and `sh` are there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("timeout", "sh"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def chosen(clone: Clone) -> Path:
    return browser.ensure(clone, Progress(io.StringIO()))


def test_a_stub_that_only_names_a_snap_is_passed_over(
    clone: Clone, programs: Path, chromium_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium-browser", SNAP_STUB)
    brought: list[Path] = []

    def from_npm(_: Clone, folder: Path, __: object) -> Path:
        brought.append(folder)
        return Path(chromium_path)

    monkeypatch.setattr(browser, "_from_npm", from_npm)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(browser, "NAMES", ("chromium-browser",))
    assert chosen(clone) == Path(chromium_path)
    assert brought == [clone.venv / "browser"]


def test_of_several_the_first_that_shows_a_page_is_taken_and_asked_only_once(
    clone: Clone, programs: Path, chromium_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium", SNAP_STUB)
    good = program(programs / "google-chrome", f'#!/bin/sh\nexec "{chromium_path}" "$@"\n')
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(browser, "NAMES", ("chromium", "google-chrome"))
    assert chosen(clone) == good
    monkeypatch.setattr(browser, "_shows_a_page", lambda _, path: f"asked {path.name} again")
    assert chosen(clone) == good


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#!/bin/sh\nexit 0\n", "exit code 0"),
        ("#!/bin/sh\necho 'x: libnspr4.so: cannot open shared object file: No such file' >&2\nexit 127\n", "libnspr4"),
        (f"#!{sys.executable}\nprint('DevTools listening on ws://127.0.0.1:1/devtools', flush=True)\n", "DevTools"),
    ],
)
def test_a_browser_that_was_named_and_does_not_run_is_told_with_its_words(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.setenv("LIANDONG_CHROMIUM", str(program(tmp_path / "named", text)))
    with pytest.raises(Failure, match=rf"LIANDONG_CHROMIUM names.*{told}"):
        chosen(clone)


def test_who_cannot_install_what_the_browser_lacks_is_told_what_to_ask_for(
    clone: Clone, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "chromium: error while loading shared libraries: libnspr4.so: cannot open shared object file: No such file"
    brought = program(programs / "brought", f"#!/bin/sh\necho '{said}' >&2\nexit 127\n")
    monkeypatch.setattr(browser, "_from_npm", lambda *_: brought)
    with pytest.raises(Failure, match=r"doesn't run \(libnspr4\.so\): have Chromium installed"):
        chosen(clone)


def test_its_download_trusts_what_the_other_downloads_trust(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = tmp_path / "authority.pem"
    authority.write_text("the county's own")
    for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    asked: list[dict[str, str]] = []

    def run_lines(command: list[object], *_: object, env: dict[str, str], **__: object) -> Outcome:
        asked.append(env)
        return Outcome(1, "self-signed certificate in certificate chain")

    monkeypatch.setattr(npm, "run_lines", run_lines)
    with pytest.raises(Failure, match="certificate of the registry is not trusted"):
        browser._from_npm(clone, clone.venv / "browser", Progress(io.StringIO()).step("", "").__enter__())
    assert "the county's own" in Path(asked[0]["NODE_EXTRA_CA_CERTS"]).read_text()


def test_the_browser_from_npm_starts_in_any_folder(tmp_path: Path) -> None:
    folder = tmp_path / "路 径 & 'x' $HOME"
    folder.mkdir()
    program(folder / "chromium", '#!/bin/sh\necho "$LD_LIBRARY_PATH|$1"\n')
    run = program(folder / "run", browser.RUNNER.format(folder=browser.shlex.quote(str(folder))))
    assert os.popen(f"{browser.shlex.quote(str(run))} 'a b'").read() == f"{folder}/lib|a b\n"  # noqa: S605
