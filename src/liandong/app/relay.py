"""A web process that takes over from an earlier one is ready before it serves: it answers some pages to itself, says by
a file of its own that it is ready, and waits for another to appear. Connections wait at its door meanwhile.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connections

from liandong.app.serving import GO
from liandong.contexts.categories import public as categories

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.01
PATIENCE_S = 300.0
"""Whoever was to say go has gone: then it serves, as after any other start."""
PAGES = (
    "/",
    "/report/",
    "/api/v1/categories",
    "/open311/v2/services.json",
    "/open311/v2/requests.json",
    "/accounts/login/",
)
"""Together they read registers, taxonomy and templates."""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def wait_for_go(application: Application) -> None:
    """At once where nobody has asked to wait."""
    go = os.environ.get(GO)
    if not go or Path(go).exists():
        return
    for page in PAGES:
        answered(application, page)
    with suppress(Exception):
        categories.assess_words("路灯不亮，垃圾没有清运")
    connections.close_all()
    waiting = Path(f"{go}.{os.getpid()}")
    waiting.touch()
    deadline = time.monotonic() + PATIENCE_S
    while not Path(go).exists() and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    waiting.unlink(missing_ok=True)


def answered(application: Application, address: str) -> str:
    """The status of a page that the process asks itself for; "" where it failed, which is for the log alone."""
    parts, told = urlsplit(address), [""]

    def start(status: str, _headers: object, _error: object = None) -> None:
        told[0] = status

    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": os.environ.get("LIANDONG_PORT") or "8311",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    try:
        answer = application(environ, start)
        try:
            for _ in answer:
                pass
        finally:
            if hasattr(answer, "close"):
                answer.close()
    except Exception:
        log.exception("a page that was asked for before serving")
        return ""
    return told[0]
