"""The environment is made by a stand-in for pip here: what is held is when, and what a stamp promises."""

import io
import sys
from pathlib import Path

import pytest

from liandong.app.launch import environment, processes, stamps
from liandong.app.launch.clone import Clone
from liandong.app.launch.failure import Failure
from liandong.app.launch.processes import Outcome
from liandong.app.launch.progress import Progress

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
        return sum("--require-hashes" in call for call in self.calls)


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


def test_a_finished_environment_is_not_touched_again(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    asked = len(installer.calls)
    ensure(clone)
    assert environment.is_ready(clone)
    assert len(installer.calls) == asked


def test_src_is_on_the_path_of_the_environment(clone: Clone, installer: Installer) -> None:
    ensure(clone)
    assert (clone.site_packages / "liandong.pth").read_text() == f"{clone.src}\n"


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
    assert (moved.site_packages / "liandong.pth").read_text() == f"{moved.src}\n"


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


def test_a_missing_venv_module_names_the_one_package(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    with pytest.raises(Failure, match=rf"apt-get install python3\.{sys.version_info.minor}-venv as root"):
        ensure(clone)


def test_root_gets_the_venv_module_by_itself(
    clone: Clone, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(environment.os, "geteuid", lambda: 0)
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    ensure(clone)
    assert installer.calls[0][:3] == ["apt-get", "install", "-y"]
    assert environment.is_ready(clone)


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
    own = Path(environment.importlib.util.find_spec("ensurepip").origin).parent / "_bundled"
    if not own.is_dir():
        pytest.skip("this Python has its wheels elsewhere")
    wheel = environment.bundled_pip()
    assert wheel is not None
    assert wheel.parent == own
