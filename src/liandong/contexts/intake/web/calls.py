"""The case that a caller asks about, the callbacks 回访, and the log of calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.calls import commands, queries
from liandong.contexts.intake.domain import rights
from liandong.contexts.intake.domain.calls import KINDS
from liandong.contexts.intake.forms import CallerForm, ReplyForm, VerdictForm
from liandong.contexts.intake.queries import contact_masked
from liandong.contexts.intake.receipts import read_contact
from liandong.contexts.intake.story import Story
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui import public as ui
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound

from .phone import bar_context
from .pictures import status_of, uploads_for, with_patience
from .status import promise_of

Act = Callable[[Actor, cases.CaseRow, forms.Form | None, Sequence[files.FileRef]], str]


def _reply(actor: Actor, row: cases.CaseRow, form: forms.Form | None, sent: Sequence[files.FileRef]) -> str:
    assert form is not None  # noqa: S101
    cases.record_reply(actor=actor, case_id=row.id, text=form.cleaned_data["text"], files=sent)
    return gettext("已转给办理部门。")


def _supplement(actor: Actor, row: cases.CaseRow, form: forms.Form | None, sent: Sequence[files.FileRef]) -> str:
    assert form is not None  # noqa: S101
    led_by = gettext("上报人来电补充：")
    cases.take_supplement(actor=actor, case_id=row.id, text=form.cleaned_data["text"], led_by=led_by, files=sent)
    return gettext("已记在事件上，办理部门看得到。")


def _judge(actor: Actor, row: cases.CaseRow, form: forms.Form | None, sent: Sequence[files.FileRef]) -> str:
    assert form is not None  # noqa: S101
    filled = form.cleaned_data
    commands.take_verdict(
        actor=actor,
        case_id=row.id,
        solved=filled["solved"],
        satisfied=filled["satisfied"],
        text=filled["text"],
        files=sent,
        reason=filled["reason"],
    )
    return gettext("评价已记下。")


def _declined(actor: Actor, row: cases.CaseRow, _form: forms.Form | None, _sent: Sequence[files.FileRef]) -> str:
    commands.try_callback(actor=actor, case_id=row.id, reached=True)
    return gettext("已记：接通，未评价。")


def _missed(actor: Actor, row: cases.CaseRow, _form: forms.Form | None, _sent: Sequence[files.FileRef]) -> str:
    commands.try_callback(actor=actor, case_id=row.id, reached=False)
    return gettext("已记：未联系上。")


ACTS: dict[str, tuple[Act, type[forms.Form] | None]] = {
    "reply": (_reply, ReplyForm),
    "supplement": (_supplement, CallerForm),
    "judge": (_judge, VerdictForm),
    "declined": (_declined, None),
    "missed": (_missed, None),
}


def _ids(act: str) -> str:
    """Several forms of the page have fields of one name."""
    return f"id_%s-{act}"


@dataclass(frozen=True, slots=True)
class Faulty:
    """The act that couldn't be done, as its form was filled and with its files."""

    act: str = ""
    form: forms.Form | None = None
    uploads: files.Uploads = field(default_factory=files.Uploads)


def _as_it_can_be_said_now(faulty: Faulty, *, is_asked: bool) -> Faulty:
    """The other form takes what a caller said to a question that is over by now, or before it was asked."""
    now, form_class = ("reply", ReplyForm) if is_asked else ("supplement", CallerForm)
    if faulty.form is None or faulty.act not in ("reply", "supplement") or faulty.act == now:
        return faulty
    form = form_class(initial={"text": faulty.form["text"].value()}, auto_id=_ids(now))
    return Faulty(now, form, faulty.uploads)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.signed_in(rights.ANSWER_CALLS)
