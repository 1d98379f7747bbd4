"""An error becomes an answer in one place: a page for people, problem details for machines, in their language."""

import errno
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from psycopg.errors import DiskFull

from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.foundation.access.web import ErrorPages
from liandong.kernel.actor import Role
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotSignedIn
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
TOO_LONG = InvalidInput("内容不能超过 %(limit)s 字。", field="text", limit=4000)


def answer(error: Exception, path: str = "/console/", **headers: str) -> HttpResponse | None:
    request = RequestFactory().get(path, **headers)
    return ErrorPages(lambda request: HttpResponse()).process_exception(request, error)


def test_a_machine_gets_problem_details() -> None:
    response = access.problem(TOO_LONG)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "内容不能超过 4000 字。",
        "status": 400,
        "code": "invalid_input",
        "field": "text",
    }


@pytest.mark.parametrize(
    ("path", "headers"), [("/api/v1/cases", {}), ("/console/", {"HTTP_ACCEPT": "application/json"})]
)
def test_who_asks_for_json_or_under_api_is_a_machine(path: str, headers: dict[str, str]) -> None:
    response = answer(NotSignedIn(), path, **headers)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


def test_the_sentence_is_in_the_language_of_the_request() -> None:
    with translation.override("en"):
        assert "4000" in access.say(TOO_LONG)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in access.say(TOO_LONG))


def test_what_a_sentence_names_is_in_that_language_too() -> None:
    error = Conflict("事件目前为“%(state)s”，不能%(action)s。", state="办理中", action="签收")
    with translation.override("en"):
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in access.say(error))


def test_other_errors_are_left_to_django() -> None:
    assert answer(ValueError("bug")) is None


def full_disk() -> OperationalError:
    """As Django gives it on when the database finds no room."""
    error = OperationalError("could not extend file")
    error.__cause__ = DiskFull("could not extend file")
    return error


@pytest.mark.parametrize("error", [full_disk(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_full_disk_is_told_as_such(error: Exception) -> None:
    page, machine = answer(error), answer(error, "/api/v1/reports")
    assert (page.status_code, machine.status_code) == (507, 507)
    assert "存储空间已满" in page.content.decode()
    assert json.loads(machine.content)["code"] == "storage_full"


def test_a_database_that_is_away_asks_to_come_back() -> None:
    assert access.our_error(OperationalError("gone")).status == 503


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "存储空间已满"),
        (OperationalError("gone"), 503, "忙"),
        (ValueError("bug"), 500, "系统出错"),
    ],
)
def test_what_breaks_before_any_view_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, sentence: str
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile.__init__", broken)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/report/")
    photo = SimpleUploadedFile("field.jpg", b"0" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1), "image/jpeg")
    for headers, kind in (({}, "text/html"), ({"Accept": "application/json"}, "application/problem+json")):
        response = client.post("/report/", {"photos": photo}, headers=headers)
        assert (response.status_code, response["Content-Type"].partition(";")[0]) == (status, kind)
        assert sentence in response.content.decode()
        photo.seek(0)


def test_a_page_tells_people_what_is_wrong(client: Client) -> None:
    client.force_login(Staff.objects.get(username="law1"))
    response = client.get("/console/square/?sort=colour")
    assert response.status_code == 400
    assert "筛选条件无效" in response.content.decode()


def test_who_is_not_signed_in_comes_back_to_the_whole_address(client: Client) -> None:
    response = client.get("/console/square/?q=%E8%B7%AF%E7%81%AF&state=handling")
    assert response.status_code == 302
    login, _, after = response["Location"].partition("?next=")
    assert login == "/accounts/login/"
    assert "&" not in after
    client.force_login(Staff.objects.get(username="law1"))
    back = client.get(response["Location"], follow=True)
    assert back.request["QUERY_STRING"] == "q=%E8%B7%AF%E7%81%AF&state=handling"


def test_a_view_for_some_roles_refuses_the_others() -> None:
    @access.signed_in(Role.CLERK)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    request = RequestFactory().get("/")
    request.user = Staff.objects.get(username="law1")
    with pytest.raises(NotAllowed):
        view(request)
    request = RequestFactory().get("/")
    request.user = Staff.objects.get(username="clerk")
    assert view(request).content == b"ok"


def test_the_post_is_read_once_in_a_request(django_assert_num_queries) -> None:
    request = RequestFactory().get("/")
    request.user = Staff.objects.get(username="grid_a1")
    with django_assert_num_queries(1):
        assert access.actor(request) is access.actor(request)
    assert access.actor(request) == county.post("grid_a1")


PART = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("method", "asked", "headers", "goes_on"),
    [
        ("get", "/console/square/?light=red", {}, "/console/square/?light=red"),
        ("post", "/desk/register/", {"Referer": "http://testserver/desk/register/?a=1"}, "/desk/register/?a=1"),
        ("post", "/desk/category/", PART | {"HX-Current-URL": "http://testserver/desk/phone/"}, "/desk/phone/"),
        ("get", "/console/square/new/", PART | {"Referer": "http://testserver/console/"}, "/console/"),
        ("post", "/desk/register/", {"Referer": "https://elsewhere.example/desk/"}, "/"),
        ("post", "/desk/register/", {"Referer": "http://[broken"}, "/"),
        ("post", "/desk/register/", {}, "/"),
    ],
)
def test_who_was_signed_out_goes_on_at_the_page_that_the_form_or_the_part_belongs_to(
    method: str, asked: str, headers: dict[str, str], goes_on: str
) -> None:
    request = getattr(RequestFactory(), method)(asked, headers=headers)
    response = ErrorPages(lambda request: HttpResponse()).process_exception(request, NotSignedIn())
    assert response is not None
    assert parse_qs(urlsplit(response.headers["Location"]).query)["next"] == [goes_on]
