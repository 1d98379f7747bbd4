"""A small site on the product's bases and tags, for watching the islands in a real browser. No database."""

import json
import threading
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import engines
from django.test import override_settings
from django.urls import include, path

from liandong.foundation.ui.public import toast, with_toast

COUNTY = SimpleNamespace(name="云洺县", name_en="Yunming County", is_sample=True, zone="Asia/Shanghai")
WEST, SOUTH, EAST, NORTH = 112.0, 28.0, 112.4, 28.4

received: list[dict[str, object]] = []
"""What forms have sent: the key, the text and the names and sizes of files."""
fresh = {"cursor": "2", "count": 7, "status": 200}


def county(request: HttpRequest) -> dict[str, object]:
    return {"county": COUNTY}


class Matter(forms.Form):
    what = forms.CharField(label="情况", widget=forms.Textarea)
    phone = forms.CharField(label="电话", required=False, widget=forms.TextInput(attrs={"data-private": ""}))
    lon = forms.FloatField(label="经度", required=False)
    lat = forms.FloatField(label="纬度", required=False)


def page(request: HttpRequest, source: str, status: int = 200, **values: object) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(source).render(values, request), status=status)


ROWS = """{% load ui %}<table class="table" data-rows><tbody>{% for id in ids %}
<tr data-href="/row/{{ id }}/" data-id="{{ id }}" data-point-id="{{ id }}"><td>
<input type="checkbox" data-select name="id"
value="{{ id }}" aria-label="选"></td><td>第 {{ id }} 行</td></tr>{% endfor %}</tbody></table>"""
LIST = (
    """{% extends "ui/staff.html" %}{% load ui %}{% block islands %}
{% if with_map %}{% island "map" %}{% endif %}{% endblock %}
{% block heading %}列表{% endblock %}{% block content %}<input data-search aria-label="搜索">
{% live_bar "/cursor/" "1" "/rows/" "#list" %}<form id="bulk" method="post"
data-confirm="合并？" data-confirm-yes="合并">
{% csrf_token %}<div id="list">"""
    + ROWS
    + """</div><div data-bulk hidden>已选 <b data-bulk-count></b> <button>合并</button></div></form>
{% if with_map %}{% map "list" "/ground/" points_url="/points/" list="#list" %}{% endif %}{% endblock %}"""
)
FORM = """{% extends "ui/resident.html" %}{% load ui %}{% block islands %}{% island "photos" %}{% endblock %}
{% block heading %}上报{% endblock %}{% block content %}<form method="post" enctype="multipart/form-data" novalidate
data-draft="matter">{% csrf_token %}{% once %}{% error_summary form %}{% form_fields form %}{% photos max_files=3 %}
<button id="send">提交</button></form>{% endblock %}"""
PLACE = """{% extends "ui/resident.html" %}{% load ui %}{% block islands %}{% island "map" %}{% endblock %}
{% block heading %}位置{% endblock %}{% block content %}<form>{% map "pick" "/ground/" lon="#id_lon" lat="#id_lat" %}
<label>经度 {{ form.lon }}</label><label>纬度 {{ form.lat }}</label></form>{% endblock %}"""
DONE = """{% extends "ui/resident.html" %}{% load ui %}{% block heading %}收到{% endblock %}
{% block content %}{% clear_draft "matter" %}{% endblock %}"""
ASK = """{% extends "ui/staff.html" %}{% load ui %}{% block heading %}答复{% endblock %}
{% block content %}<div id="answer">没动</div>
{% for kind in kinds %}<button hx-post="/answer/{{ kind }}/" hx-target="#answer"
id="{{ kind }}">{{ kind }}</button>{% endfor %}
{% endblock %}"""


def rows(request: HttpRequest) -> HttpResponse:
    return page(request, ROWS, ids=range(3, 9))


def the_list(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        received.append({"ids": request.POST.getlist("id")})
        return HttpResponseRedirect("/done/")
    return page(request, LIST, ids=range(1, 7), with_map="map" in request.GET)


def the_form(request: HttpRequest) -> HttpResponse:
    form = Matter(request.POST or None)
    if request.method == "POST":
        files = [(file.name, file.size) for file in request.FILES.getlist("photos")]
        received.append({"key": request.POST["idempotency_key"], "what": request.POST["what"], "files": files})
        clock.sleep(0.2)
        if form.is_valid():
            toast(request, "已登记")
            return HttpResponseRedirect("/done/")
        return page(request, FORM, 400, form=form)
    return page(request, FORM, form=form)


def done(request: HttpRequest) -> HttpResponse:
    return page(request, DONE)


def cursor(request: HttpRequest) -> HttpResponse:
    is_new = request.GET["cursor"] != fresh["cursor"]
    answer = {"cursor": fresh["cursor"], "fresh": fresh["count"] if is_new else 0}
    return JsonResponse(answer, status=int(fresh["status"]))


def ground(request: HttpRequest) -> HttpResponse:
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"level": "county", "name": "云洺县"}, "geometry": geometry}
    return JsonResponse({"type": "FeatureCollection", "features": [feature]})


def points(request: HttpRequest) -> HttpResponse:
    features = [
        {
            "type": "Feature",
            "properties": {"id": 2, "light": "red", "kind": "路面坑洼", "number": "2", "url": "/row/2/"},
            "geometry": {"type": "Point", "coordinates": [(WEST + EAST) / 2, (SOUTH + NORTH) / 2]},
        }
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def answer(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "good":
        return with_toast(HttpResponse("好了"), "已分派", undo_url="/undo/")
    if kind == "wrong":
        return HttpResponse("写错了", status=422)
    if kind == "conflict":
        return JsonResponse({"title": "已被他人更新"}, status=409, content_type="application/problem+json")
    if kind == "token":
        return HttpResponse(request.headers["X-CSRFToken"][:1] and "有令牌")
    return page(request, '{% extends "ui/error.html" %}', 500, message="这是我们的问题")


def undo(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已撤销")
    return HttpResponseRedirect("/done/")


KINDS = ["good", "wrong", "conflict", "broken", "token"]
urlpatterns = [
    path("list/", the_list),
    path("rows/", rows),
    path("row/<int:id>/", done),
    path("form/", the_form),
    path("place/", lambda request: page(request, PLACE, form=Matter())),
    path("ask/", lambda request: page(request, ASK, kinds=KINDS)),
    path("answer/<str:kind>/", answer),
    path("undo/", undo),
    path("done/", done),
    path("cursor/", cursor),
    path("ground/", ground),
    path("points/", points),
    path("received/", lambda request: HttpResponse(json.dumps(received))),
    path("i18n/", include("django.conf.urls.i18n")),
]

MIDDLEWARE = [
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liandong.foundation.ui.middleware.UploadRedirect",
]


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are seen by what they do."""


@contextmanager
def serving() -> Iterator[str]:
    """The site on a free port; answers its address."""
    templates = [dict(settings.TEMPLATES[0])]
    templates[0]["OPTIONS"] = {
        **settings.TEMPLATES[0]["OPTIONS"],
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.messages.context_processors.messages",
            f"{__name__}.county",
        ],
    }
    changed = {
        "ROOT_URLCONF": __name__,
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": templates,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
        "ALLOWED_HOSTS": ["*"],
    }
    with (
        override_settings(**changed),
        make_server(
            "127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), server_class=Threaded, handler_class=Quiet
        ) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
