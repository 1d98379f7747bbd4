import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from liandong.foundation.events import commands
from liandong.foundation.events import public as events
from liandong.foundation.events.models import DeadLetter, Event, Retry
from liandong.foundation.events.registry import registry
from liandong.foundation.ledger.public import Stream
from liandong.kernel import time

pytestmark = pytest.mark.django_db


def subscriber(*types, name="", fails_on=()):
    """A subscriber that keeps the `n` of what it got, batch by batch, and fails on some of them."""
    batches = []

    def handle(batch):
        numbers = [event.payload["n"] for event in batch]
        batches.append(numbers)
        if set(numbers) & set(fails_on):
            raise ValueError(f"cannot take {numbers}")

    handle.__qualname__ = f"handle{name}"
    events.subscribe(*(types or ("CaseReceived",)))(handle)
    return batches


def later(seconds):
    return time.at(time.now() + timedelta(seconds=seconds))


def waiting():
    return list(Retry.objects.order_by("event_id").values_list("payload__n", "attempts"))


def test_event_reaches_the_subscribers_of_its_type_once(publish, drain_all):
    rows = []
    events.subscribe("CaseReceived", "CaseClosed")(rows.extend)
    other = subscriber("TaskAssigned")
    publish("CaseReceived", 17, n=1)
    publish("CaseClosed", 17, n=2)
    assert drain_all() == 2

    assert [(row.type, row.stream, row.payload) for row in rows] == [
        ("CaseReceived", Stream("case", 17), {"n": 1}),
        ("CaseClosed", Stream("case", 17), {"n": 2}),
    ]
    assert rows[0].at <= rows[1].at <= time.now()
    assert other == []
    assert drain_all() == 0
    assert events.backlog() == (0, 0, 0)


def test_event_that_nobody_wants_goes_away(publish, drain_all):
    publish(n=1)
    assert drain_all() == 1
    assert Event.objects.count() == 0


def test_event_of_a_command_that_is_rolled_back_never_was(drain_all):
    got = subscriber()
    with transaction.atomic():
        events.publish_many([events.NewEvent("CaseReceived", ("case", 1), {"n": 1})])
        transaction.set_rollback(True)
    drain_all()
    assert got == []


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        events.publish_many([events.NewEvent("CaseReceived", ("case", 1), {})])


def test_many_events_are_written_with_one_statement_and_handed_over_as_a_batch(django_assert_num_queries, drain_all):
    got = subscriber()
    with transaction.atomic(), django_assert_num_queries(1):
        events.publish_many(events.NewEvent("CaseReceived", ("case", 8), {"n": n}) for n in range(50))
    drain_all()
    assert got == [list(range(50))]


def test_a_batch_has_at_most_the_size_asked_for(publish):
    got = subscriber()
    for n in range(5):
        publish(n=n)
    while events.drain(limit=2):
        pass
    assert got == [[0, 1], [2, 3], [4]]


def test_what_little_waits_in_many_streams_is_one_batch(publish):
    got = subscriber()
    for n in range(2 * commands.LANES):
        publish(stream=n, n=n)
    assert events.drain() == 2 * commands.LANES
    assert got == [list(range(2 * commands.LANES))]


def test_event_published_by_a_subscriber_is_handed_over_too(publish, drain_all):
    got = subscriber("CaseRouted")

    @events.subscribe("CaseReceived")
    def route(batch):
        for event in batch:
            events.publish_many([events.NewEvent("CaseRouted", event.stream, event.payload)])

    publish(n=1)
    drain_all()
    assert got == [[1]]


def test_subscriber_without_types_is_refused():
    with pytest.raises(ValueError, match="types"):
        events.subscribe()(print)


def test_failing_event_waits_alone_while_others_and_other_subscribers_go_on(publish, drain_all):
    picky = subscriber(name="_picky", fails_on=[2])
    calm = subscriber(name="_calm")
    for n in (1, 2, 3):
        publish(stream=n * commands.LANES, n=n)
    drain_all()

    assert calm == [[1, 2, 3]]
    assert picky == [[1, 2, 3], [1], [2], [3]]
    assert waiting() == [(2, 1)]
    assert Event.objects.count() == 0


