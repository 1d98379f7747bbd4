"""The proof itself: load, kills at random moments, and what is found afterwards."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from liandong.proof.house import House, Victim, opened

from .findings import look
from .senders import Book, Sender

CONNECTIONS = 8
FIND_PATIENCE_S = 60.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Kill:
    """`after_s` since the load began; `silent_s` until a report was acknowledged again."""

    victim: Victim
    pid: int
    after_s: float
    silent_s: float


@dataclass(frozen=True, slots=True)
class Proof:
    """`lost_answers`: reports that were in although their client had heard nothing, and were told so on repeating.

    `statuses` counts answers by HTTP status, and connections that broke by the error's name.
    """

    acknowledged: int
    lost_answers: int
    seconds: float
    kills: tuple[Kill, ...]
    statuses: Counter[str]
    findings: tuple[str, ...]


def prove(data: Path, *, seconds: float, kills: int, seed: int, say: Say = lambda _line: None) -> Proof:
    """Runs it all in `data`, a folder that is new or empty and that the embedded PostgreSQL can reach.

    Raises RuntimeError where the installation doesn't open, or doesn't start a killed process again within a minute.
    """
    say("打开示例县 · opening the fictional county")
    with opened(data) as house:
        book, stop = Book(), threading.Event()
        points = house.points()
        senders = [Sender(number, house, points, book, stop) for number in range(1, CONNECTIONS + 1)]
        say(f"{CONNECTIONS} 个客户端开始上报 · {CONNECTIONS} clients begin to report")
        begun = time.monotonic()
        for sender in senders:
            sender.start()
        try:
            done = tuple(_kill_all(house, book, seconds, kills, random.Random(seed), say))  # noqa: S311
        finally:
            stop.set()
            for sender in senders:
                sender.join()
        elapsed = time.monotonic() - begun
        say("核对 · checking")
        findings = tuple(look(house, book))
        if findings:
            say(house.log_tails())
    lost = sum(told.repeated for told in book.acknowledged)
    return Proof(len(book.acknowledged), lost, elapsed, done, book.statuses, findings)


def _kill_all(house: House, book: Book, seconds: float, kills: int, chance: random.Random, say: Say) -> Iterator[Kill]:
    """Each kind in turn, in an order and at moments by chance; the last tenth of the time is left in peace."""
    order = list(Victim)[:3] if kills < len(Victim) else list(Victim)
    victims: list[Victim] = []
    while len(victims) < kills:
        victims += chance.sample(order, len(order))
    moments = sorted(chance.uniform(0.1, 0.9) * seconds for _ in range(kills))
    begun = time.monotonic()
    for victim, moment in zip(victims[:kills], moments, strict=True):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        told = len(book.acknowledged)
        pid = kill_one(house, victim, chance)
        killed = time.monotonic()
        _wait_for_more(book, told + CONNECTIONS, killed)
        kill = Kill(victim, pid, killed - begun, time.monotonic() - killed)
        say(f"  {kill.after_s:6.1f} s  kill -9 {victim:<12} → {kill.silent_s:4.1f} s")
        yield kill
    time.sleep(max(0.0, begun + seconds - time.monotonic()))


def kill_one(house: House, victim: Victim, chance: random.Random) -> int:
    """Kills a process of this kind; one that was just killed is waited for until it runs again."""
    deadline = time.monotonic() + FIND_PATIENCE_S
    while time.monotonic() < deadline:
        found = house.pids(victim)
        if found and _kill(house, victim, pid := chance.choice(found)):
            return pid
        time.sleep(0.1)
    raise RuntimeError(f"no {victim} was started again: {house.log_tails()}")


def _kill(house: House, victim: Victim, pid: int) -> bool:
    """False when it has ended by itself; a stranger who got its number meanwhile is never met."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if pid not in house.pids(victim):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)
    return True


def _wait_for_more(book: Book, wanted: int, since: float) -> None:
    """Until so many were acknowledged, one for each client, the work goes on."""
    while len(book.acknowledged) < wanted and time.monotonic() - since < FIND_PATIENCE_S:
        time.sleep(0.02)
