"""`up` runs what the rooms bring, as the installed product tells it, and knows none of it by name."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from liandong.launch.clone import Clone
from liandong.launch.failure import Failure
from liandong.operate import up
from liandong.operate.data_folder import open_data_folder
from liandong.operate.site import Site
from liandong.operate.supervise import Service, Supervisor

TOLD = [
    {"name": "reader", "command": ["worker", "--once"], "floor": 2, "beats": False},
    {"name": "listener", "command": ["listen"], "floor": 1, "beats": True},
]
GOING_ON = SimpleNamespace(asked=False)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(Clone.here(), open_data_folder(tmp_path / "data"), "postgresql:///nowhere", port=1, lan=False)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, print)
    yield made
    made.stop()


def services(site: Site, supervisor: Supervisor, program: str) -> list[Service]:
    asked = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return up._room_services(site, asked, supervisor, GOING_ON)


def test_what_the_product_tells_is_run_from_the_lowest_floor_up(site: Site, supervisor: Supervisor) -> None:
    low, high = services(site, supervisor, f"print({json.dumps(json.dumps(TOLD))})")
    assert (low.name, low.floor, high.name, high.floor) == ("listener", 1, "reader", 2)
    assert high.beat is None
    assert low.beat is not None
    assert low.beat.parent == site.data.run


def test_a_service_is_a_command_of_the_product_with_a_name_of_its_own(
    site: Site, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(up, "_logged", lambda _site, command, env: started.append((command, env)))
    low, high = services(site, supervisor, f"print({json.dumps(json.dumps(TOLD))})")
    for service in (low, high, high):
        service.launch()
    assert [command[1:] for command, _ in started][1] == ["-m", "liandong", "worker", "--once"]
    assert started[0][1]["LIANDONG_BEAT"] == str(low.beat)
    assert "LIANDONG_BEAT" not in started[1][1]
    assert started[1][1]["LIANDONG_WORKER"] == started[2][1]["LIANDONG_WORKER"] != started[0][1]["LIANDONG_WORKER"]


def test_a_product_that_does_not_answer_is_told_in_a_sentence(site: Site, supervisor: Supervisor) -> None:
    with pytest.raises(Failure, match="问不到要启动的进程"):
        services(site, supervisor, "import sys; sys.exit('broken')")