def caller_case(request: HttpRequest, number: str) -> HttpResponse:
    """A case as it is read to its reporter, and what the reporter may say to it; every act of the page is a POST."""
    actor = access.actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    if request.method != "POST":
        return _case_page(request, actor, row)
    name = request.POST.get("act", "")
    if name == "ring":
        return _case_page(request, actor, row, phone=_ring(actor, row))
    if name not in ACTS:
        raise NotFound
    act, form_class = ACTS[name]
    form = form_class(request.POST, auto_id=_ids(name)) if form_class else None
    uploads = uploads_for(form, request) if form else files.Uploads()
    faulty = Faulty(name, form, uploads)
    if form is not None and (wrong := status_of(form, uploads)) is not HTTPStatus.OK:
        return with_patience(_case_page(request, actor, row, faulty=faulty, status=wrong))
    try:
        told = act(actor, row, form, uploads.files)
    except LiandongError as error:
        row = cases.visible_case(actor=actor, case_id=row.id)
        sentence, status = access.say(error), HTTPStatus(error.status)
        return _case_page(request, actor, row, faulty=faulty, sentence=sentence, status=status)
    commands.call_led_to(actor=actor, case_id=row.id, kind="callback" if name in _CALLBACK else "progress")
    ui.toast(request, told)
    return redirect("intake:caller_case", number=row.number)


_CALLBACK = ("judge", "declined", "missed")


def _ring(actor: Actor, row: cases.CaseRow) -> str:
    """The number to ring for the verdict, whose reading is recorded; the call begins."""
    contact = next((each for each in contact_masked(row.id) if each.phone), None)
    if contact is None:
        raise NotFound("没有留下联系方式。")
    _, phone, _ = read_contact(actor=actor, report_id=contact.report_id, purpose="callback")
    commands.begin_call(actor=actor, kind="callback", case_id=row.id)
    return phone