def test_work_of_a_failed_batch_is_undone_before_it_is_repeated(publish, drain_all):
    @events.subscribe("CaseReceived")
    def half(batch):
        for event in batch:
            with transaction.atomic():
                events.publish_many([events.NewEvent("Counted", event.stream, event.payload)])
            if event.payload["n"] == 2:
                raise ValueError

    counted = subscriber("Counted")
    publish(stream=8, n=1)
    publish(stream=16, n=2)
    drain_all()
    assert [n for batch in counted for n in batch] == [1]


def test_constraint_that_is_checked_late_fails_the_subscriber_and_not_the_batch(publish, drain_all):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")

    @events.subscribe("CaseReceived")
    def twice(batch):
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO once VALUES (%s)", [(1,), (1,)])

    calm = subscriber()
    publish(n=1)
    drain_all()
    assert calm == [[1]]
    assert "IntegrityError" in Retry.objects.get().error


def test_failing_event_comes_again_later_each_time(publish, drain_all):
    got = subscriber(fails_on=[1])
    publish(n=1)
    moments = [0, 1, 2.1, 5, 6.2, 14.3]
    start = time.now()
    for seconds in moments:
        with time.at(start + timedelta(seconds=seconds)):
            drain_all()
    assert len(got) == 4, "at once, after 2 s, after 4 s more, after 8 s more"
    assert waiting() == [(1, 4)]


def test_event_that_succeeds_at_last_is_done(publish, drain_all):
    fails_on = {1}
    got = subscriber(fails_on=fails_on)
    publish(n=1)
    drain_all()
    fails_on.clear()
    with later(3):
        drain_all()
    assert got == [[1], [1]]
    assert events.backlog() == (0, 0, 0)


def test_after_eight_attempts_it_is_a_dead_letter_with_its_error(publish, drain_all):
    got = subscriber(fails_on=[1])
    publish("CaseReceived", 17, n=1)
    start = time.now()
    for hours in range(12):
        with time.at(start + timedelta(hours=hours)):
            drain_all()

    assert len(got) == commands.MAX_ATTEMPTS == 8
    (letter,) = events.dead_letters()
    assert (letter.type, letter.stream, letter.attempts) == ("CaseReceived", ("case", 17), 8)
    assert letter.error == "ValueError: cannot take [1]"
    assert letter.subscriber.endswith("handle")
    assert events.backlog() == (0, 0, 1)


def test_dead_letter_can_be_revived(publish, drain_all):
    fails_on = {1}
    got = subscriber(fails_on=fails_on)
    publish(n=1)
    for hours in range(12):
        with later(hours * 3600):
            drain_all()
    fails_on.clear()
    assert events.revive(ids=[letter.id for letter in events.dead_letters()]) == 1
    drain_all()
    assert got[-1] == [1]
    assert events.backlog() == (0, 0, 0)


def test_later_events_of_the_stream_wait_behind_the_failing_one(publish, drain_all):
    fails_on = {1}
    got = subscriber(fails_on=fails_on)
    publish(stream=8, n=1)
    publish(stream=8, n=2)
    publish(stream=16, n=3)
    drain_all()
    publish(stream=8, n=4)
    drain_all()
    assert waiting() == [(1, 1), (2, 0), (4, 0)]

    got.clear()
    fails_on.clear()
    with later(3):
        drain_all()
    assert got == [[1], [2], [4]]


def test_later_events_of_the_stream_go_on_once_the_failing_one_is_dead(publish, drain_all):
    got = subscriber(fails_on=[1])
    publish(n=1)
    publish(n=2)
    for hours in range(12):
        with later(hours * 3600):
            drain_all()
    assert got[-1] == [2]
    assert events.backlog() == (0, 0, 1)


def test_waiting_for_a_subscriber_that_is_no_more_ends_as_dead_letter(publish, drain_all):
    subscriber(fails_on=[1])
    publish(n=1)
    drain_all()
    registry.subscribers.clear()
    with later(3):
        drain_all()
    assert [letter.error for letter in events.dead_letters()] == ["no such subscriber any more"]


