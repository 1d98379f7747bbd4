"""One authority, named for whichever tool, is trusted by all downloads."""

from pathlib import Path

import pytest

from liandong.launch import certificates
from liandong.launch.clone import Clone

ALL = (*certificates.WHOLE, certificates.ADDED)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ALL:
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "system.crt"
    path.write_text("system\n")
    monkeypatch.setattr(certificates, "SYSTEM", path)
    return path


def trusting(tmp_path: Path) -> dict[str, str]:
    return certificates.trusting(Clone(tmp_path), {"LANG": "C"})


@pytest.mark.parametrize("name", ALL)
def test_an_authority_of_any_setting_is_trusted_beside_the_machines(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "own.pem").write_text("own")
    monkeypatch.setenv(name, str(tmp_path / "own.pem"))
    env = trusting(tmp_path)
    for setting in ("NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"):
        assert Path(env[setting]).read_text().split() == ["own", "system"]


def test_an_authority_in_the_machines_store_is_trusted_by_all(system: Path, tmp_path: Path) -> None:
    env = trusting(tmp_path)
    assert env == {"LANG": "C", "NODE_EXTRA_CA_CERTS": str(system), "REQUESTS_CA_BUNDLE": str(system)}


def test_what_is_only_added_does_not_take_the_place_of_what_pip_brings(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.unlink()
    (tmp_path / "own.pem").write_text("own")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(tmp_path / "own.pem"))
    assert "REQUESTS_CA_BUNDLE" not in trusting(tmp_path)


def test_a_machine_without_any_is_left_as_it_is(system: Path, tmp_path: Path) -> None:
    system.unlink()
    assert trusting(tmp_path) == {"LANG": "C"}
