"""Accounts of posts, keys of client systems, attempts that are counted."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from liandong.foundation.access import jobs
from liandong.foundation.access import public as access
from liandong.foundation.access.models import ApiKey, RateWindow, Staff
from liandong.foundation.ledger import public as ledger
from liandong.foundation.registers import public as registers
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Role
from liandong.kernel.errors import InvalidInput, TooMany
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.mark.parametrize(
    ("username", "role", "office", "division"),
    [
        ("clerk", Role.CLERK, "SGC", None),
        ("law1", Role.HANDLER, "LAW", None),
        ("town_a", Role.DISPATCHER, "TWN-A", county.TOWN_A),
        ("leader", Role.LEADER, None, None),
    ],
)
def test_a_post_acts_with_its_role_office_and_division(username: str, role: Role, office: str, division: str) -> None:
    actor = county.post(username)
    assert (actor.kind, actor.role) == ("staff", role)
    assert actor.office_id == (county.office(office) if office else None)
    assert actor.division_id == (county.division(division) if division else None)
    assert actor.ref == f"staff:{actor.id}"
    assert actor.cell_ids == ()


def test_a_grid_worker_carries_the_cells_that_are_his() -> None:
    assert set(county.post("grid_a1").cell_ids) == {county.division(county.CELLS[cell]) for cell in ("A11", "A12")}


def test_an_account_without_a_password_cannot_sign_in() -> None:
    assert not Client().login(username="law1", password="")
    assert not Staff.objects.get(username="law1").has_usable_password()


def test_a_password_is_kept_hashed_and_left_alone_by_a_file_without_one() -> None:
    row = access.StaffInput("new1", "新设一岗", "handler", office_code="LAW", password="a long password 7")
    access.import_staff(actor=SYSTEM, rows=[row])
    assert Client().login(username="new1", password="a long password 7")
    access.import_staff(actor=SYSTEM, rows=[access.StaffInput("new1", "改名一岗", "handler", office_code="LAW")])
    assert Client().login(username="new1", password="a long password 7")
    assert "a long password" not in str(ledger.entries(("staff", 0)))


def test_a_password_may_come_hashed() -> None:
    hashed = make_password("a long password 7")
    row = access.StaffInput("new1", "新设一岗", "handler", office_code="LAW", password_hash=hashed)
    for _ in range(2):
        access.import_staff(actor=SYSTEM, rows=[row])
        assert Staff.objects.get(username="new1").password == hashed
    assert Client().login(username="new1", password="a long password 7")


@pytest.mark.parametrize("role", ["reporter", "boss", "", "Handler"])
def test_a_role_that_no_post_has_is_refused(role: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        access.import_staff(actor=SYSTEM, rows=[access.StaffInput("new1", "新设一岗", role)])
    assert refused.value.field == "role"
    assert not Staff.objects.filter(username="new1").exists()


def test_a_post_that_was_ended_is_signed_out_and_no_longer_listed(client: Client) -> None:
    staff = Staff.objects.get(username="law1")
    client.force_login(staff)
    assert client.get("/console/tasks/").status_code == 200
    staff.is_active = False
    registers.save_row(actor=SYSTEM, row=staff, register="staff", changed=["is_active"])
    assert client.get("/console/tasks/").status_code == 302
    assert staff.pk not in access.staff()


def test_a_key_is_shown_once_and_opens_for_its_client_until_it_is_switched_off() -> None:
    key = access.create_api_key(actor=SYSTEM, name="气象站", channel="device")
    row = ApiKey.objects.get()
    assert key not in f"{bytes(row.key_hash)!r}{row.name}{ledger.entries(('api_keys', 0))}"
    actor = access.client(key)
    assert (actor.kind, actor.id, actor.role, actor.label) == ("client", row.pk, Role.REPORTER, "device:气象站")
    assert access.client(key + "x") is None
    assert access.client("") is None
    row.active = False
    registers.save_row(actor=SYSTEM, row=row, register="api_keys", changed=["active"])
    assert access.client(key) is None


def attempt(key: str = "k", *, times: int = 1) -> None:
    for _ in range(times):
        access.count_attempt(key=key, limit=3, window_s=60)


def test_attempts_over_the_limit_are_refused_until_the_window_has_passed() -> None:
    with time.at(county.MONDAY):
        attempt(times=3)
        with pytest.raises(TooMany):
            attempt()
        attempt("another key", times=3)
    with time.at(county.MONDAY + county.hours(61 / 3600)):
        attempt(times=3)
        with pytest.raises(TooMany):
            attempt()


def test_who_keeps_trying_does_not_lengthen_the_window() -> None:
    with time.at(county.MONDAY):
        attempt(times=3)
    with time.at(county.MONDAY + county.hours(59 / 3600)), pytest.raises(TooMany):
        attempt()
    with time.at(county.MONDAY + county.hours(61 / 3600)):
        attempt()


def test_a_long_key_is_counted_too() -> None:
    with time.at(county.MONDAY):
        attempt("x" * 500, times=3)
        with pytest.raises(TooMany):
            attempt("x" * 500)
    assert RateWindow.objects.count() == 1


def test_attempts_are_forgotten_after_a_day() -> None:
    with time.at(county.MONDAY):
        attempt("old")
    with time.at(county.MONDAY + county.hours(20)):
        attempt("new")
    with time.at(county.MONDAY + county.hours(25)):
        jobs.forget_old_attempts()
    assert list(RateWindow.objects.values_list("key", flat=True)) == ["new"]
