"""The case page 事件, what is done on it, its sheet, its process, and the contact behind a purpose."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.console import filters, geojson, names, queries
from liandong.contexts.console.domain import rights
from liandong.contexts.intake import public as intake
from liandong.contexts.process import public as process
from liandong.foundation.access import public as access
from liandong.foundation.places import public as places
from liandong.foundation.ui.public import Photo, toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import LiandongError, NotFound, PostIsAway, VeryShort

from .acts import act_by_form, form_of
from .fields import TIME_UNITS, text_of, whole
from .frame import post_of


@require_GET
@never_cache
@access.signed_in()
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case page."""
    return _case_page(request, number)


@require_GET
@never_cache
@access.signed_in()
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The case as an A4 sheet."""
    page = queries.case_page(actor=access.actor(request), case_id=ids.parse_case_number(number))
    return render(request, "console/sheet.html", {"page": page})


@require_GET
@never_cache
@access.signed_in()
def process_of(request: HttpRequest, number: str) -> HttpResponse:
    """The process of the case: what its fold loads when it is opened, or a page of its own without scripts."""
    actor = access.actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    shown = process.case_process(row=row, english=names.is_english())
    context = {
        "case": queries.listed(row),
        "shown": shown,
        "state": names.state(shown.state),
        "next_steps": [(gettext(cases.ACTION_NAMES[step.action]), names.state(step.to)) for step in shown.next_steps],
        "post": post_of(actor),
    }
    is_fold = request.headers.get("HX-Request") == "true"
    return render(request, "console/parts/process.html" if is_fold else "console/process.html", context)


@require_GET
@never_cache
@access.signed_in()
def same(request: HttpRequest, number: str) -> HttpResponse:
    """Cases that may be the same matter, with the reasons: what the case page loads, or a page of its own."""
    actor = access.actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    context = {
        "case": queries.listed(row),
        "candidates": [queries.likened(each) for each in cases.candidates(actor=actor, row=row)],
        "post": post_of(actor),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "console/parts/same.html" if is_part else "console/same.html", context)


@require_GET
@never_cache
@access.signed_in()
def public_words(request: HttpRequest, number: str) -> HttpResponse:
    """Shows the words that would be public. The form loads it when it is opened; it is a page of its own too."""
    actor = access.actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    context = {"case": queries.listed(row), "shown": intake.public_words(row.id), "post": post_of(actor)}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "console/parts/public_words.html" if is_part else "console/public_words.html", context)


@require_POST
@access.signed_in()
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """One action on the case; an error brings the page back with what was typed, also where the case is out of reach
    or its state has no such form any more.
    """
    actor = access.actor(request)
    case_id = ids.parse_case_number(number)
    if action not in cases.by_hand():
        raise NotFound
    try:
        row = act_by_form(actor, case_id, cases.Action(action), request)
    except LiandongError as error:
        return _refused(request, number, error, action)
    toast(request, _done(row, cases.Action(action)))
    return HttpResponseRedirect(_after(row, actor))


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def contact(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """Asks for what purpose the contact is needed, records it, then shows it."""
    actor = access.actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    if report_id not in (report.id for report in intake.reports_of(row.id)):
        raise NotFound
    intake.check_contact_reader(actor, row)
    context: dict[str, object] = {"case": queries.listed(row), "report_id": report_id, "post": post_of(actor)}
    context["may_erase"] = actor.may(rights.ERASE_CONTACT)
    context["purposes"] = [(key, gettext(name)) for key, name in intake.PURPOSES.items()]
    if request.method == "POST":
        name, phone, email = intake.read_contact(
            actor=actor, report_id=report_id, purpose=request.POST.get("purpose", "")
        )
        context["contact"] = [(gettext("称呼"), name), (gettext("电话"), phone), (gettext("邮箱"), email)]
    return render(request, "console/contact.html", context)


@require_POST
@access.signed_in(rights.ERASE_CONTACT)
def erase_contact(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """Removes a contact at the reporter's request."""
    row = cases.visible_case(actor=access.actor(request), case_id=ids.parse_case_number(number))
    if report_id not in (report.id for report in intake.reports_of(row.id)):
        raise NotFound
    intake.erase_contact(actor=access.actor(request), report_id=report_id)
    toast(request, gettext("联系方式已删除。"))
    return redirect("console:case", number=row.number)


def _done(row: cases.CaseRow, action: cases.Action) -> str:
    if action is cases.Action.REASSIGN and row.consent_office_id is not None:
        return gettext("已征求%(office)s的意见，答复之前事件不移交。") % {"office": names.office(row.consent_office_id)}
    return gettext("已完成：%(what)s。") % {"what": gettext(cases.ACTION_NAMES[action])}


def _refused(request: HttpRequest, number: str, error: LiandongError, action: str) -> HttpResponse:
    try:
        return _case_page(request, number, error=error, action=action)
    except NotFound:
        context = {"message": access.say(error), "unsent": text_of(request), "post": post_of(access.actor(request))}
        return render(request, "console/out_of_reach.html", context, status=error.status)


