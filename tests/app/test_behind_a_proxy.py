"""Behind a proxy attempts are counted by the visitor's address; without one nobody chooses his own."""

import json
import os
import subprocess
import sys

import pytest

ASKS = """
import json
from io import BytesIO
from liandong.app import wsgi
seen = []
wsgi.site.get_response = lambda request: seen.append(request.META["REMOTE_ADDR"]) or 1 / 0
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": BytesIO(), "SERVER_NAME": "x", "SERVER_PORT": "80"}
for address, forwarded in json.loads(input()):
    try:
        wsgi.application(environ | {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": forwarded}, None)
    except ZeroDivisionError:
        pass
print(json.dumps(seen))
"""


def seen_by_the_application(asked: list[tuple[str, str]], **settings: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASKS],
        input=json.dumps(asked),
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
            "LIANDONG_HOSTS": "x.example",
            **settings,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({}, {("127.0.0.1", "203.0.113.7"): "127.0.0.1"}),
        (
            {"LIANDONG_HTTPS": "1"},
            {
                ("127.0.0.1", "203.0.113.7"): "203.0.113.7",
                ("127.0.0.1", "198.51.100.1, 203.0.113.7"): "203.0.113.7",
                ("203.0.113.9", "198.51.100.1"): "203.0.113.9",
            },
        ),
        (
            {"LIANDONG_HTTPS": "1", "LIANDONG_PROXIES": "10.0.0.0/8"},
            {
                ("10.1.2.3", "203.0.113.7"): "203.0.113.7",
                ("127.0.0.1", "203.0.113.7"): "127.0.0.1",
            },
        ),
    ],
)
def test_whose_address_is_counted(settings: dict[str, str], seen: dict[tuple[str, str], str]) -> None:
    assert seen_by_the_application(list(seen), **settings) == list(seen.values())
