"""Signing in: wrong passwords make their own address wait, and nobody else."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from liandong.foundation.access import public as access
from liandong.foundation.access import sign_in
from liandong.foundation.access.models import RateWindow
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county

RIGHT = "a long password 7"
OFFICE, HOME, ATTACKER = "198.51.100.1", "203.0.113.7", "192.0.2.66"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


@pytest.fixture(autouse=True)
def quick_hashes(settings) -> None:
    """Slow ones are the point of a password store, and none of this one."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def accounts(monday, small_county, quick_hashes) -> None:
    rows = [
        access.StaffInput(f"new{number}", "新设岗位", "handler", office_code="LAW", password=RIGHT) for number in (1, 2)
    ]
    access.import_staff(actor=SYSTEM, rows=rows)


def attempt(password: str, *, source: str = OFFICE, username: str = "new1", language: str = "zh-hans") -> HttpResponse:
    return Client(REMOTE_ADDR=source, headers={"Accept-Language": language}).post(
        "/accounts/login/", {"login": username, "password": password}
    )


def wrong(times: int, **how: str) -> HttpResponse:
    for _ in range(times):
        response = attempt("wrong", **how)
    return response


def gets_in(**how: str) -> bool:
    return attempt(RIGHT, **how).status_code == 302


def test_a_wrong_password_says_so_and_keeps_the_name() -> None:
    response = wrong(1)
    assert response.status_code == 200
    assert 'value="new1"' in response.content.decode()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "密码错了多次"), ("en", "Wrong password several times")])
def test_who_errs_again_and_again_waits_and_is_told_how_long(language: str, words: str) -> None:
    wrong(sign_in.FREE)
    response = attempt(RIGHT, language=language)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) <= sign_in.FIRST_WAIT_S + 1
    page = response.content.decode()
    assert words in page
    assert 'value="new1"' in page
    assert RIGHT not in page


def test_after_the_wait_the_right_password_gets_in_and_all_is_forgiven() -> None:
    wrong(sign_in.FREE + 3)
    with time.at(county.MONDAY + timedelta(seconds=sign_in.FIRST_WAIT_S + 1)):
        assert gets_in()
        wrong(sign_in.FREE - 1)
        assert gets_in()


def test_the_wait_grows_and_ends() -> None:
    waits = [sign_in.wait_of_pair(wrong, wrong) for wrong in range(30)]
    assert waits[: sign_in.FREE] == [0] * sign_in.FREE
    assert waits == sorted(waits)
    assert waits[-1] == sign_in.LONGEST_WAIT_S


def test_what_has_to_wait_is_not_counted() -> None:
    wrong(sign_in.FREE + 40)
    assert {row.count for row in RateWindow.objects.filter(key__startswith="sign-in")} == {sign_in.FREE}


def test_the_right_password_from_elsewhere_gets_in_whatever_others_do() -> None:
    wrong(8, source=ATTACKER)
    assert gets_in(source=HOME)
    for number in range(1, 120):
        wrong(1, source=f"192.0.2.{number}")
    assert gets_in(source="203.0.113.8")


def test_many_addresses_on_one_account_wait_after_their_first() -> None:
    for number in range(sign_in.BESET):
        wrong(1, source=f"192.0.2.{number}")
    assert wrong(1, source="203.0.113.9").status_code == 200
    assert wrong(1, source="203.0.113.9").status_code == 429


def test_an_address_that_errs_on_one_account_signs_in_to_another() -> None:
    wrong(sign_in.FREE + 2, username="new1")
    assert gets_in(username="new2")


def test_an_office_behind_one_address_signs_in_together() -> None:
    assert all(gets_in(username=f"new{1 + number % 2}") for number in range(40))
    for number in range(30):
        wrong(1, username=f"somebody{number}")
    assert gets_in()


def test_one_address_on_very_many_accounts_is_slowed() -> None:
    RateWindow.objects.bulk_create(
        RateWindow(key=key, window_start=time.now(), last_at=time.now(), count=sign_in.BUSY_ADDRESS)
        for key in [sign_in._keys("x", access.source_of(_request(ATTACKER)))[2]]
    )
    assert wrong(1, source=ATTACKER, username="somebody").status_code == 429
    assert gets_in(source=OFFICE)


def _request(source: str):
    response = Client(REMOTE_ADDR=source).get("/accounts/login/")
    return response.wsgi_request


@pytest.mark.parametrize("name", ["NEW1", " new1 ", "ｎｅｗ1"])
def test_another_spelling_of_the_name_is_the_same_account(name: str) -> None:
    wrong(sign_in.FREE, username="new1")
    assert wrong(1, username=name).status_code == 429


def test_a_name_that_nobody_has_waits_alike() -> None:
    wrong(sign_in.FREE, username="nobody")
    assert attempt("wrong", username="nobody").status_code == 429


def test_a_household_of_ipv6_is_one_address() -> None:
    for number in range(sign_in.FREE):
        wrong(1, source=f"2001:db8:1:2::{number + 1}")
    assert wrong(1, source="2001:db8:1:2::ffff").status_code == 429
    assert gets_in(source="2001:db8:1:3::1")


def test_addresses_of_ipv4_that_a_proxy_writes_as_ipv6_are_not_one_household() -> None:
    wrong(sign_in.FREE, source="::ffff:198.51.100.7")
    assert attempt("wrong", source="198.51.100.7").status_code == 429
    assert gets_in(source="::ffff:198.51.100.8")


def test_no_address_and_no_name_is_stored() -> None:
    wrong(2)
    assert not any(re.search(r"198\.51|new1", key) for key in RateWindow.objects.values_list("key", flat=True))


def test_there_is_no_second_door_to_sign_in_by() -> None:
    response = Client().get("/admin/login/?next=/admin/")
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
    tried = Client().post("/admin/login/", {"username": "new1", "password": RIGHT, "next": "/admin/"})
    assert tried.status_code == 302
    assert "sessionid" not in tried.cookies


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "login/code/confirm/", "reauthenticate/"])
def test_pages_for_people_from_outside_are_not_there(path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404
    assert Client().post(f"/accounts/{path}", {"email": "someone@else.example"}).status_code == 404


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "http://127.0.0.1:9/", "http://localhost/"]
)
def test_who_has_signed_in_stays_here(after: str) -> None:
    response = Client().post("/accounts/login/", {"login": "new1", "password": RIGHT, "next": after})
    assert response.headers["Location"] == "/console/"


def test_too_many_attempts_say_when_to_come_back() -> None:
    path = f"/r/{county.receive().number}/AAAA-AAAA-AAAA/"
    client = Client(headers={"Accept": "application/json"})
    codes = [client.get(path) for _ in range(12)]
    if codes[-1].status_code == 429:
        assert 0 < int(codes[-1].headers["Retry-After"]) <= 600
