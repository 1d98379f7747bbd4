"""Somebody between the clients and PostgreSQL who passes on what both say, until he stands still."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg

PIECE = 65536


class Between:
    """Listens on a socket as PostgreSQL's own. Standing, he takes nothing and says nothing, as a stopped server: who
    connects is let in by the system and hears no word.
    """

    def __init__(self, folder: Path, database: str) -> None:
        server = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
        self.url = f"postgresql://{server['user']}@/{database}?host={folder}"
        self._server = f"{server['host']}/.s.PGSQL.{server.get('port', 5432)}"
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / ".s.PGSQL.5432"))
        self._door.listen(200)
        self._goes = threading.Event()
        self._goes.set()
        self._swallows = b""
        self._ended = False
        threading.Thread(target=self._take, daemon=True).start()

    def stand(self) -> None:
        self._goes.clear()

    def go(self) -> None:
        self._swallows = b""
        self._goes.set()

    def stand_after(self, words: bytes) -> None:
        """Passes on what holds these words and stands before the answer."""
        self._swallows = words

    def end(self) -> None:
        self._ended = True
        self._goes.set()
        self._door.close()

    def _take(self) -> None:
        while not self._ended:
            self._goes.wait()
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self._goes.wait()
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, to: socket.socket, asks: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                self._goes.wait()
                if asks and self._swallows and self._swallows in piece:
                    self._goes.clear()
                to.sendall(piece)
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def between(folder: Path, database: str) -> Iterator[Between]:
    made = Between(folder, database)
    try:
        yield made
    finally:
        made.end()
