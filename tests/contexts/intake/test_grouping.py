"""Reports that come at the same moment are written together, and each is answered as if it had come alone."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from liandong.contexts.intake import grouping
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.commands import Sent
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.public import Received, Rejected
from liandong.foundation.access import public as access
from liandong.foundation.events.models import Event
from liandong.foundation.ledger.models import Entry
from liandong.kernel.actor import SYSTEM, Actor, Role
from liandong.kernel.errors import Busy, Conflict, InvalidInput
from tests import county

pytestmark = pytest.mark.usefixtures("committed")
VISITOR = Actor(kind="reporter", role=Role.REPORTER, label="上报人")
WRITE = grouping.write


class Slow:
    """Writes as the house does, but holds the first group until so many others wait; remembers the groups."""

    def __init__(self, until: int, write: Callable[[Sequence[Sent]], list[grouping.Outcome]] = WRITE) -> None:
        self.group = grouping.Group(self)
        self.groups: list[list[Sent]] = []
        self.begun = threading.Event()
        self._until, self._write = until, write

    def __call__(self, batch: Sequence[Sent]) -> list[grouping.Outcome]:
        self.groups.append(list(batch))
        if len(self.groups) == 1:
            self.begun.set()
            patiently(lambda: self.waiting >= self._until)
        return self._write(batch)

    @property
    def waiting(self) -> int:
        return len(self.group._waiting)

    @property
    def sizes(self) -> list[int]:
        return [len(each) for each in self.groups]


def patiently(what: Callable[[], bool]) -> None:
    rest = threading.Event()
    for _ in range(12_000):
        if what():
            return
        rest.wait(0.005)
    raise AssertionError("it never came to that")


@pytest.fixture
def slow(monkeypatch) -> Callable[..., Slow]:
    monkeypatch.setattr(grouping, "PATIENCE_S", 60)  # a machine under load is no failure

    def make(until: int, **more: Any) -> Slow:
        made = Slow(until, **more)
        monkeypatch.setattr(grouping, "_group", made.group)
        return made

    return make


def one(report: intake.Incoming, actor: Actor = VISITOR) -> Received | Rejected:
    return grouping.receive_one(actor=actor, report=report)


def first_then(slow: Slow, first: intake.Incoming, others: Sequence[Callable[[], Any]]) -> list[Any]:
    """The first one writes, and the others come while it does."""

    def later(job: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: job() if slow.begun.wait(60) else None

    return county.together(lambda: one(first), *map(later, others))


def counts() -> set[int]:
    return {Report.objects.count(), Entry.objects.filter(stream_kind="case").count(), Event.objects.count()}


class Doors:
    """The doors of the county, and two clients with a key."""

    def __init__(self) -> None:
        names = ("中文客户端", "English client")
        self.keys = [access.create_api_key(actor=SYSTEM, name=name, channel="hotline") for name in names]
        self.clients = [access.client(key) for key in self.keys]

    def api(self, whose: int, words: str, key: str = "", **more: object) -> HttpResponse:
        lon, lat = county.POINTS["A11"]
        body = {"text": words, "lon": lon, "lat": lat, "category_code": county.POTHOLE} | more
        headers = {"X-Api-Key": self.keys[whose], "Idempotency-Key": key, "Accept-Language": ("zh-hans", "en")[whose]}
        return Client().post("/api/v1/reports", json.dumps(body), content_type="application/json", headers=headers)

    def open311(self, whose: int, words: str) -> HttpResponse:
        lon, lat = county.POINTS["B11"]
        fields = {"service_code": county.POTHOLE, "description": words, "lat": lat, "long": lon}
        return Client().post("/open311/v2/requests.json", fields | {"api_key": self.keys[whose]})

    def page(self, words: str) -> HttpResponse:
        lon, lat = county.POINTS["A12"]
        fields = {"text": words, "lon": lon, "lat": lat, "category_code": county.POTHOLE}
        return Client().post("/report/", fields)


@pytest.mark.parametrize("seed", range(4))
def test_of_reports_at_once_over_all_doors_each_gets_its_own_answer(seed: int, slow) -> None:
    """Of two clients and of visitors: good, spoilt and sent again, with the same words and with others."""
    doors, chance = Doors(), Random(seed)
    jobs: list[tuple[str, int, str, Callable[[], HttpResponse]]] = []
    for n in range(14):
        whose, words = chance.randrange(2), f"第{seed}-{n}件，路面有坑"
        kinds: dict[str, list[Callable[[], HttpResponse]]] = {
            "api": [partial(doors.api, whose, words)],
            "open311": [partial(doors.open311, whose, words)],
            "page": [partial(doors.page, words)],
            "bad": [partial(doors.api, whose, words, category_code="999999")],
            "again": [partial(doors.api, whose, words, f"k{n}")] * 2,
            "rivals": [partial(doors.api, whose, words + end, f"k{n}") for end in "甲乙"],
        }
        kind = chance.choice(["api", *kinds])
        jobs += [(kind, whose, words, job) for job in kinds[kind]]
    slow(4)
    answers = county.together(*(job for *_, job in jobs))
    found: dict[tuple[str, int, str], list[HttpResponse]] = {}
    for (*what, _), answer in zip(jobs, answers, strict=True):
        assert not isinstance(answer, BaseException), answer
        found.setdefault((what[0], what[1], what[2]), []).append(answer)
    for (kind, whose, words), told in found.items():
        statuses = sorted(answer.status_code for answer in told)
        written = [*Report.objects.filter(text__startswith=words)]
        assert statuses == STATUSES[kind], told[0].content.decode()
        assert len(written) == (0 if kind == "bad" else 1)
        assert {report.actor for report in written} <= {VISITOR.ref if kind == "page" else doors.clients[whose].ref}
        entries = Entry.objects.filter(stream_kind="case", stream_id__in=[report.case_id for report in written])
        assert [entry.actor for entry in entries] == [report.actor for report in written]
        if kind == "bad":
            assert json.loads(told[0].content)["title"].isascii() == (whose == 1), "in the language of its own request"
        if kind == "again":
            assert len({json.loads(answer.content)["receipt_code"] for answer in told}) == 1
    assert counts() == {sum(1 for kind, *_ in found if kind != "bad")}


STATUSES = {
    "api": [201],
    "open311": [200],
    "page": [302],
    "bad": [400],
    "again": [200, 201],
    "rivals": [201, 409],
}


def test_who_comes_alone_waits_for_nobody(slow) -> None:
    alone = slow(0)
    assert isinstance(one(county.report()), Received)
    assert isinstance(one(county.report()), Received)
    assert alone.sizes == [1, 1]


def test_who_comes_while_others_are_written_goes_in_with_the_next_group(slow) -> None:
    group = slow(5)
    staff, client = county.post("clerk"), Actor(kind="client", id=7, role=Role.REPORTER)
    actors = [staff, client, VISITOR, staff, client]
    jobs = [lambda a=actor, n=n: one(county.report(f"第{n}件"), a) for n, actor in enumerate(actors)]
    answers = first_then(group, county.report("先来的"), jobs)
    assert group.sizes == [1, 5]
    for actor, answer in zip(actors, answers[1:], strict=True):
        report = Report.objects.get(pk=answer.report_id)
        entry = Entry.objects.get(stream_kind="case", stream_id=answer.case_id)
        assert report.actor == entry.actor == actor.ref
    assert counts() == {6}


def test_a_group_has_a_bound(slow, monkeypatch) -> None:
    monkeypatch.setattr(grouping, "MOST", 3)
    group = slow(7)
    answers = first_then(group, county.report(), [lambda n=n: one(county.report(f"{n}件")) for n in range(7)])
    assert all(isinstance(answer, Received) for answer in answers)
    assert (group.sizes[0], sum(group.sizes), max(group.sizes)) == (1, 8, 3)


def test_what_can_t_be_taken_rejects_itself_alone(slow) -> None:
    group = slow(4)
    jobs = [
        lambda: one(county.report("好的")),
        lambda: one(county.report(category_code="999999")),
        lambda: one(county.report(lon=1e308)),
        lambda: one(county.report("也好")),
    ]
    answers = first_then(group, county.report(), jobs)
    assert [isinstance(answer, Received) for answer in answers] == [True, True, False, False, True]
    assert all(isinstance(answer.error, InvalidInput) for answer in answers[2:4])
    assert counts() == {3}


def test_one_key_twice_in_a_group_is_one_case_and_other_words_a_conflict(slow) -> None:
    group = slow(3)
    report = county.report("一样", origin_key="k1")
    answers = first_then(
        group, report, [lambda: one(report), lambda: one(report), lambda: one(county.report("两样", origin_key="k1"))]
    )
    assert {answer.case_id for answer in answers[:3]} == {answers[0].case_id}
    assert [answer.repeated for answer in answers[:3]] == [False, True, True]
    assert isinstance(answers[3].error, Conflict)
    assert counts() == {1}


@contextmanager
def refused_by_the_database(words: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE intake_report ADD CONSTRAINT of_a_test CHECK (text <> '{words}') NOT VALID")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_report DROP CONSTRAINT of_a_test")


def test_what_the_database_refuses_costs_no_other_report_of_the_group(slow) -> None:
    group = slow(4)
    words = ["甲", "乙", "坏的", "丙"]
    with refused_by_the_database("坏的"):
        answers = first_then(group, county.report("先来的"), [lambda w=w: one(county.report(w)) for w in words])
    assert [isinstance(answer, Received) for answer in answers] == [True, True, True, False, True]
    assert "of_a_test" in str(answers[3])
    assert counts() == {4}


def test_where_the_database_goes_away_each_of_the_group_gets_an_error_of_its_own(slow) -> None:
    calls = []

    def fails_once(batch: Sequence[Sent]) -> list[grouping.Outcome]:
        calls.append(len(batch))
        if len(calls) != 2:
            return WRITE(batch)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        end = county.together(lambda: _end(pid))
        assert end == [True]
        return WRITE(batch)

    group = slow(3, write=fails_once)
    reports = [county.report(f"第{n}件", origin_key=f"k{n}") for n in range(3)]
    answers = first_then(group, county.report(), [lambda r=r: one(r) for r in reports])
    lost = answers[1:]
    assert all(isinstance(answer, OperationalError) for answer in lost)
    assert len({id(answer) for answer in lost}) == 3
    assert all(isinstance(access.our_error(answer), Busy) for answer in lost)
    again = [one(report) for report in reports]
    assert all(isinstance(answer, Received) for answer in again)
    assert counts() == {4}


def _end(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return bool(cursor.fetchone()[0])


def test_who_writes_may_fall_over_and_all_are_woken(slow) -> None:
    calls = []

    def dies_once(batch: Sequence[Sent]) -> list[grouping.Outcome]:
        calls.append(len(batch))
        if len(calls) == 2:
            raise SystemExit
        return WRITE(batch)

    group = slow(3, write=dies_once)
    answers = first_then(group, county.report(), [lambda n=n: one(county.report(f"{n}")) for n in range(3)])
    assert Counter(type(answer) for answer in answers[1:]) == {SystemExit: 1, Busy: 2}
    assert isinstance(one(county.report()), Received)
    assert counts() == {2}


def test_whoever_waits_too_long_is_told_so_and_isn_t_written_behind_his_back(slow, monkeypatch) -> None:
    monkeypatch.setattr(grouping, "PATIENCE_S", 0.2)
    gone = threading.Event()

    def waits(batch: Sequence[Sent]) -> list[grouping.Outcome]:
        assert gone.wait(60)
        return WRITE(batch)

    group = slow(1, write=waits)
    late = county.report("等不及的", origin_key="k1")

    def impatient() -> Received | Rejected:
        try:
            return one(late)
        finally:
            gone.set()

    first, second = first_then(group, county.report(), [impatient])
    assert isinstance(first, Received)
    assert isinstance(second, Busy)
    assert counts() == {1}
    assert one(late).repeated is False


def test_a_caller_in_a_transaction_goes_in_with_it_and_out_with_it(slow) -> None:
    group = slow(0)
    with transaction.atomic():
        assert isinstance(one(county.report()), Received)
        transaction.set_rollback(True)
    assert group.sizes == []
    assert counts() == {0}


@pytest.fixture
def two_connections() -> Iterator[None]:
    """A pool of two for all threads."""
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    options["pool"] = {"min_size": 0, "max_size": 2, "timeout": 20}
    yield
    connection.close()
    connection.close_pool()
    del options["pool"]


def test_with_more_threads_than_connections_nobody_hangs(two_connections, slow) -> None:
    """Those that hold all connections wait for one that has none yet."""
    connection.close()
    held = threading.Barrier(3)

    def leads() -> Received | Rejected:
        held.wait(60)
        return one(county.report("没有连接的"))

    def with_connection(n: int) -> Received | Rejected:
        connection.ensure_connection()
        held.wait(60)
        assert group.begun.wait(60)
        return one(county.report(f"第{n}件"))

    group = slow(2)
    answers = county.together(leads, lambda: with_connection(1), lambda: with_connection(2))
    assert all(isinstance(answer, Received) for answer in answers), answers
    many = county.together(*(lambda n=n: one(county.report(f"又{n}")) for n in range(24)))
    assert all(isinstance(answer, Received) for answer in many), many
    connection.close()
    assert Report.objects.count() == 27


def test_who_falls_over_before_he_waits_holds_up_nobody(slow, monkeypatch) -> None:
    """He stands in the queue already, and would be called to write."""
    falls, give_back = threading.Event(), grouping._give_connection_back

    def breaks_once() -> None:
        if not falls.is_set():
            falls.set()
            raise RuntimeError
        give_back()

    monkeypatch.setattr(grouping, "_give_connection_back", breaks_once)
    group = slow(1)

    def second() -> Received | Rejected:
        assert falls.wait(60)
        return one(county.report("后来的"))

    answers = first_then(group, county.report(), [lambda: one(county.report("倒下的")), second])
    assert [type(answer) for answer in answers] == [Received, RuntimeError, Received]
    assert isinstance(one(county.report("再来的")), Received)
    assert counts() == {3}
