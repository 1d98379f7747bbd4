"""One lane for each kind of work: so many at once, so many waiting, the others are refused at once, and fairly."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from liandong.app import serving
from liandong.app.lanes import Lane, Rates, Room, Source
from liandong.kernel.errors import Busy, TooMany
from liandong.launch.failure import Failure

HERE, THERE = Source("10.0.0.1", "a"), Source("10.0.0.2", "b")


def lane(*, places: int = 1, waiting: int = 2, wait_s: float = 10.0, before: Lane | None = None) -> Lane:
    return Lane("some", serving.Lane(places, waiting, 4, 0, wait_s), before)


class Visit(threading.Thread):
    """Somebody who takes a place as soon as there is one, and keeps it until he is told to go."""

    def __init__(self, at: Lane, source: Source) -> None:
        super().__init__(daemon=True)
        self._lane, self._source = at, source
        self.told_to_go = threading.Event()
        self.outcome = ""
        self.start()

    def run(self) -> None:
        try:
            with self._lane.work(self._source):
                self.outcome = "at work"
                self.told_to_go.wait(30)
            self.outcome = "done"
        except Busy:
            self.outcome = "refused"

    def go(self) -> None:
        self.told_to_go.set()
        self.join(30)


@contextmanager
def visits(at: Lane, *sources: Source) -> Iterator[list[Visit]]:
    """One after the other, each at work or waiting before the next comes."""
    made: list[Visit] = []
    try:
        for source in sources:
            before = at._working + len(at._waiting)
            made.append(Visit(at, source))
            until(lambda before=before: at._working + len(at._waiting) > before)
        yield made
    finally:
        for each in made:
            each.told_to_go.set()


def until(holds) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_who_finds_no_place_to_wait_is_refused_at_once() -> None:
    some = lane()
    with visits(some, HERE, HERE, HERE):
        begun = time.monotonic()
        with pytest.raises(Busy), some.work(HERE):
            pass
        with pytest.raises(Busy):
            some.check_room(HERE)
        assert time.monotonic() - begun < 1


def test_who_waits_is_called_in_the_order_of_coming() -> None:
    some = lane()
    with visits(some, HERE, HERE, HERE) as (first, second, third):
        first.go()
        until(lambda: second.outcome == "at work")
        assert third.outcome == ""
        second.go()
        until(lambda: third.outcome == "at work")


def test_nobody_waits_longer_than_the_lane_says() -> None:
    some = lane(wait_s=0.1)
    with visits(some, HERE):
        begun = time.monotonic()
        with pytest.raises(Busy), some.work(HERE):
            pass
        assert 0.1 <= time.monotonic() - begun < 5
    assert not some._waiting


def test_who_would_wait_too_long_is_not_let_wait() -> None:
    some = lane(waiting=10, wait_s=1.0)
    some._mean_s = 0.9
    with visits(some, HERE, HERE):
        begun = time.monotonic()
        with pytest.raises(Busy), some.work(HERE):
            pass
        assert time.monotonic() - begun < 0.9


def test_a_place_is_free_again_after_an_error() -> None:
    some = lane()
    with pytest.raises(ZeroDivisionError), some.work(HERE):
        _ = 1 / 0
    with some.work(HERE) as waited_s:
        assert waited_s == 0


def test_one_client_that_takes_everything_makes_room_for_another() -> None:
    some = lane(waiting=3)
    with visits(some, HERE, HERE, HERE, HERE) as (first, _, _, newest):
        some.check_room(THERE)
        other = Visit(some, THERE)
        newest.join(20)
        assert newest.outcome == "refused"
        with pytest.raises(Busy):
            some.check_room(HERE)
        other.told_to_go.set()
        first.go()


@pytest.mark.parametrize("newcomer", [Source("10.0.0.1", "other key"), Source("10.0.0.1", "")])
def test_made_up_keys_take_no_room_from_other_addresses(newcomer: Source) -> None:
    """One address with many keys stays one address: of its own crowd somebody leaves, never another address's one."""
    some = lane(waiting=3)
    with visits(some, THERE, HERE, HERE, THERE) as (_, mine, newest, theirs):
        Visit(some, newcomer).told_to_go.set()
        newest.join(5)
        assert (mine.outcome, newest.outcome, theirs.outcome) in (("", "refused", ""), ("", "", ""))


def test_many_keys_of_one_address_share_its_room() -> None:
    some = lane(waiting=3)
    with visits(some, HERE, HERE, HERE, HERE) as made:
        other = Visit(some, Source(HERE.address, "another"))
        made[3].join(20)
        assert made[3].outcome == "refused"
        other.told_to_go.set()


def test_intake_calls_fewer_in_while_pages_are_worked_on() -> None:
    pages = lane(places=4)
    intake = lane(places=4, before=pages)
    with pages.work(HERE), ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(intake.work(HERE))
        with visits(intake, HERE) as (third,):
            assert third.outcome == ""
    intake = lane(places=4, before=pages)
    with pages.work(HERE), pages.work(HERE), pages.work(HERE), pages.work(HERE), intake.work(HERE) as waited_s:
        assert waited_s == 0


def test_of_what_others_fill_slowly_one_address_takes_half_of_what_is_free() -> None:
    room = Room(8)
    for _ in range(4):
        room.take(HERE)
    with pytest.raises(TooMany) as refused:
        room.take(Source(HERE.address, "another key"))
    assert refused.value.retry_after_s > 0
    for address in ("10.0.0.2", "10.0.0.2", "10.0.0.3"):
        room.take(Source(address))
    with pytest.raises(Busy):
        room.take(Source("10.0.0.2"))
    room.take(Source("10.0.0.4"))
    with pytest.raises(Busy):
        room.take(Source("10.0.0.5"))
    room.give_back(HERE)
    with room.held(Source("10.0.0.5")), pytest.raises(Busy), room.held(Source("10.0.0.6")):
        pass
    assert room._held == {HERE.address: 3, "10.0.0.2": 2, "10.0.0.3": 1, "10.0.0.4": 1}


def test_a_source_has_so_many_requests_a_second_and_another_its_own() -> None:
    rates = Rates(0.5)
    rates.count("a")
    with pytest.raises(TooMany) as refused:
        rates.count("a")
    assert refused.value.retry_after_s == 1
    rates.count("b")


def test_the_share_of_connections_of_pages_cannot_be_taken_by_the_others() -> None:
    sizes = serving.sizes({})
    others = [sizes.intake, sizes.batches, sizes.exports]
    assert all(each.connections for each in others)
    assert sizes.pool - sum(each.connections for each in others) >= 4
    assert sizes.threads >= sizes.pool + sum(each.threads for each in (sizes.pages, *others))


def test_sizes_come_from_the_environment_and_what_is_no_number_is_told() -> None:
    found = serving.sizes({"LIANDONG_INTAKE_PLACES": "40", "LIANDONG_WEB_CONNECTIONS": "20"})
    assert (found.intake.places, found.pool) == (40, 20)
    assert found.threads == serving.sizes({}).threads + 8
    assert serving.environment({"LIANDONG_WEB_CONNECTIONS": "20"}) == {"LIANDONG_POOL": "20"}
    for wrong in ("0", "-1", "many", "1.5", "9" * 9):
        with pytest.raises(Failure, match="LIANDONG_INTAKE_PLACES"):
            serving.sizes({"LIANDONG_INTAKE_PLACES": wrong})
