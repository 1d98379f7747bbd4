"""Registers in memory: loaded once, loaded again after a change here or elsewhere, never handed out empty."""

from threading import Event as Signal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.models import Entry
from liandong.foundation.orgs.models import Office
from liandong.foundation.registers import cache
from liandong.foundation.registers import public as registers
from liandong.foundation.registers.models import RegisterVersion
from liandong.foundation.registers.public import Cached
from liandong.kernel.actor import SYSTEM
from tests import county, databases


@pytest.fixture
def counted(db, monkeypatch):
    """A cache that rests on the register "offices", and how often it was loaded."""
    monkeypatch.setattr(Cached, "_all", [])
    loads: list[int] = []

    def load() -> tuple[int]:
        loads.append(1)
        return (len(loads),)

    return Cached(load, "offices"), loads


def test_a_register_is_loaded_once(counted, django_assert_num_queries) -> None:
    cached, loads = counted
    cached.get()
    with django_assert_num_queries(0):
        assert [cached.get() for _ in range(5)] == [(1,)] * 5
    assert len(loads) == 1


def test_a_change_here_is_seen_at_once(counted) -> None:
    cached, _ = counted
    cached.get()
    registers.bump("offices")
    assert cached.get() == (2,)


def test_a_change_of_another_register_is_nothing_to_it(counted) -> None:
    cached, _ = counted
    cached.get()
    registers.bump("duties")
    assert cached.get() == (1,)


def test_a_change_by_another_process_is_seen_at_the_next_look(counted, monkeypatch) -> None:
    cached, _ = counted
    cached.get()
    RegisterVersion.objects.filter(name="offices").update(version=10**6)
    assert cached.get() == (1,)
    monkeypatch.setattr(cache, "RECHECK_S", 0)
    assert cached.get() == (2,)
    assert cached.get() == (2,)


def test_a_register_is_forgotten_again_when_the_change_is_committed(
    counted, django_capture_on_commit_callbacks
) -> None:
    cached, _ = counted
    with django_capture_on_commit_callbacks(execute=True):
        registers.bump("offices")
        assert cached.get() == (1,)
    assert cached.get() == (2,)


def test_what_was_rolled_back_is_not_taken_for_a_later_change(counted, monkeypatch) -> None:
    cached, loads = counted
    monkeypatch.setattr(cache, "RECHECK_S", 0)
    registers.bump("offices")
    with transaction.atomic():
        registers.bump("offices")
        cached.get()
        transaction.set_rollback(True)
    monkeypatch.setattr(Cached, "forget_all", lambda *names: None)  # another process changes it
    registers.bump("offices")
    assert cached.get() == (len(loads),) == (2,)


@pytest.mark.usefixtures("committed")
def test_who_asks_while_a_register_is_forgotten_gets_the_register(monkeypatch) -> None:
    """A reader is stopped between its look at the value and its return; meanwhile the value is forgotten."""
    monkeypatch.setattr(Cached, "_all", [])
    cached = Cached(lambda: ("value",), "offices")
    cached.get()
    stopped, forgotten = Signal(), Signal()

    def clock() -> float:
        stopped.set()
        forgotten.wait(10)
        return 0.0

    def forget() -> None:
        stopped.wait(10)
        cached.forget()
        forgotten.set()

    monkeypatch.setattr(cache.time, "monotonic", clock)
    value, _ = county.together(cached.get, forget)
    assert value == ("value",)


