"""A crowd of clients in a process of its own: it sends when it is due to, however long answers take."""

import asyncio
import itertools
import json
import multiprocessing
import os
import random
import re
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from .client import Connection

ANSWER_S = 60.0
TEXTS = ("路灯不亮，晚上出行很不方便，希望尽快维修。", "垃圾桶满了好几天没有人清运，气味很大。")


@dataclass(frozen=True, slots=True)
class Sent:
    """A report. `took_s` counts from the moment it was due, `late_s` of it had passed when the crowd came to send it;
    `status` is 0 where no answer came; `number` is the case's where it was acknowledged.
    """

    key: str
    body: bytes
    due_s: float
    took_s: float
    late_s: float
    status: int
    number: str
    retry_after: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """`rate` reports a second for `seconds`, whatever comes back; 0: each connection sends when it was answered, after
    `pause_s`.
    """

    port: int
    key: str
    points: Sequence[tuple[float, float]]
    connections: int
    seconds: float
    rate: float = 0.0
    pause_s: float = 0.0
    seed: int = 1


def press(crowd: Crowd) -> list[Sent]:
    """Everything that was sent."""
    return asyncio.run(_Pressing(crowd).run())


def send_again(port: int, key: str, sent: Sequence[Sent]) -> list[Sent]:
    """The same reports once more, one after the other."""
    connection = Connection(port, {"X-Api-Key": key, "Content-Type": "application/json"})
    found = []
    for each in sent:
        begun = time.perf_counter()
        connection.headers = {**connection.headers, "Idempotency-Key": each.key}
        status, content = connection.request("POST", "/api/v1/reports", each.body)
        number = json.loads(content)["number"] if status in (200, 201) else ""
        found.append(Sent(each.key, each.body, 0.0, time.perf_counter() - begun, 0.0, status, number, ""))
    return found


def probe(port: int, path: str, cookie: str, seconds: float, pause_s: float = 0.5) -> list[tuple[float, int]]:
    """(seconds, status) of a page that a newcomer asks for again and again, on a new connection each time; status 0
    where no answer came.
    """
    found: list[tuple[float, int]] = []
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        try:
            status, _ = Connection(port, {"Cookie": cookie, "Connection": "close"}).request("GET", path)
        except OSError:
            status = 0
        found.append((time.perf_counter() - begun, status))
        time.sleep(pause_s)
    return found


class _Pressing:
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._chance = random.Random(crowd.seed)  # noqa: S311
        self._numbers = itertools.count()
        self._fixed = [(json.dumps(text)[:-1], point) for text in TEXTS for point in crowd.points]
        self._sent: list[Sent] = []

    async def run(self) -> list[Sent]:
        self._begun = time.perf_counter()
        await asyncio.gather(*(self._client() for _ in range(self._crowd.connections)))
        return self._sent

    async def _client(self) -> None:
        line = _Line(self._crowd.port, self._crowd.key)
        while True:
            due_s = await self._due()
            if due_s >= self._crowd.seconds:
                line.close()
                return
            key, body = str(uuid.uuid4()), self._report()
            late_s = time.perf_counter() - self._begun - due_s
            status, content, retry_after = await line.send(key, body)
            took_s = time.perf_counter() - self._begun - due_s
            number = json.loads(content)["number"] if status in (200, 201) else ""
            self._sent.append(Sent(key, body, due_s, took_s, late_s, status, number, retry_after))
            if self._crowd.pause_s:
                await asyncio.sleep(self._crowd.pause_s)

    async def _due(self) -> float:
        """Seconds from the beginning; waits for it."""
        now_s = time.perf_counter() - self._begun
        if not self._crowd.rate:
            return now_s
        due_s = next(self._numbers) / self._crowd.rate
        if due_s > now_s:
            await asyncio.sleep(due_s - now_s)
        return due_s

    def _report(self) -> bytes:
        text, (lon, lat) = self._chance.choice(self._fixed)
        return (
            f'{{"text": {text}{self._chance.getrandbits(40)}", "lon": {lon}, "lat": {lat},'
            ' "category_code": "010102", "contact": {"phone": "100-0000-0000"}}'
        ).encode()


class _Line(asyncio.Protocol):
    """A kept-alive connection with one report on its way; one that broke is opened anew."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes, str]] | None = None

    async def send(self, key: str, body: bytes) -> tuple[int, bytes, str]:
        """(status, body, Retry-After); status 0 without an answer."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._send(key, body)
        except (OSError, TimeoutError):
            self.close()
            return 0, b"", ""

    def close(self) -> None:
        transport, self._transport, self._answer = self._transport, None, None
        if transport:
            transport.abort()

    async def _send(self, key: str, body: bytes) -> tuple[int, bytes, str]:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            self._received = b""
            self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._answer = loop.create_future()
        head = (
            f"POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {self._key}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, content = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or (length and len(content) < int(length[1])) or not (length or content.endswith(b"0\r\n\r\n")):
            return
        self._received = b""
        if self._answer and not self._answer.done():
            retry_after = _RETRY_AFTER.search(head)
            body = content if length else b"".join(_CHUNK.findall(content))
            self._answer.set_result((int(head[9:12]), body, retry_after[1].decode() if retry_after else ""))

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())


_LENGTH = re.compile(rb"(?i)\ncontent-length: *(\d+)")
_RETRY_AFTER = re.compile(rb"(?i)\nretry-after: *([^\r]+)")
_CHUNK = re.compile(rb"(?s)[0-9a-fA-F]+\r\n(.+?)\r\n")


def end_with_us() -> None:
    """For a process of the pool: it would wait for work for ever when we are killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 (the type checker knows of no pool)
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
