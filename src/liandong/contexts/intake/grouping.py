"""Group commit: reports that come while others are being written wait, and are written together after them.

Whoever comes first writes; whoever comes meanwhile waits without a connection to the database; who has written wakes
those of his group and hands the writing on (docs/decisions/group-commit.md).
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from copy import copy

from django.db import InterfaceError, OperationalError, connection

from liandong.kernel.actor import Actor
from liandong.kernel.errors import Busy

from .commands import Sent, receive_sent
from .domain.incoming import Incoming, Received, Rejected

log = logging.getLogger(__name__)

MOST = 64
"""Reports in one group."""
PATIENCE_S = 10.0
"""How long a report waits for others to be written: longer than a statement and a new connection may take together, and
than a fresh process takes to read its registers.
"""

Outcome = Received | Rejected | Exception


def receive_one(*, actor: Actor, report: Incoming) -> Received | Rejected:
    """Takes one report in, as `receive` does, together with others that come at the same moment. Inside a transaction
    of the caller it goes in by itself. Raises Busy where it isn't known whether it was written: sent again under its
    key it is found, or taken then.
    """
    sent = Sent(actor, report)
    if connection.in_atomic_block:
        return receive_sent(batch=[sent])[0]
    outcome = _group.take(sent)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


class _Place:
    """The place of a report in the queue. Whoever is woken without an outcome writes the next group."""

    __slots__ = ("is_taken", "outcome", "sent", "woken")

    def __init__(self, sent: Sent) -> None:
        self.sent = sent
        self.outcome: Outcome | None = None
        self.is_taken = False
        self.woken = threading.Event()


class Group:
    """The queue of this process, and the rule that one at a time writes."""

    def __init__(self, write: Callable[[Sequence[Sent]], list[Outcome]]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._waiting: deque[_Place] = deque()
        self._is_writing = False

    def take(self, sent: Sent) -> Outcome:
        """Returns the outcome, which may be an error."""
        place = _Place(sent)
        with self._lock:
            if self._is_writing:
                self._waiting.append(place)
            else:
                self._is_writing = place.is_taken = True
        if not place.is_taken:
            try:
                _give_connection_back()
            except BaseException:
                self._leave(place)
                raise
            if not place.woken.wait(PATIENCE_S) and not self._leads_after_all(place):
                return Busy()
            if place.outcome is not None:
                return place.outcome
        return self._lead(place)

    def _leads_after_all(self, place: _Place) -> bool:
        """Out of patience: leaves the queue, unless it was woken this very moment."""
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
            return place.woken.is_set()

    def _leave(self, place: _Place) -> None:
        """Or nobody would write when it is called."""
        if self._leads_after_all(place) and not place.is_taken:
            self._end((), ())

    def _lead(self, own: _Place) -> Outcome:
        with self._lock:
            group = [own, *(self._waiting.popleft() for _ in range(min(MOST - 1, len(self._waiting))))]
            for place in group:
                place.is_taken = True
        outcomes: Sequence[Outcome] = ()
        try:
            outcomes = self._write([place.sent for place in group])
        finally:
            self._end(group, outcomes or [Busy() for _ in group])
        assert own.outcome is not None  # noqa: S101 (the type checker doesn't see `_end`)
        return own.outcome

    def _end(self, group: Sequence[_Place], outcomes: Sequence[Outcome]) -> None:
        """Hands the writing on before those of the group are woken."""
        with self._lock:
            following = self._waiting.popleft() if self._waiting else None
            self._is_writing = following is not None
            if following is not None:
                following.woken.set()
        for place, outcome in zip(group, outcomes, strict=True):
            place.outcome = outcome
            place.woken.set()


def _give_connection_back() -> None:
    """Where there are fewer connections than threads, a report that waited with one in hand would stand in the way of
    the one that writes.
    """
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close()


def write(batch: Sequence[Sent]) -> list[Outcome]:
    """All together; one by one where that fails for a reason that may lie with one of them. Where the database is away
    each gets that error: what has become of the group isn't known, and nothing is tried a second time.
    """
    try:
        return list(receive_sent(batch=batch))
    except (OperationalError, InterfaceError) as error:
        return _each_its_own(error, len(batch))
    except Exception as error:  # noqa: BLE001 (whatever it is, it's for the one who sent it)
        if len(batch) == 1:
            return [error]
        log.warning("a group of %s reports goes in one by one: %s", len(batch), type(error).__name__)
    return _one_by_one(batch)


def _one_by_one(batch: Sequence[Sent]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for place, sent in enumerate(batch):
        try:
            outcomes += receive_sent(batch=[sent])
        except (OperationalError, InterfaceError) as error:
            return outcomes + _each_its_own(error, len(batch) - place)
        except Exception as error:  # noqa: BLE001
            outcomes.append(error)
    return outcomes


def _each_its_own(error: Exception, count: int) -> list[Outcome]:
    """An error that two threads raise would mix up what each says of where it came from."""
    return [error, *(_copied(error) for _ in range(count - 1))]


def _copied(error: Exception) -> Exception:
    own = copy(error)
    own.__cause__ = error.__cause__
    return own


_group = Group(write)
