"""Over real sockets: who sends or reads slowly, hangs up in the middle or never says how long it is."""

import json
import socket
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlencode

import pytest

from liandong.app import serving
from liandong.contexts.intake.models import Report
from liandong.foundation.ui import assets
from tests import county
from tests.app.served import LAT, LON, Web, served, web

__all__ = ["served", "web"]
pytestmark = pytest.mark.usefixtures("committed")
WORKERS_THREADS = serving.WORKERS * serving.sizes({}).threads
FORM = "application/x-www-form-urlencoded"


def line(web: Web, address: str = "127.0.0.1") -> socket.socket:
    made = socket.socket()
    made.settimeout(30)
    made.bind((address, 0))
    made.connect(("127.0.0.1", web.port))
    return made


def head(web: Web, path: str, kind: str, length: int | None, key: str = "") -> bytes:
    told = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nX-Api-Key: {web.key}\r\n"
        f"Idempotency-Key: {key}\r\nConnection: close\r\n{told}\r\n\r\n"
    ).encode()


def answer(at: socket.socket) -> tuple[int, str]:
    """Status 0 where the line was closed without a word."""
    received = b""
    while piece := at.recv(65536):
        received += piece
    return int(received[9:12] or 0), received.partition(b"\r\n\r\n")[2].decode()


@contextmanager
def many(web: Web, begun: bytes, *addresses: str, count: int) -> Iterator[None]:
    """So many that begin like this and say nothing more, from these addresses in turn."""
    with ExitStack() as stack:
        for number in range(count):
            at = stack.enter_context(closing(line(web, addresses[number % len(addresses)])))
            at.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            at.sendall(begun)
        yield


@pytest.mark.parametrize("addresses", [["127.0.0.2"], [f"127.0.0.{number}" for number in range(2, 6)]], ids=len)
@pytest.mark.parametrize("path", ["/report/", "/accounts/login/", "/open311/v2/requests.json"])
def test_bodies_that_never_end_shut_out_nobody(web: Web, path: str, addresses: list[str]) -> None:
    with many(web, head(web, path, FORM, 1000) + b"text=", *addresses, count=WORKERS_THREADS + 100):
        for _ in range(4):
            assert web.ask("/accounts/login/").status == 200
            assert web.ask("/healthz").status in (200, 503)
            assert web.ask(assets.style()).status == 200
            assert web.report(str(uuid.uuid4())).status == 201


def test_files_that_nobody_reads_shut_out_nobody(web: Web) -> None:
    largest = max(assets.BUILT.glob("assets/*.js"), key=lambda each: each.stat().st_size)
    asked = f"GET /static/built/assets/{largest.name} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 8
    with many(web, asked, "127.0.0.2", count=WORKERS_THREADS + 100):
        for _ in range(4):
            assert web.ask("/accounts/login/").status == 200
            assert web.ask("/healthz").status in (200, 503)
            assert web.ask(assets.style()).status == 200
            assert web.report(str(uuid.uuid4())).status == 201


def test_who_hangs_up_in_the_middle_of_a_form_has_reported_nothing(web: Web) -> None:
    words = f"路面有坑{uuid.uuid4().hex}"
    form = urlencode({"service_code": county.POTHOLE, "description": words, "lat": LAT, "long": LON}).encode()
    with closing(line(web)) as at:
        at.sendall(head(web, "/open311/v2/requests.json", FORM, len(form) + 40) + form)
        at.shutdown(socket.SHUT_WR)
        status, _ = answer(at)
    assert status in (0, 400)
    assert not Report.objects.filter(text=words).exists()
    with closing(line(web)) as at:
        at.sendall(head(web, "/open311/v2/requests.json", FORM, len(form)) + form)
        assert answer(at)[0] == 200
    assert Report.objects.filter(text=words).count() == 1


def chunks(content: bytes, size: int = 40) -> bytes:
    pieces = (content[place : place + size] for place in range(0, len(content), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def test_a_report_in_chunks_is_taken_as_long_as_its_end_can_be_seen(web: Web) -> None:
    key = str(uuid.uuid4())
    report = json.dumps({"text": "路面有坑", "lon": LON, "lat": LAT, "category_code": county.POTHOLE}).encode()
    for is_whole, expected in ((False, {0, 422}), (True, {201})):
        with closing(line(web)) as at:
            at.sendall(head(web, "/api/v1/reports", "application/json", None, key) + chunks(report[:-60]))
            at.sendall(chunks(report[-60:]) + b"0\r\n\r\n" if is_whole else b"")
            if not is_whole:
                at.shutdown(socket.SHUT_WR)
            status, text = answer(at)
        assert status in expected, text
    assert Report.objects.filter(origin_key=key).count() == 1
    words = f"路面有坑{uuid.uuid4().hex}"
    form = urlencode({"service_code": county.POTHOLE, "description": words, "lat": LAT, "long": LON}).encode()
    with closing(line(web)) as at:
        at.sendall(head(web, "/open311/v2/requests.json", FORM, None) + chunks(form) + b"0\r\n\r\n")
        status, text = answer(at)
    assert (status, "Content-Length" in text) == (400, True)
    assert not Report.objects.filter(text=words).exists()


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_form_of_parts_in_chunks_needs_its_last_line(web: Web, is_closed: bool) -> None:
    words = f"路面有坑{uuid.uuid4().hex}"
    fields = {"service_code": county.POTHOLE, "description": words, "lat": str(LAT), "long": str(LON)}
    parts = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    form = (parts + "--edge--\r\n" * is_closed).encode()
    with closing(line(web)) as at:
        kind = "multipart/form-data; boundary=edge"
        at.sendall(head(web, "/open311/v2/requests.json", kind, None) + chunks(form) + b"0\r\n\r\n")
        status, text = answer(at)
    assert status == (200 if is_closed else 400), text
    assert Report.objects.filter(text=words).count() == is_closed


def test_a_client_that_is_refused_while_it_still_sends_reads_that_it_may_come_back(web: Web) -> None:
    """As most clients do, it sends what it has to say after the head, not with it."""
    body = json.dumps({"text": "路面有坑"}).encode()
    web.database.stand()
    while web.report(str(uuid.uuid4())).took_s > 0.2:
        pass
    for _ in range(10):
        with closing(line(web)) as at:
            at.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            at.sendall(head(web, "/api/v1/reports", "application/json", len(body)))
            at.settimeout(0.1)
            with pytest.raises(TimeoutError):
                at.recv(1)
            at.settimeout(30)
            at.sendall(body)
            assert answer(at)[0] == 503