def _case_page(
    request: HttpRequest,
    actor: Actor,
    row: cases.CaseRow,
    *,
    phone: str = "",
    faulty: Faulty | None = None,
    sentence: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    matter = cases.matter_of(row)
    story = Story.told(matter, ledger.entries(("case", row.id)))
    actions = cases.possible_actions(row, actor)
    question = {cases.Action.REPLY, cases.Action.SUPPLEMENT} & set(actions)

    faulty = _as_it_can_be_said_now(faulty or Faulty(), is_asked=bool(question))

    def own(act: str, form_class: type[forms.Form]) -> forms.Form:
        return faulty.form if faulty.form and faulty.act == act else form_class(auto_id=_ids(act))

    context = bar_context(queries.open_call(actor)) | {
        "case": row,
        "category": categories.category_name(row.category_code),
        "office": orgs.office_name(matter.main.office_id),
        "state": gettext(cases.STATE_NAMES[cases.State(row.state)]),
        "promise": promise_of(story),
        "main": matter.main,
        "why": cases.why(matter.main),
        "question": story.last("question") if question else None,
        "answer": story.last("answer") if matter.has_answer else None,
        "may_judge": bool({cases.Action.JUDGE_SOLVED, cases.Action.JUDGE_JOINED} & set(actions)),
        "may_note": cases.Action.NOTE in actions,
        "waits": matter.awaits_verdict,
        "may_ring": any(each.phone for each in contact_masked(row.id)),
        "attempts": [(gettext(queries.OUTCOMES[each.outcome]), each.at) for each in queries.attempts(row.id)],
        "phone": phone,
        "sentence": sentence,
        "reply_form": own("reply", ReplyForm),
        "caller_form": own("supplement", CallerForm),
        "verdict_form": own("judge", VerdictForm),
        "kept": {faulty.act: files.kept_again(request, faulty.uploads)},
    }
    return render(request, "intake/caller_case.html", context, status=status)


@dataclass(frozen=True, slots=True)
class ListedCallback:
    row: queries.CallbackRow
    category: str
    office: str


@require_GET
@never_cache
@access.signed_in(rights.ANSWER_CALLS)
def callbacks(request: HttpRequest) -> HttpResponse:
    """Who is to be rung for a verdict, the nearest end of its time first."""
    cursor = request.GET.get("cursor", "")
    page = queries.list_callbacks(actor=access.actor(request), cursor=cursor)
    rows = [
        ListedCallback(
            each,
            categories.category_name(each.matter.own.category_code),
            orgs.office_name(each.matter.main.office_id),
        )
        for each in page.rows
    ]
    here = reverse("intake:callbacks")
    pager = ui.Pager(
        first_url=here if cursor else "",
        prev_url="",
        next_url=f"{here}?{urlencode({'cursor': page.next})}" if page.next else "",
        last_url="",
        summary="",
    )
    context = {"rows": rows, "pager": pager, "out_of_reach": queries.out_of_reach()}
    return render(request, "intake/callbacks.html", context)


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A line of the log; `number` only of a case that the post may see."""

    row: queries.CallRow
    kind: str
    number: str
    lasted: str


@require_GET
@never_cache
@access.signed_in(rights.ANSWER_CALLS)
def log(request: HttpRequest) -> HttpResponse:
    """One day's calls of the desk."""
    day, kind = _day(request), request.GET.get("kind", "")
    page = queries.list_calls(day=day, kind=kind, cursor=request.GET.get("cursor", ""))
    led_to = [row.case_id for row in page.rows if row.case_id is not None]
    seen = cases.visible_among(led_to, actor=access.actor(request))
    first = page.previous == ""
    context = _figures_context(request, day, kind) | {
        "rows": [
            ListedCall(
                row,
                gettext(KINDS[row.kind]) if row.kind else gettext("通话中"),
                seen[row.case_id].number if row.case_id in seen else "",
                _lasted(row),
            )
            for row in page.rows
        ],
        "pager": ui.Pager(
            first_url="" if first else _address(day, kind),
            prev_url=_address(day, kind, page.previous) if page.previous else "",
            next_url=_address(day, kind, page.next) if page.next else "",
            last_url="",
            summary="",
        ),
    }
    return render(request, "intake/calls.html", context)


@require_GET
@never_cache
@access.signed_in(rights.ANSWER_CALLS)
def figures_part(request: HttpRequest) -> HttpResponse:
    """The figures again, where they are others than those of `cursor`."""
    context = _figures_context(request, _day(request), request.GET.get("kind", ""))
    if context["figures"].cursor == request.GET.get("cursor", ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "intake/parts/call_figures.html", context)


def _figures_context(request: HttpRequest, day: date, kind: str) -> dict[str, Any]:
    found = queries.figures(day)
    shown = request.GET.get("shown", "")
    chips = [ui.Chip(gettext("全部"), _address(day, ""), selected=not kind, count=found.total, comes_off=False)]
    chips += [
        ui.Chip(
            gettext(name),
            _address(day, "" if kind == value else value),
            selected=kind == value,
            count=found.by_kind.get(value, 0),
        )
        for value, name in KINDS.items()
    ]
    most = max(found.by_hour)
    return {
        "day": day,
        "is_today": day == orgs.today(),
        "kind": kind,
        "figures": found,
        "chips": chips,
        "hours": [
            (hour, number, round(number * 100 / most) if most else 0) for hour, number in enumerate(found.by_hour)
        ],
        "shown": int(shown) if shown.isdecimal() and len(shown) < 9 else found.total,
        "newer": found.total - int(shown) if shown.isdecimal() and len(shown) < 9 else 0,
        "again_url": _address(day, kind),
    }


def _address(day: date, kind: str, cursor: str = "") -> str:
    query = {"day": day.isoformat(), "kind": kind, "cursor": cursor}
    return f"{reverse('intake:calls')}?{urlencode({name: value for name, value in query.items() if value})}"


def _day(request: HttpRequest) -> date:
    asked = request.GET.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else orgs.today()
    except ValueError as error:
        raise InvalidInput("日期格式不正确。", field="day") from error
    if day.year not in _YEARS:
        raise InvalidInput("日期格式不正确。", field="day")
    return day


_YEARS = range(1990, 2200)


def _lasted(row: queries.CallRow) -> str:
    if row.lasted_s is None:
        return ""
    minutes, seconds = divmod(row.lasted_s, 60)
    return gettext("%(minutes)d 分 %(seconds)02d 秒") % {"minutes": minutes, "seconds": seconds}
