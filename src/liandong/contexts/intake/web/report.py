"""The report page 上报: one plain form, which scripts make quicker; every step of it works without them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liandong.contexts.intake.choosing import Choice, choose, find, groups
from liandong.contexts.intake.domain.incoming import KEY_SIGNS, Received, Rejected
from liandong.contexts.intake.forms import EMERGENCY_SERVICES, ReportForm
from liandong.contexts.intake.grouping import receive_one
from liandong.contexts.intake.same_matter import has_ended, receive_same
from liandong.foundation.access import public as access
from liandong.foundation.files.public import Uploads, kept_again, take_uploads
from liandong.foundation.ui import public as ui
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, LiandongError, TooMany
from liandong.kernel.roles import Role

from .pictures import status_of, with_patience
from .visitor import source_of
from .where import picked_place, place_context, suggestion, suggestions

SENT_AT_MOST, SENT_WINDOW_S = 30, 600
ORIGIN = "web"
UNPICK = "-"
SEARCH_FIELD = "find_category"
_KEY = re.compile(rf"[A-Za-z0-9-]{{1,{KEY_SIGNS}}}")
VISITOR = Actor(kind="reporter", role=Role.REPORTER, label="上报人")
PARTS = {
    "category": "intake:report_category",
    "place": "intake:report_place",
    "places": "intake:report_places",
    "near": "intake:report_near",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of the form as they stand, and what they lead to. The parts of the form are drawn from it."""

    choice: Choice
    fields: Mapping[str, Any]

    @classmethod
    def of(cls, fields: Mapping[str, Any], *, for_desk: bool = False) -> "Filled":
        text, code = str(fields.get("text") or ""), str(fields.get("category_code") or "")
        return cls(choose(text, code, for_desk=for_desk), fields)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where residents begin."""
    return render(request, "intake/home.html", {"emergency_numbers": EMERGENCY_SERVICES})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; a POST sends it, unless it asks to look at proposals and neighbours first."""
    if request.method != "POST":
        return _page(request, ReportForm(initial={"text": ""}), Filled.of({}), Uploads())
    if {"look", "pick", "pick_place"} & request.POST.keys():
        return _look(request)
    return _send(request)


def _look(request: HttpRequest) -> HttpResponse:
    """The form again, with what its words and place lead to; for browsers without scripts."""
    if request.FILES and (refused := _refused_as_too_many(request)):
        return refused
    fields = picked_fields(request.POST)
    filled = Filled.of(fields)
    form = ReportForm(initial=dict(fields))
    pictures = take_uploads(request)
    status = HTTPStatus.SERVICE_UNAVAILABLE if pictures.is_busy else HTTPStatus.OK
    return _page(request, form, filled, pictures, status=status, looked=True)


def _refused_as_too_many(request: HttpRequest) -> HttpResponse | None:
    """Counts a submission of this source, a look with photos like a report that is sent; past the limit the page says
    so, with all that was filled in.
    """
    try:
        access.count_attempt(key=f"report:{source_of(request)}", limit=SENT_AT_MOST, window_s=SENT_WINDOW_S)
    except TooMany:
        form = ReportForm(request.POST)
        form.add_error(None, gettext("短时间内提交得太多了，请过十分钟再试。您填写的内容都在。"))
        return _again(request, form, take_uploads(request, store=False), HTTPStatus.TOO_MANY_REQUESTS)
    return None


def picked_fields(posted: QueryDict) -> dict[str, Any]:
    """The fields after a press on a proposed category or place; `UNPICK` takes a choice back."""
    fields = posted.dict()
    if code := fields.get("pick"):
        fields["category_code"] = "" if code == UNPICK else code
    fields |= picked_place(str(fields.get("pick_place") or ""), str(fields.get("address") or ""))
    return fields


def _send(request: HttpRequest) -> HttpResponse:
    if refused := _refused_as_too_many(request):
        return refused
    form = ReportForm(request.POST)
    pictures = take_uploads(request)
    status = check(form, pictures)
    if status is HTTPStatus.OK:
        answer = send(form, pictures, key=key_of(request), actor=VISITOR, origin=ORIGIN, channel="web")
        if isinstance(answer, Received):
            tell_alone(request, form)
            return redirect(receipt_address(answer) + "?new=1")
        status = answer
    return _again(request, form, pictures, status)


def check(form: ReportForm, pictures: Uploads) -> HTTPStatus:
    """Puts every fault beside its field; OK when there is none."""
    form.full_clean()
    form.require_place()
    form.require_matter(pictures.files)
    for problem in pictures.problems:
        form.add_error("photos", problem)
    return status_of(form, pictures)