@pytest.mark.django_db(transaction=True)
class TestTransactionsOfTheirOwn:
    @pytest.fixture
    def other(self):
        parameters = connection.get_connection_params()
        known = ("dbname", "user", "password", "host", "port")
        with psycopg.connect(**{key: parameters[key] for key in known if parameters.get(key)}) as other:
            yield other

    def test_event_that_commits_after_a_later_one_was_handed_over_is_not_missed(self, publish, drain_all, other):
        got = subscriber()
        other.execute(
            "INSERT INTO events_event (type, stream_kind, stream_id, payload, at)"
            """ VALUES ('CaseReceived', 'case', 2, '{"n": 1}', now())"""
        )
        publish(n=2)
        drain_all()
        assert got == [[2]]
        other.commit()
        drain_all()
        assert got == [[2], [1]]

    def test_a_lane_that_another_worker_has_is_left_alone(self, publish, drain_all, other):
        got = subscriber()
        publish(stream=1, n=1)
        publish(stream=2, n=2)
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (commands._LANE_LOCKS, 1))
        drain_all()
        assert got == [[2]]
        other.rollback()
        drain_all()
        assert got == [[2], [1]]

    def test_where_much_waits_a_worker_takes_one_lane_and_leaves_the_others_theirs(self, other):
        free = []

        @events.subscribe("CaseReceived")
        def look(batch):
            lanes = (commands._CLAIM, [list(range(commands.LANES)), commands._LANE_LOCKS])
            free.append(commands.LANES - len(other.execute(*lanes).fetchall()))
            other.rollback()

        with transaction.atomic():
            events.publish_many(events.NewEvent("CaseReceived", ("case", n), {"n": n}) for n in range(80))
        assert events.drain(limit=10) == 10
        assert events.drain(limit=25) == 25
        assert free == [1, 3]

    def test_two_workers_hand_over_everything_once_and_each_stream_in_order(self, drain_all):
        got, lock = [], threading.Lock()

        @events.subscribe("CaseReceived")
        def keep(batch):
            with lock:
                got.extend((event.stream.id, event.payload["n"]) for event in batch)

        with transaction.atomic():
            events.publish_many(events.NewEvent("CaseReceived", ("case", n % 20), {"n": n}) for n in range(2_000))
        failures = []

        def work():
            try:
                while Event.objects.exists():
                    events.drain(limit=30)
            except Exception as error:  # noqa: BLE001
                failures.append(error)
            finally:
                connection.close()

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert failures == []
        assert len(got) == 2_000
        for stream in range(20):
            assert [n for id_, n in got if id_ == stream] == list(range(stream, 2_000, 20))

    def test_worker_that_is_killed_in_a_subscriber_loses_nothing_and_does_nothing_twice(self, publish, drain_all):
        for n in range(3):
            publish(stream=8, n=n)
        done = subprocess.run([sys.executable, "-c", KILLED_IN_SUBSCRIBER], env=_environment(), check=False)
        assert done.returncode == -signal.SIGKILL
        with transaction.atomic(), connection.cursor() as cursor:  # until the server has noticed that it is gone
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [commands._LANE_LOCKS, 8 % commands.LANES])
        assert set(Event.objects.values_list("type", flat=True)) == {"CaseReceived"}, "its own work is undone"

        got = subscriber()
        drain_all()
        assert got == [[0, 1, 2]]

    def test_connection_that_breaks_in_a_subscriber_is_no_failed_attempt(self, publish, drain_all, other):
        @events.subscribe("CaseReceived")
        def cut(batch):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        publish(n=1)
        with pytest.raises(Exception, match=r"terminat|closed"):
            drain_all()
        connection.close()
        assert events.backlog() == (1, 0, 0)


KILLED_IN_SUBSCRIBER = """
import os, signal, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["DATABASE_OF_THE_TEST"]
django.setup()
from liandong.foundation.events import public as events
from liandong.foundation.events.registry import registry
registry.subscribers.clear()

@events.subscribe("CaseReceived")
def die(batch):
    events.publish_many([events.NewEvent("HalfDone", ("case", 8), {"n": 0})])
    os.kill(os.getpid(), signal.SIGKILL)

events.drain()
"""


def _environment():
    return os.environ | {
        "DATABASE_OF_THE_TEST": connection.settings_dict["NAME"],
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


def test_dead_letter_keeps_the_event_whole(publish, drain_all):
    subscriber(fails_on=[1])
    publish(n=1, place="桥头")
    for hours in range(12):
        with later(hours * 3600):
            drain_all()
    assert DeadLetter.objects.get().payload == {"n": 1, "place": "桥头"}
