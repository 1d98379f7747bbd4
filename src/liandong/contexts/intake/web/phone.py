"""The phone desk 电话坐席: the clerk's form beside the call, and what the caller reported before."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.calls.commands import begin_call, call_in_hand, call_led_to, end_call, look_up
from liandong.contexts.intake.calls.queries import CallRow, figures, open_call
from liandong.contexts.intake.domain import rights
from liandong.contexts.intake.domain.calls import KINDS, LOOK_UP_PURPOSES
from liandong.contexts.intake.domain.incoming import Received
from liandong.contexts.intake.forms import PhoneForm
from liandong.foundation.access import public as access
from liandong.foundation.files.public import Uploads, take_uploads
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import LiandongError

from . import desk
from .pictures import with_patience
from .report import Filled, picked_fields

PURPOSE_LABELS = {"own_progress": "查进度", "own_supplement": "作补充", "own_verdict": "作评价"}


@dataclass(frozen=True, slots=True)
class FoundCase:
    """An earlier case of the caller's number, as it is read out."""

    row: cases.CaseRow
    category: str
    office: str
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a look-up; `problem` is the sentence of one that was refused."""

    rows: list[FoundCase]
    purpose: str = ""
    total: int = 0
    is_exact: bool = True
    problem: str = ""
    status: HTTPStatus = HTTPStatus.OK

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows) or not self.is_exact


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.signed_in(rights.ANSWER_CALLS)
def phone(request: HttpRequest) -> HttpResponse:
    """The call above, the form below; after saving, number and receipt code to be read out, and the call goes on."""
    actor = access.actor(request)
    if request.method != "POST":
        return _page(request, actor, PhoneForm(initial={"channel": "phone"}), Filled.of({}), Uploads())
    if {"look", "pick", "pick_place", "look_up"} & request.POST.keys():
        fields = picked_fields(request.POST)
        found = _look_up(request, actor) if "look_up" in request.POST else None
        form, filled = PhoneForm(initial=fields), Filled.of(fields, for_desk=True)
        return _page(request, actor, form, filled, take_uploads(request), found=found, looked=True)
    form, pictures = PhoneForm(request.POST), take_uploads(request)
    answer = desk.keep(request, actor, form, pictures)
    if isinstance(answer, Received):
        call_led_to(actor=actor, case_id=answer.case_id, kind=_kind_of(form, answer), is_new=True)
        return redirect("intake:phone")
    return _page(
        request, actor, form, Filled.of(request.POST.dict(), for_desk=True), pictures, status=answer, looked=True
    )


def _kind_of(form: PhoneForm, received: Received) -> str:
    if form.cleaned_data.get("handed_to"):
        return "emergency"
    leaf = categories.taxonomy().leaf(received.category_code)
    return "complaint" if form.complained_office or (leaf and "recusal" in leaf.flags) else "request"


def _page(
    request: HttpRequest,
    actor: Actor,
    form: PhoneForm,
    filled: Filled,
    pictures: Uploads,
    *,
    found: Found | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    looked: bool = False,
) -> HttpResponse:
    context = desk.page_context(request, form, filled, pictures, looked=looked, url_names=_PARTS)
    context |= bar_context(open_call(actor)) | {
        "found": found,
        "purposes": [(value, gettext(label)) for value, label in PURPOSE_LABELS.items()],
        "figures": figures(orgs.today()),
    }
    return with_patience(render(request, "intake/phone.html", context, status=found.status if found else status))


_PARTS = desk.PARTS | {"begin": "intake:call_begin"}


def bar_context(call: CallRow | None) -> dict[str, Any]:
    """The call that the post is in, with the choice of what it was."""
    return {
        "call": call,
        "call_number": ids.case_number(call.case_id) if call and call.case_id else "",
        "kinds": [(value, gettext(name), bool(call and call.kind == value)) for value, name in KINDS.items()],
    }


@require_POST
@access.signed_in(rights.ANSWER_CALLS)
def begin(request: HttpRequest) -> HttpResponse:
    """A call begins, by the button or by a number that was typed, where none is open; the next one ends the one before
    and has an empty form.
    """
    actor = access.actor(request)
    if "next" in request.POST:
        begin_call(actor=actor)
        return redirect("intake:phone")
    call_in_hand(actor=actor)
    return _bar(request, actor)


@require_POST
@access.signed_in(rights.ANSWER_CALLS)
def end(request: HttpRequest) -> HttpResponse:
    """The call is over; what is typed in the form stays."""
    actor = access.actor(request)
    end_call(actor=actor, kind=request.POST.get("kind", ""))
    return _bar(request, actor)


def _bar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The bar alone, below which the form stays as it is; the page anew, where no script asked."""
    if request.headers.get("HX-Request") != "true":
        return redirect("intake:phone")
    return render(request, "intake/parts/call_bar.html", bar_context(open_call(actor)))


@require_POST
@never_cache
@access.signed_in(rights.ANSWER_CALLS)
def look_up_part(request: HttpRequest) -> HttpResponse:
    """The caller's earlier cases, for the purpose that was pressed. A number that was just typed begins the call."""
    found = _look_up(request, access.actor(request))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found.problem else HTTPStatus.OK
    return render(request, "intake/parts/caller_cases.html", {"found": found}, status=status)


def _look_up(request: HttpRequest, actor: Actor) -> Found:
    number, purpose = request.POST.get("phone", ""), request.POST.get("look_up", "")
    try:
        call_in_hand(actor=actor)
        caller = look_up(actor=actor, phone=number, purpose=purpose)
    except LiandongError as error:
        return Found([], problem=access.say(error), status=HTTPStatus(error.status))
    return Found(
        [
            FoundCase(
                row,
                categories.category_name(row.category_code),
                orgs.office_name(row.office_id),
                gettext(cases.STATE_NAMES[cases.State(row.state)]),
            )
            for row, _ in caller.found
        ],
        gettext(LOOK_UP_PURPOSES[purpose]),
        caller.total,
        caller.is_exact,
    )
