"""Opens when the database doesn't answer; from then on nobody waits for it but one question of its own."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
BETWEEN_S = 0.5
SUSPICION_S = 0.2


class Breaker:
    """`asks` answers whether the database does. A thread asks it at the first silence, and again and again until it
    says yes. Only where that doesn't come at once is the breaker open: a single slow statement shuts out nobody.
    """

    def __init__(self, asks: Callable[[], bool]) -> None:
        self._asks = asks
        self._lock = threading.Lock()
        self._is_asking = False
        self.is_open = False

    def trip(self, why: str) -> None:
        with self._lock:
            if self._is_asking:
                return
            self._is_asking = True
        settled = threading.Event()
        try:
            threading.Thread(target=self._ask_until_answered, args=(settled,), name="breaker", daemon=True).start()
        except RuntimeError as error:
            self._close()
            log.error("nobody can ask the database whether it answers: %s", error)  # noqa: TRY400 (no fault of ours)
            return
        settled.wait(SUSPICION_S)
        with self._lock:
            self.is_open = self._is_asking
        if self.is_open:
            log.error("the database does not answer, requests are refused until it does: %s", why)

    def _ask_until_answered(self, settled: threading.Event) -> None:
        pause = threading.Event()
        try:
            while not self._asks():
                settled.set()
                pause.wait(BETWEEN_S)
        finally:
            was_open = self._close()
            settled.set()
        if was_open:
            log.warning("the database answers again")

    def _close(self) -> bool:
        """Whether it was open."""
        with self._lock:
            was_open, self.is_open, self._is_asking = self.is_open, False, False
        return was_open
