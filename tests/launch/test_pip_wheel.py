"""pip's wheel from an index of our own on this machine, as a county's mirror is one."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from liandong.launch import pip_wheel

CONTENT = b"a wheel"


class Mirror(ThreadingHTTPServer):
    """Answers HTML or JSON, with links relative to the page or whole; asks for an account where it has one."""

    pages: dict[str, bytes]
    account = ""

    @property
    def url(self) -> str:
        return f"http://{self.account}@127.0.0.1:{self.server_port}/simple/".replace("//@", "//")


class Answer(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        wanted = f"Basic {base64.b64encode(self.server.account.encode()).decode()}"
        if self.server.account and self.headers["Authorization"] != wanted:
            self.send_error(401)
        elif self.path in self.server.pages:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.server.pages[self.path])
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    server = Mirror(("127.0.0.1", 0), Answer)
    page = f"<html><a href=\"../../files/pip-1.whl\">pip-1.whl</a><a HREF='../../files/{pip_wheel.NAME}#sha256=x'>x</a>"
    server.pages = {"/simple/pip/": page.encode(), f"/files/{pip_wheel.NAME}": CONTENT}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pip_wheel, "CONFIGURED", ())
    monkeypatch.setattr(pip_wheel, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()


def test_it_comes_from_the_index_that_the_environment_names(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", mirror.url)
    assert pip_wheel.fetch(tmp_path).read_bytes() == CONTENT


def test_it_comes_from_an_index_that_answers_json_and_asks_for_an_account(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.account = "clerk:s%C3%B6"
    monkeypatch.setenv("PIP_INDEX_URL", mirror.url)
    mirror.account = "clerk:sö"
    whole = f"http://127.0.0.1:{mirror.server_port}/files/{pip_wheel.NAME}"
    mirror.pages["/simple/pip/"] = json.dumps({"files": [{"url": whole}]}).encode()
    assert pip_wheel.fetch(tmp_path).read_bytes() == CONTENT


def test_it_comes_from_the_index_of_pips_own_settings(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {mirror.url}\nextra-index-url =\n  http://other/a\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    assert pip_wheel.indexes() == [mirror.url.rstrip("/"), "http://other/a"]
    assert pip_wheel.fetch(tmp_path).read_bytes() == CONTENT


def test_another_wheel_than_ours_is_refused(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", mirror.url)
    mirror.pages[f"/files/{pip_wheel.NAME}"] = b"another"
    with pytest.raises(pip_wheel.Unreachable, match="DO NOT MATCH THE HASHES"):
        pip_wheel.fetch(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("page", "said"), [(b"<html></html>", "is not there"), (b"{", "Expecting"), (None, "404")])
def test_an_index_without_it_says_how_it_answered_and_never_its_account(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: bytes | None, said: str
) -> None:
    mirror.account = "clerk:secret"
    monkeypatch.setenv("PIP_INDEX_URL", mirror.url)
    mirror.pages = {"/simple/pip/": page} if page is not None else {}
    with pytest.raises(pip_wheel.Unreachable, match=said) as told:
        pip_wheel.fetch(tmp_path)
    assert "secret" not in str(told.value)


def test_without_settings_no_index_is_asked(mirror: Mirror, tmp_path: Path) -> None:
    assert pip_wheel.indexes() == []
    with pytest.raises(pip_wheel.Unreachable, match=r"^$"):
        pip_wheel.fetch(tmp_path)