def key_of(request: HttpRequest) -> str:
    """The form's own name for this submission; empty, so that nothing is taken for a repetition, if it isn't one."""
    key = request.POST.get("idempotency_key", "")
    return key if _KEY.fullmatch(key) else ""


def send(
    form: ReportForm, pictures: Uploads, *, key: str, actor: Actor, origin: str, channel: str
) -> Received | HTTPStatus:
    """Takes the report in, or puts the reason beside its field and answers the status of the page."""
    incoming = form.incoming(origin=origin, key=key, uploads=pictures, channel=channel)
    answer: Received | Rejected
    if form.same is not None:
        answer, form.is_joined = receive_same(actor=actor, report=incoming, named=form.same)
    else:
        answer = receive_one(actor=actor, report=incoming)
    if isinstance(answer, Received):
        return answer
    form.refuse(answer.error.field, _sentence(answer.error))
    return HTTPStatus.CONFLICT if isinstance(answer.error, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY


def tell_alone(request: HttpRequest, form: ReportForm) -> None:
    """Says so where a report was to be joined to another and now is a case of its own."""
    same_as = form.cleaned_data.get("same_as")
    if not same_as or form.is_joined:
        return
    if has_ended(same_as):
        told = gettext("您选的那件事刚刚办结，您的上报已单独受理。")
    else:
        told = gettext("没能与那件事合并，已单独受理。")
    ui.toast(request, told, level="warning")


def _sentence(error: LiandongError) -> str:
    if isinstance(error, Conflict):
        return gettext("这一页的内容先前已经送达一次，这次的改动没有保存。要把现在的内容另报一件，请再按一次提交。")
    return access.say(error)


def _again(request: HttpRequest, form: ReportForm, pictures: Uploads, status: HTTPStatus) -> HttpResponse:
    """The same page with what is wrong and all that was filled in."""
    filled = Filled.of(request.POST.dict())
    return _page(request, form, filled, pictures, status=status, looked=True)


def _page(
    request: HttpRequest,
    form: ReportForm,
    filled: Filled,
    pictures: Uploads,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    looked: bool = False,
) -> HttpResponse:
    context = form_context(form, filled) | {
        "kept": kept_again(request, pictures),
        "picture_problems": [] if form.is_bound else pictures.problems,
        "looked": looked,
    }
    if looked:
        context |= place_context(filled.fields)
        address = str(filled.fields.get("address") or "")
        context["suggestions"] = [] if filled.fields.get("lon") else suggestions(address)
    return with_patience(render(request, "intake/report.html", context, status=status))


def form_context(form: ReportForm, filled: Filled, url_names: Mapping[str, str] = PARTS) -> dict[str, Any]:
    """Context of the parts of a report form, on the page and by themselves."""
    parts = {name: reverse(url_name) for name, url_name in url_names.items()}
    form.wire(parts)
    asked = "" if filled.fields.get("pick") else str(filled.fields.get(SEARCH_FIELD) or "")
    return {
        "form": form,
        "choice": filled.choice,
        "groups": groups(for_desk=form.for_desk),
        "asked": asked,
        "leaves_found": find(asked, for_desk=form.for_desk),
        "parts": parts,
        "emergency_numbers": EMERGENCY_SERVICES,
    }


@require_POST
def category_part(request: HttpRequest) -> HttpResponse:
    """The part that follows from words and choice so far; after a press on a proposal the picker too."""
    filled = Filled.of(picked_fields(request.POST))
    context = form_context(ReportForm(initial=dict(filled.fields)), filled)
    return render(request, category_template(request), context | part_context(request))


def part_context(request: HttpRequest) -> dict[str, Any]:
    """Context that tells the part of the category from the same on a whole page. A press has its outcome told."""
    return {"is_part": True, "is_pick": "pick" in request.POST}


def category_template(request: HttpRequest) -> str:
    """The part that was asked for: what a search found; the whole part after a press or a draft that came back; else
    what follows from the words.
    """
    if "find" in request.POST:
        return "intake/parts/category_found.html"
    is_whole = bool({"pick", "restored"} & request.POST.keys())
    return "intake/parts/category.html" if is_whole else "intake/parts/category_update.html"


@require_POST
def place_part(request: HttpRequest) -> HttpResponse:
    """The place after one was picked from the list."""
    filled = Filled.of(picked_fields(request.POST))
    context = form_context(ReportForm(initial=dict(filled.fields)), filled)
    picked = suggestion(request.POST.get("pick_place", ""))
    return render(request, "intake/parts/where.html", context | {"picked": picked} | place_context(filled.fields))


def receipt_address(received: Received) -> str:
    """The page of the receipt."""
    return reverse("intake:receipt", args=[received.number, received.receipt_code])