def _case_page(
    request: HttpRequest, number: str, *, error: LiandongError | None = None, action: str = ""
) -> HttpResponse:
    actor = access.actor(request)
    page = queries.case_page(actor=actor, case_id=ids.parse_case_number(number))
    row = page.case.row
    answer_left, answer_unit = cases.answer_left(row)
    proposed = cache(lambda: _proposed(page))
    context = {
        "page": page,
        "case": page.case,
        "answer_left": answer_left,
        "answer_unit": answer_unit,
        "why": cases.why(row),
        "reply_until": cases.reply_until(row) if row.state == cases.State.ASKED else None,
        "forms": sorted(
            (form_of(each, request.POST if each == action else {}) for each in page.actions),
            key=lambda form: not form.is_next,
        ),
        "may_join": cases.Action.JOIN in page.actions,
        "looks_for_same": cases.Action.JOIN in page.actions and row.state in _NEW,
        "error": access.say(error) if error else "",
        "failed_action": action,
        "unsent": text_of(request) if error and action not in page.actions else "",
        "typed": request.POST,
        "leaves": lambda: filters.leaves(request.POST.get("category_code") or _preselected(page, proposed())),
        "proposed": lambda: [(names.category(each.code), "、".join(each.reasons)) for each in proposed()],
        "whereabouts": lambda: _whereabouts(row),
        "offices": filters.offices,
        "posts": lambda: _assignable(page, request.POST.get("staff_id", "")),
        "chosen_is_away": bool(error and error.code == PostIsAway.code),
        "asks_back": bool(error and error.code == VeryShort.code),
        "asked_extension": cases.budget_words(row.extension_asked) if row.extension_asked else "",
        "consent_office": names.office(row.consent_office_id) if row.consent_office_id else "",
        "unit": cases.unit_words(row.finish_budget) if row.finish_budget else "",
        "time_units": [(value, gettext(name)) for value, name in TIME_UNITS.items()],
        "may_reveal": intake.may_read_contact(actor, row),
        "photos": [
            Photo(
                reverse("intake:desk_photo", args=[photo.sha256]),
                reverse("intake:desk_photo", args=[photo.sha256]) + "?thumb=1",
                gettext("上报照片"),
            )
            for photo in page.photos
        ],
        "channel": names.channel(row.channel),
        "division": names.place(row.division_id),
        "border": names.border(row.lon, row.lat),
        "cells_url": f"{reverse('api-1:divisions')}?level={geojson.ground_level('village', 'town')}",
        "post": post_of(actor),
    }
    return render(request, "console/case.html", context, status=error.status if error else 200)


_NEW = (cases.State.RECEIVED, cases.State.DISPATCHED)
"""States in which the page looks by itself for cases that may be the same matter; later on when it is asked."""


def _proposed(page: queries.CasePage) -> list[categories.Proposal]:
    """The categories that the first report's words speak for, best first."""
    return list(categories.assess_words(page.reports[0].text).proposals) if page.reports else []


@dataclass(frozen=True, slots=True)
class Whereabout:
    """A place that the case's address may mean: `value` is its point as the form sends it."""

    value: str
    name: str
    detail: str


def _whereabouts(row: cases.CaseRow) -> list[Whereabout]:
    """Places that the address of a case without a point may mean. A clerk chooses one."""
    if row.lon is not None or not row.address:
        return []
    return [
        Whereabout(
            f"{each.lon:.6f},{each.lat:.6f}",
            each.name,
            " · ".join(filter(None, (each.address, names.place(each.division_id), places.reason_words(each)))),
        )
        for each in places.candidates(row.address)
        if each.lon is not None and each.lat is not None
    ]


def _preselected(page: queries.CasePage, proposed: list[categories.Proposal]) -> str:
    """The case's own category, as long as it has none the first that its words speak for."""
    return page.case.row.category_code or next((each.code for each in proposed), "")


def _assignable(page: queries.CasePage, typed: str) -> list[filters.Choice]:
    """Posts with the number of their open tasks; instead of one that is out its deputy is proposed."""
    posts = cases.assignable_posts(page.case.row)
    wanted = whole(typed)
    out = access.away(wanted) if wanted is not None else None
    chosen = out.deputy_id if out and out.deputy_id in (post.id for post in posts) else typed
    return [
        filters.Choice(str(staff_id), _load(staff_id, number), str(staff_id) == str(chosen))
        for staff_id, number in cases.open_task_counts([post.id for post in posts]).items()
    ]


def _load(staff_id: int, number: int) -> str:
    """`执法一岗 · 5 件在办 · 外出至 11月30日，代理 执法二岗`."""
    tasks = ngettext("%(number)d 件在办", "%(number)d 件在办", number) % {"number": number}
    return " · ".join(filter(None, (names.post(staff_id), tasks, names.away(staff_id))))


def _after(row: cases.CaseRow, actor: Actor) -> str:
    """Back to the case, or to the tasks where the post may no longer see it."""
    try:
        cases.visible_case(actor=actor, case_id=row.id)
    except NotFound:
        return reverse("console:home")
    return reverse("console:case", args=[row.number])
