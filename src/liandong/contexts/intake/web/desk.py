"""The clerk's form 登记 for what comes in by phone, visit, letter or patrol; and photos for those at work on a case."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.domain import rights
from liandong.contexts.intake.domain.incoming import Received
from liandong.contexts.intake.forms import EMERGENCY_SERVICES, DeskForm
from liandong.contexts.intake.queries import cases_with_photo, document_row
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.files.public import Uploads, kept_again, take_uploads
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui import public as ui
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import LiandongError, NotFound

from .pictures import with_patience
from .report import (
    Filled,
    category_template,
    check,
    form_context,
    key_of,
    part_context,
    picked_fields,
    send,
    tell_alone,
)
from .where import place_context, suggest, suggestion, suggestions

ORIGIN = "desk"
LAST = "intake.registered"
PARTS = {
    "category": "intake:register_category",
    "place": "intake:register_place",
    "places": "intake:register_places",
    "near": "intake:register_near",
}


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in(rights.REGISTER)
def register(request: HttpRequest) -> HttpResponse:
    """A dense form; after saving, number and receipt code stand above the next, empty one, to be read out."""
    actor = access.actor(request)
    if request.method != "POST":
        return _page(request, _empty(actor), Filled.of({}), Uploads())
    if {"look", "pick", "pick_place"} & request.POST.keys():
        fields = picked_fields(request.POST)
        filled = Filled.of(fields, for_desk=True)
        return _page(request, _unbound(actor, fields), filled, take_uploads(request), looked=True)
    return _save(request, actor)


def _empty(actor: Actor) -> DeskForm:
    channel = "grid" if actor.may(rights.REGISTER_ON_SITE) else "phone"
    return DeskForm(initial={"channel": channel}, may_tell_numbers=actor.may(rights.TELL_NUMBERS))


def _unbound(actor: Actor, fields: dict[str, Any]) -> DeskForm:
    return DeskForm(initial=fields, may_tell_numbers=actor.may(rights.TELL_NUMBERS))


def _save(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = DeskForm(request.POST, may_tell_numbers=actor.may(rights.TELL_NUMBERS))
    pictures = take_uploads(request)
    answer = keep(request, actor, form, pictures)
    if isinstance(answer, Received):
        return redirect("intake:register")
    return _page(request, form, Filled.of(request.POST.dict(), for_desk=True), pictures, status=answer, looked=True)


def keep(request: HttpRequest, actor: Actor, form: DeskForm, pictures: Uploads) -> Received | HTTPStatus:
    """Takes down what the form says, to be read out above the next one; else the status of the page with its faults."""
    status = check(form, pictures)
    if status is not HTTPStatus.OK:
        return status
    channel = form.cleaned_data["channel"]
    answer = send(form, pictures, key=key_of(request), actor=actor, origin=ORIGIN, channel=channel)
    if isinstance(answer, Received):
        tell_alone(request, form)
        _tell_number(request, actor, answer, form)
        request.session[LAST] = {
            "number": answer.number,
            "code": answer.receipt_code,
            "is_danger": not form.cleaned_data.get("handed_to")
            and categories.words_tell_danger(form.cleaned_data["text"]),
        }
    return answer


def _tell_number(request: HttpRequest, actor: Actor, received: Received, form: DeskForm) -> None:
    """Records that the caller was put through; the report stays even where that can't be recorded."""
    to = form.cleaned_data.get("handed_to", "")
    if not to or received.repeated:
        return
    try:
        if form.same is not None and form.is_joined:
            _hand_over_joined(request, actor, form.same.id, to)
        else:
            cases.refer_out(actor=actor, case_id=received.case_id, to=str(EMERGENCY_SERVICES[to]), text=_put_through())
    except LiandongError as error:
        warning = gettext("已登记，但移交没有记上：%(reason)s") % {"reason": access.say(error)}
        ui.toast(request, warning, level="warning")


def _hand_over_joined(request: HttpRequest, actor: Actor, main_id: int, to: str) -> None:
    """On the main case, which goes on: a hand-over where that is of a danger, else a note."""
    main = cases.visible_case(actor=actor, case_id=main_id)
    if cases.Action.TELL_EMERGENCY_NUMBER in cases.possible_actions(main, actor):
        cases.tell_emergency_number(actor=actor, case_id=main_id, number=to, text=_put_through())
        return
    cases.add_note(actor=actor, case_id=main_id, text=f"{EMERGENCY_SERVICES[to]}：{_put_through()}")
    ui.toast(request, gettext("已合并；那件事不能记为紧急移交，电话移交已记为备注。"), level="warning")


