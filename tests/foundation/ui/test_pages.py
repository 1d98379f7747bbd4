"""Bases and error pages, with the real build and without a database."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import include, path
from django.utils import translation

from liandong.foundation.rooms import discovered
from liandong.foundation.rooms.public import Page, Place, Room
from liandong.foundation.ui.middleware import UploadRedirect
from liandong.foundation.ui.public import toast, with_toast
from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

console = (
    [path("square/", lambda request: None, name="square"), path("tasks/", lambda request: None, name="tasks")],
    "console",
)
urlpatterns = [
    path("console/", include(console)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("sign-out/", lambda request: None, name="account_logout"),
]
TEXTS = {
    400: ("请求有误", "Bad request"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    413: ("内容太大", "Too large"),
    429: ("操作过于频繁", "Too many requests"),
    500: ("系统出错了", "Something went wrong"),
}


@pytest.fixture(autouse=True)
def _site() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def draw(county: SimpleNamespace, rf: RequestFactory) -> Callable[..., str]:
    """Renders a template string as the page at `where`, signed in with `role` where one is given."""

    def render(source: str, language: str = "zh-hans", where: str = "/", role: str = "", **values: object) -> str:
        request = rf.get(where)
        user = (
            AnonymousUser()
            if not role
            else SimpleNamespace(
                is_authenticated=True,
                role=role,
                post_name="城关镇调度员",
                post_name_en="Dispatcher",
                get_username=lambda: "d1",
            )
        )
        request.user = user
        context = {"county": county, "request": request, "user": user, "csrf_token": "token-1", **values}
        with translation.override(language):
            return engines["django"].from_string(source).render(context)

    return render


STAFF = '{% extends "ui/staff.html" %}{% block heading %}标题{% endblock %}'
RESIDENT = '{% extends "ui/resident.html" %}{% block heading %}标题{% endblock %}'


def test_the_page_names_its_language(draw) -> None:
    assert '<html lang="zh-Hans" data-zone="Asia/Shanghai">' in draw(RESIDENT)
    assert '<html lang="en"' in draw(RESIDENT, "en")


def test_the_county_is_named_in_the_language_of_the_page(draw) -> None:
    assert "云洺县" in draw(RESIDENT)
    assert "Yunming County" in draw(RESIDENT, "en")


def test_a_fictional_county_is_marked(draw, county: SimpleNamespace) -> None:
    assert "示例数据 · sample data" in draw(RESIDENT)
    county.is_sample = False
    assert "示例数据" not in draw(RESIDENT)


def test_the_first_thing_on_a_page_skips_to_its_content(draw) -> None:
    body = draw(STAFF).split("<body", 1)[1]
    assert body.index('href="#main"') < body.index("<header")
    assert '<main id="main"' in body


def test_the_language_switch_keeps_the_page(draw) -> None:
    shown = draw(STAFF, where="/console/square/?light=red&page=2")
    assert '<input type="hidden" name="next" value="/console/square/?light=red&amp;page=2">' in shown
    assert '<button type="submit" name="language" value="en" lang="en">English</button>' in shown
    assert 'value="zh-hans"' in draw(STAFF, "en")


@pytest.mark.django_db
def test_navigation_shows_pages_that_exist_and_marks_the_present_one(draw) -> None:
    shown = draw(STAFF, where="/console/tasks/7/", role="handler")
    assert shown.count('class="nav-entry"') == 2
    assert '<a class="nav-entry" href="/console/tasks/" aria-current="page">我的任务</a>' in shown
    assert "My tasks" in draw(STAFF, "en")


def test_navigation_leaves_out_what_the_role_has_no_right_to(draw, monkeypatch) -> None:
    leaders = Page("console:tasks", "领导页", Place.STAFF, 5, Right("test.lead", "", {Role.LEADER}))
    monkeypatch.setattr(discovered, "_rooms", [Room("console", "工作台", pages=(leaders,))])
    assert "领导页" not in draw(STAFF, role="handler")
    assert "领导页" not in draw(STAFF)
    assert "领导页" in draw(STAFF, role="leader")


def test_the_title_names_county_and_product_in_both_languages(draw) -> None:
    assert "云洺县联动</title>" in draw(STAFF)
    assert "Yunming County Liandong</title>" in draw(STAFF, "en")


def test_residents_see_no_staff_navigation(draw) -> None:
    assert "事件广场" not in draw(RESIDENT, role="handler")


@pytest.mark.django_db
def test_the_menu_names_the_post_and_signs_out_by_post(draw) -> None:
    shown = draw(STAFF, role="dispatcher")
    assert "城关镇调度员" in shown
    assert '<form method="post" action="/sign-out/">' in shown
    assert "Dispatcher" in draw(STAFF, "en", role="dispatcher")


def test_the_shells_texts_follow_the_language(draw) -> None:
    def words(page: str) -> dict[str, object]:
        start = page.index('<script id="shell-words" type="application/json">')
        return json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])

    assert words(draw(RESIDENT))["undo"] == "撤销"
    assert words(draw(RESIDENT, "en"))["undo"] == "Undo"


def test_a_printed_sheet_has_no_header_and_no_script(draw) -> None:
    shown = draw('{% extends "ui/print.html" %}{% block content %}<h1>工单</h1>{% endblock %}')
    assert "<header" not in shown
    assert "<script" not in shown
    assert "示例数据" in shown


@pytest.mark.parametrize("status", TEXTS)
def test_error_pages_say_what_happened_and_lead_out(status: int) -> None:
    for language, text in zip(("zh-hans", "en"), TEXTS[status], strict=True):
        with translation.override(language):
            shown = render_to_string(f"{status}.html")
        assert text in shown
        assert 'href="/"' in shown
        assert "data-error-message" in shown


def test_an_error_in_the_error_page_is_impossible_without_context_and_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr("liandong.foundation.ui.assets.MANIFEST", tmp_path / "absent.json")
    assert "系统出错了" in engines["django"].get_template("500.html").render()


def test_an_error_of_ours_becomes_a_page_with_its_sentence() -> None:
    shown = render_to_string(
        "ui/error.html", {"status": 409, "title": "有冲突", "message": "内容已被他人更新。", "retry_after_s": 30}
    )
    assert "<title>有冲突" in shown
    assert "内容已被他人更新。" in shown
    assert "请在 30 秒后再试。" in shown


def _request(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request._messages = CookieStorage(request)
    return request


def test_a_toast_on_the_next_page_offers_the_way_back(rf: RequestFactory, draw) -> None:
    request = _request(rf)
    toast(request, "已分派给<住建局>", undo_url="/undo/7/")
    shown = draw(STAFF, messages=list(request._messages))
    assert "已分派给&lt;住建局&gt;" in shown
    assert '<form method="post" action="/undo/7/">' in shown


def test_an_error_toast_is_announced_at_once(rf: RequestFactory, draw) -> None:
    request = _request(rf)
    toast(request, "没有送达", level="error")
    assert 'role="alert"' in draw(STAFF, messages=list(request._messages))


def test_a_toast_travels_with_an_htmx_answer_beside_other_triggers() -> None:
    response = HttpResponse(headers={"HX-Trigger": '{"listChanged": true}'})
    header = with_toast(response, "已分派", undo_url="/undo/7/").headers["HX-Trigger"]
    assert header.isascii()
    assert json.loads(header) == {
        "listChanged": True,
        "toast": {"text": "已分派", "level": "success", "undo_url": "/undo/7/"},
    }


def test_an_unknown_level_of_a_toast_is_an_error() -> None:
    with pytest.raises(ValueError, match="loud"):
        with_toast(HttpResponse(), "x", level="loud")


def test_an_upload_learns_where_its_redirect_leads(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect("/done/")
        response.set_cookie("seen", "1")
        return response

    plain = UploadRedirect(view)(rf.post("/"))
    upload = UploadRedirect(view)(rf.post("/", headers={"X-Upload": "1"}))
    assert plain.status_code == 302
    assert (upload.status_code, upload.headers["X-Location"]) == (204, "/done/")
    assert upload.cookies["seen"].value == "1"


def test_an_upload_that_fails_is_answered_as_it_is(rf: RequestFactory) -> None:
    answer = UploadRedirect(lambda request: HttpResponse("form", status=400))(rf.post("/", headers={"X-Upload": "1"}))
    assert (answer.status_code, answer.content) == (400, b"form")
