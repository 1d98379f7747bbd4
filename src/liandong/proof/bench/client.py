"""A small HTTP/1.1 client over plain sockets with keep-alive, cheaper than what it measures."""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Connection:
    """One kept-alive connection to a server on this machine."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None

    def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """(status, body). Raises OSError when the server is gone."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self._read(self._socket)

    def _read(self, source: socket.socket) -> tuple[int, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more(source)
        head, _, content = received.partition(b"\r\n\r\n")
        length = 0
        for header in head.split(b"\r\n")[1:]:
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(content) < length:
            content += self._more(source)
        return int(head[9:12]), content

    def _more(self, source: socket.socket) -> bytes:
        got = source.recv(262_144)
        if not got:
            self._socket = None
            raise OSError("the server closed the connection")
        return got


class Answering(Protocol):
    """Something that can be asked again and again."""

    def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]: ...


def timed(
    asked: Answering, method: str, path: str, times: int, warm_up: int = 5
) -> tuple[list[float], int, set[bytes]]:
    """Durations of requests one after the other, how many were not 200, and the different answers."""
    durations: list[float] = []
    bodies: set[bytes] = set()
    failed = 0
    for turn in range(times + warm_up):
        begun = time.perf_counter()
        status, body = asked.request(method, path)
        took = time.perf_counter() - begun
        bodies.add(body)
        if turn >= warm_up:
            durations.append(took)
            failed += status != 200
    return durations, failed, bodies


def press(work: Callable[[int], Callable[[], bool]], clients: int, seconds: float) -> tuple[list[float], float, int]:
    """Runs `work(client)()` in that many threads for some seconds: durations, elapsed time, failures."""
    durations: list[list[float]] = [[] for _ in range(clients)]
    failures = [0] * clients
    stop_at = time.perf_counter() + seconds

    def run(client: int) -> None:
        once = work(client)
        while (begun := time.perf_counter()) < stop_at:
            if once():
                durations[client].append(time.perf_counter() - begun)
            else:
                failures[client] += 1

    begun = time.perf_counter()
    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [each for own in durations for each in own], time.perf_counter() - begun, sum(failures)
