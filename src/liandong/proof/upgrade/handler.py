"""An officer who goes on with the work: accepts the cases that come in, over the API, again until it is known done."""

import http.client
import json
import threading
import time

from liandong.proof.crash.senders import Book
from liandong.proof.crash.steps import Lost, Post
from liandong.proof.house import House

PAUSE_S = 0.05
LAST_PATIENCE_S = 60.0


class Handler(threading.Thread):
    """After `stop` the case in hand is still accepted. `done`: numbers of accepted cases; `refused`: sentences."""

    def __init__(self, house: House, username: str, book: Book, stop: threading.Event) -> None:
        super().__init__(name="handler", daemon=True)
        self._house, self._book, self._stop_asked = house, book, stop
        self._post = Post(house, username)
        self.done: list[str] = []
        self.refused: list[str] = []

    def run(self) -> None:
        at = 0
        while not self._stop_asked.is_set():
            if at < len(self._book.acknowledged):
                self._accept(self._book.acknowledged[at].number)
                at = max(at + 1, len(self._book.acknowledged) - 20)
            time.sleep(PAUSE_S)

    def _accept(self, number: str) -> None:
        deadline: float | None = None
        for attempt in range(1, 10_000):
            try:
                status, content = self._post.act(number, "accept", {"version": 1})
            except (Lost, OSError, http.client.HTTPException):
                if self._stop_asked.is_set():
                    deadline = deadline or time.monotonic() + LAST_PATIENCE_S
                    if time.monotonic() > deadline:
                        self.refused.append(f"{number} was never accepted")
                        return
                time.sleep(PAUSE_S)
                continue
            if status == 200 or (attempt > 1 and json.loads(content).get("version", 1) > 1):
                self.done.append(number)
            elif attempt == 1:
                self.refused.append(f"accepting {number} answered {status}: {content.decode()[:200]}")
            return
