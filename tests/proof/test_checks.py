"""How `./liandong test` reads the code, and that it leaves nothing in a clone that `up` would stumble over."""

import signal
import sys
from pathlib import Path

import pytest

from liandong.launch import processes
from liandong.launch.clone import Clone
from liandong.proof import checks

LOADS_SETTINGS = "import sys; sys.path.insert(0, {src!r}); import liandong.app.settings"
SRC = str(Path(checks.__file__).parents[2])


class _HereAndNow(Clone):
    """A clone elsewhere that runs on the Python of this test."""

    python = Path(sys.executable)


def test_a_reader_of_the_settings_makes_no_data_folder(tmp_path: Path, monkeypatch) -> None:
    for name in ("LIANDONG_TESTING", "LIANDONG_DATA"):
        monkeypatch.delenv(name, raising=False)
    clone = _HereAndNow(tmp_path)
    assert checks._passes(clone, "settings", ("-c", LOADS_SETTINGS.format(src=SRC)))
    assert not (tmp_path / ".liandong").exists()


@pytest.mark.parametrize(("code", "passes"), [(0, True), (1, False)])
def test_a_reader_beside_tells_at_the_end_what_it_said_and_whether_it_passed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], code: int, passes: bool
) -> None:
    says = ("-c", f"import sys; print('page 7'); sys.exit({code})")
    with checks._beside(_HereAndNow(tmp_path), "proof-reader", says) as reader_passes:
        sys.stdout.write("meanwhile\n")
        assert reader_passes() is passes
    assert capfd.readouterr().out.split("\n") == ["meanwhile", "── proof-reader", "page 7", ""]


def test_a_reader_beside_ends_with_what_it_stood_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = []
    start = processes.start
    monkeypatch.setattr(processes, "start", lambda *words, **how: readers.append(start(*words, **how)) or readers[-1])
    with (
        pytest.raises(KeyboardInterrupt),
        checks._beside(_HereAndNow(tmp_path), "slow reader", ("-c", "import time; time.sleep(600)")),
    ):
        raise KeyboardInterrupt
    assert [each.poll() for each in readers] == [-signal.SIGTERM]
