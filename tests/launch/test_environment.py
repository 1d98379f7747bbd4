"""The environment is made by a stand-in for pip here: what is held is when, and what a stamp promises."""

import importlib.util
import io
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from liandong.launch import environment, pip_wheel, processes, space, stamps
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.launch.processes import Outcome
from liandong.launch.progress import Progress

LOCK = """\
one==1 \\
    --hash=sha256:aa
two==2 ; python_version < '3' \\
    --hash=sha256:bb
three==3 \\
    --hash=sha256:cc
"""


class Installer:
    """Notes what it was asked to install; says and answers what a test wants."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.outcome = Outcome(0, "")
        self.raises: BaseException | None = None

    def __call__(self, command: list[object], *_: object, **__: object) -> Outcome:
        words = [str(word) for word in command]
        self.calls.append(words)
        if "venv" in words:
            python = Path(words[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True, exist_ok=True)
            python.symlink_to(sys.executable)
            (Path(words[-1]) / "pyvenv.cfg").touch()
            (Path(words[-1]) / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
            return Outcome(0, "")
        if self.raises:
            raise self.raises
        return self.outcome

    @property
    def pips(self) -> int:
        return sum(Path(call[-1]).name.startswith("share-") for call in self.calls if "--require-hashes" in call)

    @property
    def renewed(self) -> int:
        return sum(Path(call[-1]).name == "pip.lock" for call in self.calls)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "requirements-test.lock").write_text(LOCK + "four==4 \\\n    --hash=sha256:dd\n")
    return Clone(tmp_path)


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Installer:
    stand_in = Installer()
    monkeypatch.setattr(environment, "run_lines", stand_in)
    return stand_in


def ensure(clone: Clone, lock: str = environment.RUNNING) -> None:
    environment.ensure(clone, Progress(io.StringIO()), lock)


def source_of(clone: Clone) -> Path:
    """Where the environment's Python looks for our source."""
    return Path(os.path.normpath(clone.site_packages / (clone.site_packages / "liandong.pth").read_text().strip()))


