"""A web process that takes over has read what it needs before it serves, and waits until it is told to."""

import os
import threading
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application

from liandong.app import relay

pytestmark = pytest.mark.usefixtures("committed")


@pytest.mark.parametrize("page", relay.PAGES)
def test_each_page_that_it_asks_itself_for_answers(page: str) -> None:
    assert relay.answered(get_wsgi_application(), page) == "200 OK"


def test_it_says_that_it_is_ready_and_goes_when_it_is_told(tmp_path: Path, monkeypatch) -> None:
    go, asked = tmp_path / "go", []
    monkeypatch.setenv(relay.GO, str(go))
    monkeypatch.setattr(relay, "PAGES", ("/",))

    def site(environ, start) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start("200 OK", [])
        return [b""]

    waiting = threading.Thread(target=relay.wait_for_go, args=(site,))
    waiting.start()
    while not (tmp_path / f"go.{os.getpid()}").exists():
        waiting.join(0.01)
    assert waiting.is_alive()
    go.touch()
    waiting.join(5)
    assert not waiting.is_alive()
    assert asked == ["/"]
    assert [path.name for path in tmp_path.iterdir()] == ["go"]


def test_a_process_that_nobody_asked_to_wait_serves_at_once(monkeypatch) -> None:
    monkeypatch.delenv(relay.GO, raising=False)
    relay.wait_for_go(lambda _environ, _start: pytest.fail("it asked itself for a page"))
