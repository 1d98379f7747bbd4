"""What `./liandong test` leaves behind in a clone: nothing that `./liandong up` would stumble over."""

import sys
from pathlib import Path

from liandong.app import checks
from liandong.app.launch.clone import Clone

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