def _put_through() -> str:
    return gettext("登记时已电话移交。")


def _page(
    request: HttpRequest,
    form: DeskForm,
    filled: Filled,
    pictures: Uploads,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    looked: bool = False,
) -> HttpResponse:
    context = page_context(request, form, filled, pictures, looked=looked)
    return with_patience(render(request, "intake/register.html", context, status=status))


def page_context(
    request: HttpRequest,
    form: DeskForm,
    filled: Filled,
    pictures: Uploads,
    *,
    looked: bool,
    url_names: Mapping[str, str] = PARTS,
) -> dict[str, Any]:
    """Context of the clerk's form; `looked`: with what its words and place lead to."""
    context = _context(form, filled, url_names) | {
        "kept": kept_again(request, pictures),
        "picture_problems": [] if form.is_bound else pictures.problems,
        "looked": looked,
        "locate": access.actor(request).may(rights.REGISTER_ON_SITE),
        "last": None if looked else _last(request),
    }
    if looked:
        context |= place_context(filled.fields, access.actor(request))
        address = str(filled.fields.get("address") or "")
        context["suggestions"] = [] if filled.fields.get("lon") else suggestions(address)
    return context


def _context(form: DeskForm, filled: Filled, url_names: Mapping[str, str] = PARTS) -> dict[str, Any]:
    return form_context(form, filled, url_names) | {"for_desk": True}


def _last(request: HttpRequest) -> dict[str, Any] | None:
    """The report that this post saved last, to be read to the caller. If the post may not see its case, number and code
    only.
    """
    saved: dict[str, Any] | None = request.session.get(LAST)
    if not saved:
        return None
    try:
        case = cases.visible_case(actor=access.actor(request), case_id=ids.parse_case_number(saved["number"]))
    except NotFound:
        return saved | {"is_emergency": saved.get("is_danger"), "is_open": True}
    return saved | {
        "is_seen": True,
        "category": categories.category_name(case.category_code),
        "office": orgs.office_name(case.office_id),
        "due_at": case.due_at,
        "is_open": case.is_open,
        "is_emergency": bool(saved.get("is_danger")) or cases.is_emergency(case),
        "may_record": cases.is_emergency(case),
    }


@require_POST
@access.signed_in(rights.REGISTER)
def category_part(request: HttpRequest) -> HttpResponse:
    """The picker after something was typed or chosen."""
    fields = picked_fields(request.POST)
    filled = Filled.of(fields, for_desk=True)
    form = _unbound(access.actor(request), fields)
    return render(request, category_template(request), _context(form, filled) | part_context(request))


@require_POST
@access.signed_in(rights.REGISTER)
def place_part(request: HttpRequest) -> HttpResponse:
    """The place after one was picked from the list."""
    fields = picked_fields(request.POST)
    filled = Filled.of(fields, for_desk=True)
    actor = access.actor(request)
    context = _context(_unbound(actor, fields), filled)
    context |= {"picked": suggestion(request.POST.get("pick_place", ""))} | place_context(filled.fields, actor)
    return render(request, "intake/parts/where.html", context)


@require_POST
@access.signed_in(rights.REGISTER)
def places_part(request: HttpRequest) -> HttpResponse:
    """The list under the typed address."""
    return suggest(request, place_part=PARTS["place"])


@require_POST
@access.signed_in(rights.REGISTER)
def near_part(request: HttpRequest) -> HttpResponse:
    """The place in words, and open matters near it, those that the post may open with their page."""
    context = place_context(request.POST.dict(), access.actor(request))
    return render(request, "intake/parts/near.html", context | {"for_desk": True})


@require_safe
def desk_photo(request: HttpRequest, sha256: str, *, thumb: bool = False) -> HttpResponseBase:
    """A photo for a post that may see one of its cases. Raises NotFound also where it may not."""
    _check_sees_one(access.actor(request), cases_with_photo(sha256))
    return files.answer(sha256, thumb=thumb)


@require_safe
def desk_document(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """A document of a report, saved under its name, for a post that may see its case. Raises NotFound."""
    case_id, row = document_row(document_id)
    _check_sees_one(access.actor(request), [case_id])
    return files.answer(row.sha256, media_type=row.media_type, name=row.name)


def _check_sees_one(actor: Actor, shown: list[int]) -> None:
    if not cases.visible_among(shown, actor=actor) and not any(_may_see(actor, case_id) for case_id in shown):
        raise NotFound


def _may_see(actor: Actor, case_id: int) -> bool:
    try:
        cases.visible_case(actor=actor, case_id=case_id)
    except NotFound:
        return False
    return True
