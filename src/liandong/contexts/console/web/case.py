"""The case page 事件, which the rooms' panels make up, what is done on it, and its sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.contexts.console import filters
from liandong.contexts.intake import public as intake
from liandong.contexts.joint import public as joint
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.places import public as places
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, LiandongError, NotFound, PostIsAway, VeryShort

from .acts import act_by_form, forms_of
from .answers import beginnings
from .fields import TIME_UNITS, text_of, whole
from .frame import post_of
from .past import past_page

Look = rooms.Look[cases.CaseRow]


@require_GET
@never_cache
@access.signed_in()
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case page; of a case that the office had and may no longer read, that it had it."""
    try:
        return _case_page(request, number)
    except NotFound:
        return past_page(request, number)


@require_GET
@never_cache
@access.signed_in()
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The case as an A4 sheet."""
    look = _look(request, number)
    return render(request, "console/sheet.html", {"case": cases.listed(look.row), "panels": rooms.sheet("case", look)})


@require_GET
@never_cache
@access.signed_in()
def panel(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The content of a lazy panel: what its fold loads when it is opened, or a page of its own without scripts."""
    look = _look(request, number)
    shown = rooms.one_panel("case", name, look)
    if shown is None:
        raise NotFound
    context = {"case": cases.listed(look.row), "post": post_of(look.actor)}
    if request.headers.get("HX-Request") == "true":
        return render(request, shown.template, context | dict(shown.context))
    return render(request, "console/panel.html", context | {"panel": shown.panel, "shown": [shown]})


@require_GET
@never_cache
@access.signed_in()
def news(request: HttpRequest, number: str) -> HttpResponse:
    """The parts of the page that others changed since it was shown; 204 where nobody did.
    `state` of the page's case says whether the forms are still those.
    """
    look = _look(request, number)
    seen, last = request.GET.get("seen"), cases.newest(look.row.id)
    if whole(seen) in (None, last):
        return HttpResponse(status=204)
    context = {
        "case": cases.listed(look.row),
        "panels": rooms.compose("case", look, _address(look.row), areas=(rooms.Area.WORK, rooms.Area.STORY)),
        "news": _news(look, request.GET.get("since")),
        "since": request.GET.get("since", ""),
        "seen": last,
        "page_state": request.GET.get("state", ""),
        "is_other_state": request.GET.get("state") != look.row.state,
        "post": post_of(look.actor),
    }
    return render(request, "console/parts/news_of_case.html", context)


@require_GET
@never_cache
@access.signed_in()
def file(request: HttpRequest, number: str, attachment_id: int, *, thumb: bool = False) -> HttpResponseBase:
    """A file of a message that the post may read. Raises NotFound."""
    look = _look(request, number)
    row = cases.attachment_among(
        cases.messages(look.row.id, reader=cases.reader_of(actor=look.actor, row=look.row)), attachment_id
    )
    return files.answer(row.sha256, media_type=row.media_type, name=row.name, thumb=thumb)


@require_http_methods(["GET", "POST"])
@access.signed_in()
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """One action on the case; an error brings the page back with what was typed, also where the case is out of reach
    or its state has no such form any more. Whoever only opens the address, by loading such a page anew, comes to the
    form.
    """
    actor = access.actor(request)
    case_id = ids.parse_case_number(number)
    if action not in cases.by_hand():
        raise NotFound
    if request.method == "GET":
        return HttpResponseRedirect(f"{reverse('console:case', args=[number])}#{action}")
    uploads = files.take_uploads(request)
    try:
        row = act_by_form(actor, case_id, cases.Action(action), request, uploads)
    except LiandongError as error:
        return _refused(request, number, error, action, uploads)
    toast(request, _done(row, cases.Action(action)), undo_url=_undo_address(row, actor, cases.Action(action)))
    return HttpResponseRedirect(_after(row, actor))