@pytest.mark.usefixtures("committed")
class TestTogether:
    @pytest.fixture
    def caches(self, monkeypatch) -> dict[str, Cached[tuple[str, int]]]:
        monkeypatch.setattr(Cached, "_all", [])
        monkeypatch.setattr(cache, "_look", cache._Look())
        loads: dict[str, int] = {}

        def load(name: str) -> tuple[str, int]:
            loads[name] = loads.get(name, 0) + 1
            return name, loads[name]

        made = {name: Cached(lambda name=name: load(name), name) for name in ("offices", "duties", "staff", "nowhere")}
        for each in made.values():
            each.get()
        return made

    def later(self, monkeypatch, seconds: float) -> None:
        now = cache.time.monotonic()
        monkeypatch.setattr(cache, "RECHECK_S", 2.0)
        monkeypatch.setattr(cache.time, "monotonic", lambda: now + seconds)

    def test_one_query_tells_all_caches_that_nothing_has_changed(
        self, caches, monkeypatch, django_assert_num_queries
    ) -> None:
        for seconds in (3, 6):
            self.later(monkeypatch, seconds)
            with django_assert_num_queries(1):
                assert {each.get()[1] for each in caches.values()} == {1}
        with django_assert_num_queries(0):
            assert {each.get()[1] for each in caches.values()} == {1}

    def test_only_what_has_changed_elsewhere_is_loaded_again(self, caches, monkeypatch) -> None:
        RegisterVersion.objects.filter(name="duties").update(version=F("version") + 1)
        self.later(monkeypatch, 3)
        assert {name: each.get()[1] for name, each in caches.items()} == {
            "offices": 1,
            "duties": 2,
            "staff": 1,
            "nowhere": 1,
        }

    def test_what_a_transaction_sees_is_told_to_no_other_cache(self, caches, monkeypatch) -> None:
        self.later(monkeypatch, 3)
        with transaction.atomic():
            RegisterVersion.objects.filter(name="duties").update(version=F("version") + 1)
            caches["offices"].get()
            (other,) = county.together(caches["duties"].get)
            assert other[1] == 1
        self.later(monkeypatch, 6)
        assert caches["duties"].get()[1] == 2

    def test_while_one_looks_the_others_go_on_with_what_they_have(self, caches, monkeypatch) -> None:
        self.later(monkeypatch, 3)
        with caches["offices"]._lock:
            assert caches["offices"].get() == ("offices", 1)
            caches["offices"].forget()
            monkeypatch.setattr(cache, "PATIENCE_S", 0.01)
            assert caches["offices"].get() == ("offices", 2)
        assert caches["offices"].get() == ("offices", 3)


@pytest.mark.usefixtures("small_county")
class TestRows:
    def test_a_row_saved_by_hand_is_recorded_with_what_changed(self) -> None:
        row = Office.objects.get(code="LAW")
        row.name = "县城市管理局"
        registers.save_row(actor=SYSTEM, row=row, register="offices", changed=["name"])
        (entry,) = ledger.entries(("offices", row.pk))
        assert (entry.action, entry.actor) == ("RegisterRowChanged", SYSTEM.ref)
        assert entry.payload == {"row": "orgs.office", "fields": {"name": "县城市管理局"}}

    def test_a_new_row_is_recorded_whole(self) -> None:
        row = Office(code="NEW", name="新设局")
        registers.save_row(actor=SYSTEM, row=row, register="offices")
        (entry,) = ledger.entries(("offices", row.pk))
        assert entry.action == "RegisterRowAdded"
        assert entry.payload["fields"]["code"] == "NEW"

    def test_passwords_and_addresses_are_recorded_without_their_value(self) -> None:
        staff = county.Staff.objects.get(username="law1")
        staff.email, staff.password = "law1@example.invalid", "pbkdf2$secret"
        registers.save_row(actor=SYSTEM, row=staff, register="staff", changed=["email", "password", "office"])
        (entry,) = ledger.entries(("staff", staff.pk))
        assert entry.payload["fields"] == {"email": "changed", "password": "changed", "office": staff.office_id}

    def test_a_row_that_cannot_be_saved_leaves_no_record(self) -> None:
        before = Entry.objects.count()
        with pytest.raises(IntegrityError):
            registers.save_row(actor=SYSTEM, row=Office(code="LAW", name="重复的代码"), register="offices")
        assert Entry.objects.count() == before


def test_nothing_is_known_in_a_database_of_what_stood_in_another(counted, monkeypatch) -> None:
    cached, _ = counted
    cached.get()
    name = connection.settings_dict["NAME"]
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction goes on
    databases.on(name)
    assert cached.get() == (2,)
