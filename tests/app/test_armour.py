"""What every page's answer carries against other sites and injected scripts, and how long somebody stays signed in."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from liandong.contexts.cases import public as cases
from liandong.contexts.handovers import public as handovers
from liandong.contexts.intake.calls.commands import begin_call
from liandong.contexts.intake.models import Report
from liandong.foundation.access.models import Staff
from liandong.kernel.actor import Actor
from liandong.kernel.roles import Role
from tests import county
from tests.contexts.console.reading import signed_in

PAGES = ("/", "/report/", "/status/", "/accounts/login/", "/accounts/password/change/", "/console/square/", "/admin/")
PASSWORD = "a long password 7"
COOKIES = """
import json, django
from django.conf import settings
django.setup()
names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.fixture(autouse=True)
def _county(small_county) -> None:
    """Every page has its posts."""


def policy(header: str) -> dict[str, set[str]]:
    rules = (rule.split() for rule in header.split(";") if rule.strip())
    return {name: set(sources) for name, *sources in rules}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_our_scripts_only_and_stands_in_no_frame_of_another_site(path: str) -> None:
    answer = signed_in("admin" if path == "/admin/" else "coordinator").get(path)
    rules = policy(answer["Content-Security-Policy"])
    assert rules["default-src"] == {"'self'"}
    assert rules["script-src"] == {"'self'"}
    assert rules["object-src"] == {"'none'"}
    assert rules["base-uri"] == {"'self'"}
    assert rules["frame-ancestors"] == {"'none'"}
    assert rules["form-action"] == {"'self'"}
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def settings_with(**environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", COOKIES],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "liandong.app.settings", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def test_behind_https_no_cookie_goes_over_a_plain_line() -> None:
    found = settings_with(LIANDONG_HTTPS="1", LIANDONG_HOSTS="x.example")
    assert (found["SESSION_COOKIE_SECURE"], found["CSRF_COOKIE_SECURE"]) == (True, True)
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def account() -> Client:
    staff = Staff.objects.get(username="law1")
    staff.set_password(PASSWORD)
    staff.save()
    client = Client()
    assert client.post("/accounts/login/", {"login": "law1", "password": PASSWORD}).status_code == 302
    return client


def test_who_signs_in_stays_so_for_twelve_hours_at_most_and_no_script_reads_it() -> None:
    client = account()
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] in ("Lax", "Strict")
    left = Session.objects.get(session_key=cookie.value).expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/console/square/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("password", ["short7", "ninesigns", "1234567890", "password123", "law1law1"])
def test_a_password_that_is_guessed_at_once_is_refused_and_nothing_changes(password: str) -> None:
    client = account()
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = client.post("/accounts/password/change/", typed)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert Staff.objects.get(username="law1").check_password(PASSWORD)


def test_ten_signs_that_nobody_guesses_are_enough() -> None:
    client = account()
    typed = {"oldpassword": PASSWORD, "password1": "qz7-wvk-px", "password2": "qz7-wvk-px"}
    assert client.post("/accounts/password/change/", typed).status_code == 302
    assert Staff.objects.get(username="law1").check_password("qz7-wvk-px")


WICKED = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def shown(client: Client, *paths: str) -> str:
    pages = [client.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200] * len(paths)
    return "".join(page.content.decode() for page in pages)


def test_words_of_anybody_are_words_on_every_page_that_shows_them() -> None:
    """Report, note, question, reply and answer: on the case page, its sheet, by the receipt and at the telephone."""
    row = county.receive(f"路灯坏了{WICKED}", may_publish=True)
    report = Report.objects.get(case_id=row.id)
    receipt, reporter = (
        f"/r/{row.number}/{report.receipt_code}/",
        Actor(kind="reporter", id=report.pk, role=Role.REPORTER, label="上报人"),
    )
    hud, coordinator = county.post("hud1"), signed_in("coordinator")
    begin_call(actor=county.post("coordinator"))
    at_the_desk = (f"/console/case/{row.number}/", f"/console/case/{row.number}/sheet/")
    by_the_reporter = (receipt, f"/desk/phone/case/{row.number}/")
    cases.accept_case(actor=hud, case_id=row.id)
    cases.add_note(actor=hud, case_id=row.id, text=f"备注{WICKED}")
    cases.ask_reporter(actor=hud, case_id=row.id, text=f"在哪一边{WICKED}")
    pages = shown(coordinator, *at_the_desk, *by_the_reporter)
    cases.record_reply(actor=reporter, case_id=row.id, text=f"左边{WICKED}")
    cases.answer_case(actor=hud, case_id=row.id, text=f"已经修好{WICKED}")
    pages += shown(coordinator, *at_the_desk, *by_the_reporter, f"/console/case/{row.number}/public-words/")
    assert "<script>alert" not in pages
    assert "<img src=x" not in pages
    for words in ("路灯坏了", "备注", "在哪一边", "左边", "已经修好"):
        assert f"{words}&lt;script&gt;" in pages


def test_words_that_are_handed_over_are_words_too() -> None:
    """The general word, what is said of a case, the title of the case."""
    row = county.receive(f"路灯坏了{WICKED}", title=f"路灯{WICKED}")
    handovers.write_handover(
        actor=county.post("hud1"),
        to_staff_id=county.post("hud2").id,
        text=f"钥匙在门卫{WICKED}",
        lines=[(row.id, f"等路政回电{WICKED}")],
    )
    pages = shown(signed_in("hud2"), "/console/handovers/")
    assert "<script>alert" not in pages
    assert "<img src=x" not in pages
    for words in ("钥匙在门卫", "等路政回电"):
        assert f"{words}&lt;script&gt;" in pages
