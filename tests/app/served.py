"""The site as `up` serves it, before a database that can be made to stand."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from liandong.app import serving
from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.app.between import Between, between
from tests.app.pgbouncer import free_port

LON, LAT = county.POINTS["A11"]


@dataclass(frozen=True)
class Answer:
    status: int
    took_s: float
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Web:
    """The site as `up` serves it."""

    port: int
    database: Between
    key: str

    def ask(self, path: str, body: str = "", **headers: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.monotonic()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request("POST" if body else "GET", path, body.encode() or None, named)
        response = line.getresponse()
        text = response.read().decode()
        line.close()
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, time.monotonic() - begun, found, text)

    def report(self, key: str, text: str = "路面有个大坑") -> Answer:
        body = json.dumps({"text": text, "lon": LON, "lat": LAT, "category_code": county.POTHOLE})
        return self.ask(
            "/api/v1/reports", body, X_Api_Key=self.key, Idempotency_Key=key, Content_Type="application/json"
        )

    def until_it_answers(self) -> None:
        end = time.monotonic() + 20
        while any(self.ask("/").status != 200 for _ in range(6)):
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture(scope="module")
def served(django_db_setup, django_db_blocker) -> Iterator[Web]:
    with tempfile.TemporaryDirectory(prefix="liandong-stand-") as name:
        folder = Path(name)
        with django_db_blocker.unblock():
            county.load()
            key = access.create_api_key(actor=SYSTEM, name="stand", channel="open311")
            database = connection.settings_dict["NAME"]
            connection.close()
        with between(folder, database) as standing:
            port = free_port()
            environment = os.environ | {
                "DATABASE_URL": standing.url,
                "LIANDONG_DATA": str(folder / "data"),
                "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                **serving.environment({}),
            }
            command = serving.command(sys.executable, host="127.0.0.1", port=port, environ={})
            server = subprocess.Popen(command, env=environment, start_new_session=True)
            web = Web(port, standing, key)
            try:
                end = time.monotonic() + 60
                while True:
                    try:
                        web.until_it_answers()
                        break
                    except OSError:
                        assert server.poll() is None
                        assert time.monotonic() < end
                        time.sleep(0.1)
                yield web
            finally:
                standing.go()
                os.killpg(server.pid, signal.SIGTERM)
                server.wait(timeout=20)


@pytest.fixture
def web(served: Web) -> Iterator[Web]:
    served.until_it_answers()
    yield served
    served.database.go()
    served.until_it_answers()
