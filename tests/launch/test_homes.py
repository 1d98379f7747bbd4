"""An account that the machine has no name for, as containers like to run one."""

import errno
import os
import pwd
from pathlib import Path

import pytest

from liandong.launch import arguments, homes, pip_wheel, space
from liandong.launch.failure import Failure


@pytest.fixture
def number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of the account that we seem to be; there is none of that number. pytest made its folder as who we are."""
    known = {entry.pw_uid for entry in pwd.getpwall()}
    free = next(number for number in range(54321, 65000) if number not in known)
    for name in ("getuid", "geteuid"):
        monkeypatch.setattr(os, name, lambda: free)
    for name in ("HOME", "XDG_CACHE_HOME", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    return free


def test_without_a_home_there_is_no_cache_and_no_setting_of_ones_own(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = tmp_path / "pip.conf"
    machine.write_text("[global]\nindex-url = https://mirror.example/simple\n")
    monkeypatch.setattr(pip_wheel, "CONFIGURED", (str(machine), "~/.pip/pip.conf"))
    assert space.cache_home() is None
    assert pip_wheel.indexes() == ["https://mirror.example/simple"]


def test_a_cache_named_by_the_environment_is_taken_without_a_home(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(space, "ROOM_FOR_CACHES_BYTES", 0)
    assert space.cache_home() == tmp_path


def test_a_home_that_is_shut_to_us_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `runuser`, which keeps root's HOME."""

    def refuse(place: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(place))

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shut" / ".cache"))
    monkeypatch.setattr(space, "existing", refuse)
    assert space.cache_home() is None
    assert [need.place for need in space.packages(tmp_path / "venv", 1, 1)[0]] == [tmp_path / "venv"]


def test_that_postgresql_refuses_such_an_account_is_told_before_anything_is_made(number: int) -> None:
    with pytest.raises(Failure, match=f"no account of the number {number}"):
        homes.check_account()


def test_an_account_with_a_name_is_fine() -> None:
    homes.check_account()


@pytest.mark.parametrize("typed", [("--data", "~no-such-account/x"), ("--data=~no-such-account/x",)])
def test_the_home_of_nobody_is_a_slip_of_the_pen(typed: tuple[str, ...]) -> None:
    with pytest.raises(Failure, match="~no-such-account/x: there is no such home") as told:
        arguments.parse(("up", *typed), Path("/clone/.liandong"))
    assert told.value.exit_code == 2