@require_POST
@access.signed_in()
def undo(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Takes back what has just been done, from the note that told it. `action`: the one that takes back."""
    actor = access.actor(request)
    case_id, version = ids.parse_case_number(number), whole(request.GET.get("version", ""))
    if action not in _TAKES_BACK.values() or version is None:
        raise NotFound
    try:
        row = cases.take_action(
            actor=actor,
            case_id=case_id,
            action=cases.Action(action),
            given={},
            text=gettext("刚才有误，随即撤销。"),
            version=version,
        )
    except LiandongError as error:
        toast(request, access.say(error), level="error")
        return HttpResponseRedirect(reverse("console:case", args=[number]))
    toast(request, gettext("已撤销。"))
    return HttpResponseRedirect(_after(row, actor))


_TAKES_BACK = {action: spec.undone_by for action, spec in cases.ACTIONS.items() if spec.undone_by} | {
    cases.Action.JOIN: cases.Action.SEPARATE
}
"""Of what can be taken back, by which action."""


def _undo_address(row: cases.CaseRow, actor: Actor, action: cases.Action) -> str:
    """Where the post takes back what it has done; "" where it can't."""
    undoing = _TAKES_BACK.get(action)
    if action is cases.Action.REASSIGN and row.consent_office_id is not None:
        undoing = cases.Action.WITHDRAW_CONSENT
    if undoing is None or undoing not in cases.possible_actions(row, actor):
        return ""
    return f"{reverse('console:undo', args=[row.number, undoing.value])}?version={row.version}"


def _look(request: HttpRequest, number: str) -> Look:
    """Raises NotFound where the post may not see the case."""
    actor = access.actor(request)
    return rooms.Look(actor, cases.visible_case(actor=actor, case_id=ids.parse_case_number(number)), request)


def _done(row: cases.CaseRow, action: cases.Action) -> str:
    if action is cases.Action.REASSIGN and row.consent_office_id is not None:
        return gettext("已征求%(office)s的意见，答复之前事件不移交。") % {"office": names.office(row.consent_office_id)}
    return gettext("已完成：%(what)s。") % {"what": gettext(cases.ACTION_NAMES[action])}


def _refused(
    request: HttpRequest, number: str, error: LiandongError, action: str, uploads: files.Uploads
) -> HttpResponse:
    try:
        return _case_page(request, number, error=error, action=action, uploads=uploads)
    except NotFound:
        context = {"message": access.say(error), "unsent": text_of(request), "post": post_of(access.actor(request))}
        return render(request, "console/out_of_reach.html", context, status=error.status)


def _case_page(
    request: HttpRequest,
    number: str,
    *,
    error: LiandongError | None = None,
    action: str = "",
    uploads: files.Uploads | None = None,
) -> HttpResponse:
    look = _look(request, number)
    row, actions = look.row, look.once(cases.actions_of)
    proposed = cache(lambda: _proposed(look))
    forms = forms_of(actions, {cases.Action(action): request.POST} if action in actions else {})
    seen = cases.last_seen(look.once(cases.timeline_of))
    is_late = bool(error and error.code == Conflict.code and action in actions)
    context = {
        "case": cases.listed(row),
        "panels": rooms.compose("case", look, _address(row)),
        "forms": forms,
        "nothing_to_do": not actions,
        "takes_files": forms.take_files,
        "failed_is_rare": any(form.action == action for form in forms.rare),
        "error": _refusal(error, is_late=is_late) if error else "",
        "is_late": is_late,
        "news": _news(look, request.POST.get("seen")) if is_late else [],
        "seen": seen,
        "since": seen,
        "page_state": row.state,
        "failed_action": action,
        "unsent": text_of(request) if error and action not in actions else "",
        "typed": request.POST,
        "kept": files.kept_again(request, uploads) if uploads else [],
        "leaves": lambda: filters.leaves(request.POST.get("category_code") or _preselected(row, proposed())),
        "proposed": lambda: [(names.category(each.code), "、".join(each.reasons)) for each in proposed()],
        "parts_going_on": lambda: _going_on(look.once(joint.parts_shown)),
        "beginnings": lambda: beginnings(row, _answered(look)),
        "whereabouts": lambda: _whereabouts(row),
        "offices": filters.offices,
        "posts": lambda: _assignable(row, request.POST.get("staff_id", "")),
        "chosen_is_away": bool(error and error.code == PostIsAway.code),
        "asks_back": bool(error and error.code == VeryShort.code),
        "asked_extension": cases.budget_words(row.extension_asked) if row.extension_asked else "",
        "unit": cases.unit_words(row.finish_budget) if row.finish_budget else "",
        "time_units": [(value, gettext(name)) for value, name in TIME_UNITS.items()],
        "post": post_of(look.actor),
    }
    return render(request, "console/case.html", context, status=error.status if error else 200)


def _answered(look: Look) -> Mapping[int, str]:
    """By office: the answers of those whose part is done."""
    return joint.answers_of(look.once(joint.parts_shown), look.once(cases.reader_shown))


def _going_on(parts: Sequence[joint.PartRow]) -> list[str]:
    """The offices whose part hasn't ended."""
    return [names.office(part.office_id) for part in parts if part.ended_at is None]


def _refusal(error: LiandongError, *, is_late: bool) -> str:
    """The sentence above the forms; `is_late`: somebody else was quicker, and the action is still possible."""
    if is_late:
        return gettext("您打开这一页以后，别人也办了这件事。您写的内容还在下面，看过变化以后仍可提交。")
    return access.say(error)


def _news(look: Look, seen: str | None) -> list[cases.Happening]:
    """Steps of others after the last one that the page had shown."""
    after = whole(seen)
    if after is None:
        return []
    return [step for step in look.once(cases.timeline_of) if step.seq > after and step.actor != look.actor.ref]


def _address(row: cases.CaseRow) -> Callable[[rooms.Panel], str]:
    return lambda panel: reverse(f"console:case_{panel.name}", args=[row.number])


def _proposed(look: Look) -> list[categories.Proposal]:
    """The categories that the first report's words speak for, best first."""
    reports = look.once(intake.reports_shown)
    return list(categories.assess_words(reports[0].text).proposals) if reports else []


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


def _preselected(row: cases.CaseRow, proposed: list[categories.Proposal]) -> str:
    """The case's own category, as long as it has none the first that its words speak for."""
    return row.category_code or next((each.code for each in proposed), "")


def _assignable(row: cases.CaseRow, typed: str) -> list[filters.Choice]:
    """Posts with the number of their open tasks; instead of one that is out its deputy is proposed."""
    posts = cases.assignable_posts(row)
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
