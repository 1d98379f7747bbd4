"""Opens when the database doesn't answer; from then on nobody waits for it but one question of its own."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
BETWEEN_S = 0.5


class Breaker:
    """`asks` answers whether the database does; it is asked at once when the breaker opens, and again and again by a
    thread until it says yes. So a single slow statement closes the door for milliseconds only.
    """

    def __init__(self, asks: Callable[[], bool]) -> None:
        self._asks = asks
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._answered.set()

    @property
    def is_open(self) -> bool:
        return not self._answered.is_set()

    def trip(self, why: str) -> None:
        with self._lock:
            if self.is_open:
                return
            self._answered.clear()
        log.error("the database does not answer, requests are refused until it does: %s", why)
        threading.Thread(target=self._ask_until_answered, name="breaker", daemon=True).start()

    def _ask_until_answered(self) -> None:
        pause = threading.Event()
        try:
            while not self._asks():
                pause.wait(BETWEEN_S)
        finally:
            self._answered.set()
        log.warning("the database answers again")