def test_a_finished_environment_is_not_touched_again(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    asked = len(installer.calls)
    ensure(clone)
    assert environment.is_ready(clone)
    assert len(installer.calls) == asked


def test_src_is_on_the_path_of_the_environment(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    assert source_of(clone) == clone.src


def test_a_changed_lock_installs_into_the_same_environment(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    (clone.venv / "keepsake").touch()
    (clone.root / "requirements.lock").write_text(LOCK.replace("one==1", "one==2"))
    assert not environment.is_ready(clone)
    ensure(clone)
    assert (clone.venv / "keepsake").exists()
    assert installer.pips == 2 * environment.PIPS


def test_an_install_killed_half_way_is_found_and_begun_anew(clone: Clone, installer: Installer) -> None:
    installer.raises = SystemExit()
    with pytest.raises(SystemExit):
        ensure(clone)
    (clone.venv / "half").touch()
    assert not environment.is_ready(clone)
    installer.raises = None
    ensure(clone)
    assert environment.is_ready(clone)
    assert not (clone.venv / "half").exists()


def test_an_environment_whose_python_has_gone_is_made_anew(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    clone.python.unlink()
    clone.python.symlink_to("/nonexistent/python3")
    assert not environment.is_ready(clone)
    ensure(clone)
    assert environment.is_ready(clone)


def test_a_clone_that_was_moved_gets_its_path_corrected(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    moved = Clone(clone.root.rename(clone.root.with_name("moved")))
    assert not environment.is_ready(moved)
    ensure(moved)
    assert source_of(moved) == moved.src


def test_the_test_lock_serves_running_too_and_outlives_it(clone: Clone, installer: Installer) -> None:
    ensure(clone, environment.TESTING)
    assert environment.is_ready(clone)
    (clone.root / "requirements.lock").write_text(LOCK.replace("one==1", "one==2"))
    ensure(clone)
    assert environment.is_ready(clone, environment.TESTING)


def test_every_package_is_in_exactly_one_share_with_its_hashes() -> None:
    shares = environment.split_lock(f"# a comment\n{LOCK}", 2)
    assert [share.count("==") for share in shares] == [2, 1]
    assert all(share.count("--hash") == share.count("==") for share in shares)
    assert "two==2 ; python_version < '3' \\\n    --hash=sha256:bb\n" in shares[1]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("Error: No space left on device (os error 28)", "disk is full"),
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "index cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "does not match the hash"),
        ("ERROR: something else", "something else"),
    ],
)
def test_a_failed_install_is_one_sentence_with_the_way_out(
    clone: Clone, installer: Installer, said: str, told: str
) -> None:
    installer.outcome = Outcome(1, said)
    with pytest.raises(Failure, match=told):
        ensure(clone)


def without(monkeypatch: pytest.MonkeyPatch, *modules: str, root: bool) -> None:
    """A Python as Debian has it, without some of its modules."""
    find = importlib.util.find_spec
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None if name in modules else find(name))
    monkeypatch.setattr(environment, "DEBIAN_WHEELS", "/nowhere")
    configured = sysconfig.get_config_var
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: None if name == "WHEEL_PKG_DIR" else configured(name))
    monkeypatch.setattr(environment.os, "geteuid", lambda: 0 if root else 1000)


def test_a_missing_venv_module_names_the_one_package(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "venv", root=False)
    with pytest.raises(Failure, match=rf"apt-get install python3\.{sys.version_info.minor}-venv as root"):
        ensure(clone)


def test_root_gets_the_venv_module_by_itself(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, "venv", root=True)
    monkeypatch.setattr(environment, "DEBIAN_WHEELS", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "pip-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("pip/__init__.py", "")
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    ensure(clone)
    assert installer.calls[0][:3] == ["apt-get", "install", "-y"]
    assert environment.is_ready(clone)


def test_without_ensurepip_the_wheel_of_pip_comes_from_the_index(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "ensurepip", root=False)

    def fetch(folder: Path) -> Path:
        with zipfile.ZipFile(folder / pip_wheel.NAME, "w") as wheel:
            wheel.writestr("pip/__init__.py", "fetched = True")
        return folder / pip_wheel.NAME

    monkeypatch.setattr(pip_wheel, "fetch", fetch)
    ensure(clone)
    assert (clone.site_packages / "pip" / "__init__.py").read_text() == "fetched = True"
    assert environment.is_ready(clone)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("<urlopen error [Errno -3] Temporary failure in name resolution>", "package index cannot be reached"),
        ("<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED]>", r"is not trusted.*SSL_CERT_FILE"),
        ("HTTP Error 404: Not Found", r"can't be fetched \(HTTP Error 404: Not Found\): run apt-get install python3"),
    ],
)
def test_a_pip_that_cannot_be_fetched_is_told_with_its_reason(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    without(monkeypatch, "ensurepip", root=False)

    def fetch(_: Path) -> Path:
        raise pip_wheel.Unreachable(said)

    monkeypatch.setattr(pip_wheel, "fetch", fetch)
    with pytest.raises(Failure, match=told):
        ensure(clone)


def bundling(monkeypatch: pytest.MonkeyPatch, folder: Path, version: str) -> None:
    """A Python that brings this pip."""
    path = folder / f"pip-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("pip/__init__.py", f"__version__ = {version!r}")
    monkeypatch.setattr(environment, "bundled_pip", lambda: path)


@pytest.mark.parametrize(
    ("version", "renewed"), [("9.0.3", 1), ("23.0.1", 1), ("23.2.1", 1), ("23.3", 0), ("24.0", 0), ("26.2.1", 0)]
)
def test_a_pip_that_is_slow_renews_itself_first(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, renewed: int
) -> None:
    bundling(monkeypatch, tmp_path, version)
    ensure(clone)
    assert installer.renewed == renewed
    assert installer.pips == environment.PIPS


def test_a_pip_that_cannot_renew_itself_does_the_work(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundling(monkeypatch, tmp_path, "23.2.1")
    run = environment.run_lines

    def index_without_pip(command: list[object], *rest: object, **more: object) -> Outcome:
        outcome = run(command, *rest, **more)  # type: ignore[arg-type]
        return Outcome(1, "No matching distribution found") if str(command[-1]).endswith("pip.lock") else outcome

    monkeypatch.setattr(environment, "run_lines", index_without_pip)
    ensure(clone)
    assert installer.pips == environment.PIPS
    assert environment.is_ready(clone)


def test_the_way_to_our_source_is_ascii_whatever_the_folder_is_called(tmp_path: Path, installer: Installer) -> None:
    root = tmp_path / "路 径 #1%20's"
    (root / "src" / "liandong").mkdir(parents=True)
    (root / "requirements.lock").write_text(LOCK)
    ensure(Clone(root))
    written = (Clone(root).site_packages / "liandong.pth").read_bytes()
    assert written.isascii()
    assert source_of(Clone(root)) == root / "src"


def test_an_environment_whose_way_to_our_source_is_not_ascii_is_mended(tmp_path: Path, installer: Installer) -> None:
    root = tmp_path / "路径"
    root.mkdir()
    (root / "requirements.lock").write_text(LOCK)
    clone = Clone(root)
    ensure(clone)
    (clone.site_packages / "liandong.pth").write_text(f"{clone.src}\n", encoding="utf-8")
    assert not environment.is_ready(clone)
    ensure(clone)
    assert source_of(clone) == clone.src


@pytest.mark.parametrize("locale", ["C", "POSIX", ""])
def test_every_entry_finds_our_source_below_chinese_signs_in_any_locale(tmp_path: Path, locale: str) -> None:
    root = tmp_path / "路径 é"
    (root / "src" / "liandong").mkdir(parents=True)
    (root / "src" / "liandong" / "__init__.py").touch()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    environment._put_src_on_path(Clone(root))
    program = "import liandong, os; print(ascii(os.fsencode(liandong.__file__)))"
    env = {"PATH": os.defpath, "PYTHONCOERCECLOCALE": "0"} | ({"LC_ALL": locale} if locale else {})
    for utf8 in ("0", "1"):
        found = subprocess.run(
            [root / ".venv" / "bin" / "python", "-c", program],
            env=env | {"PYTHONUTF8": utf8},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, found.stderr
        assert found.stdout.strip() == ascii(os.fsencode(root / "src" / "liandong" / "__init__.py"))


@pytest.mark.parametrize("name", ["a:b", 'a"b', "a$b", "a`b", "a\\b", "a\nb", os.fsdecode("县".encode("gbk"))])
def test_a_folder_that_a_tool_cannot_bear_is_named_before_anything_is_made(name: str) -> None:
    with pytest.raises(Failure, match="move it to a folder without them"):
        Clone(Path("/srv") / name).check_name()


@pytest.mark.parametrize("name", ["路径", "a b", "a#b", "a%20b", "a'b", "a?b", "a&b;c!d@e=f,g", "[a]{b}(c)*"])
def test_a_folder_of_any_other_name_is_fine(name: str) -> None:
    Clone(Path("/srv") / name).check_name()


def test_too_little_space_is_told_before_anything_is_made(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda place: 900 * space.MB)
    with pytest.raises(Failure, match=r"needs \d+ MB and has 900 MB left"):
        ensure(clone)
    assert installer.calls == []
    assert not clone.venv.exists()


def test_a_clone_without_its_lock_says_so(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"requirements\.lock is missing"):
        ensure(Clone(tmp_path))


def test_children_of_a_killed_setup_are_ended_before_the_next(clone: Clone, installer: Installer) -> None:
    orphan = processes.start([sys.executable, "-c", "import time; time.sleep(600)"], record=clone.children)
    ensure(clone)
    assert orphan.wait() != 0


def test_stamps_are_written_last(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[object] = []

    def pip(*_: object, **__: object) -> Outcome:
        states.append(stamps.read(clone.venv / environment.STAMP).get("state"))
        return Outcome(0, "")

    monkeypatch.setattr(environment, "run_lines", pip)
    monkeypatch.setattr(environment, "_put_src_on_path", lambda clone: None)
    ensure(clone)
    assert set(states) == {"installing"}


def test_the_pip_of_this_very_python_is_taken_before_that_of_the_system() -> None:
    spec = importlib.util.find_spec("ensurepip")
    own = Path((spec and spec.origin) or "/nowhere").parent / "_bundled"
    if not own.is_dir():
        pytest.skip("this Python has its wheels elsewhere")
    wheel = environment.bundled_pip()
    assert wheel is not None
    assert wheel.parent == own
