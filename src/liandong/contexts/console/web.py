"""The desk's pages: event square 事件广场, my tasks 我的任务, queues 队列, the case page. Parse, call, render."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.process import public as process
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import Pager, Photo, toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound

from . import filters, names, queries

SCOPE_NAMES = {
    cases.Scope.OFFICE: "本部门",
    cases.Scope.TOWN: "本乡镇",
    cases.Scope.CELLS: "我的网格",
    cases.Scope.COUNTY: "全县",
}


@require_GET
@access.signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """Where a post begins: its tasks, or for those who only look on, the square."""
    actor = access.actor(request)
    return redirect("console:tasks" if actor.has(Role.HANDLER, Role.GRID_WORKER) else "console:square")


@require_GET
@never_cache
@access.signed_in()
def square(request: HttpRequest) -> HttpResponse:
    """The list of one scope, with filters, beside a map."""
    actor = access.actor(request)
    available = queries.scopes(actor)
    scope = _scope(request, available)
    chosen, sort = filters.read(request.GET)
    newest = cases.newest_id()
    page = cases.list_cases(actor=actor, scope=scope, filters=chosen, sort=sort, cursor=request.GET.get("cursor", ""))
    count = cases.count_cases(actor=actor, scope=scope, filters=chosen, sort=sort)
    api = request.GET.copy()
    api["scope"] = scope.value
    return render(
        request,
        "console/square.html",
        {
            "cases": [queries.listed(row) for row in page.rows],
            "pager": _pager(request, page, count),
            "scopes": [(each.value, gettext(SCOPE_NAMES[each]), each == scope) for each in available],
            "filters": chosen,
            "sort": sort.value,
            "chips": filters.chips(request.GET),
            "categories": filters.categories(chosen.category_code),
            "offices": filters.offices(chosen.office_id),
            "towns": filters.towns(chosen.town_id),
            "kept": [(name, value) for name, value in request.GET.items() if name in ("light", "openness", "queue")],
            "points_url": f"{reverse('api-1:case_points')}?{api.urlencode()}",
            "live_url": f"{reverse('api-1:live')}?{api.urlencode()}",
            "cells_url": f"{reverse('api-1:divisions')}?level=town",
            "newest": newest,
            "post": _post(actor),
        },
    )


@require_GET
@never_cache
@access.signed_in()
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of the post and, below, of its office that nobody has taken."""
    actor = access.actor(request)
    mine, unclaimed = cases.open_tasks(actor=actor)
    context = {
        "mine": [queries.listed(row) for row in mine],
        "unclaimed": [queries.listed(row) for row in unclaimed],
        "has_office": actor.office_id is not None,
        "listed": cases.TASKS_LISTED,
        "is_cut": max(len(mine), len(unclaimed)) == cases.TASKS_LISTED,
        "post": _post(actor),
    }
    return render(request, "console/tasks.html", context)


@require_GET
@never_cache
@access.signed_in(Role.CLERK, Role.COORDINATOR)
def queue(request: HttpRequest) -> HttpResponse:
    """What is unclear, oldest first, by what is unclear about it."""
    actor = access.actor(request)
    wanted = request.GET.get("queue", "category")
    if wanted not in filters.QUEUES:
        raise InvalidInput("没有这个队列。", field="queue")
    waiting = cases.Filters(queue=wanted)
    page = cases.list_cases(
        actor=actor,
        scope=cases.Scope.COUNTY,
        filters=waiting,
        sort=cases.Sort.OLDEST,
        cursor=request.GET.get("cursor", ""),
    )
    counts = {
        each: cases.count_cases(actor=actor, scope=cases.Scope.COUNTY, filters=cases.Filters(queue=each))
        for each in filters.QUEUES
    }
    context = {
        "cases": [queries.listed(row) for row in page.rows],
        "queues": [(each, gettext(name), counts[each], each == wanted) for each, name in filters.QUEUES.items()],
        "pager": _pager(request, page, counts[wanted]),
        "post": _post(actor),
    }
    return render(request, "console/queue.html", context)


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
        "post": _post(actor),
    }
    is_fold = request.headers.get("HX-Request") == "true"
    return render(request, "console/parts/process.html" if is_fold else "console/process.html", context)


@require_POST
@access.signed_in()
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """One action on the case; an error brings the page back with what was typed, also where the case is out of reach
    or its state has no such form any more.
    """
    actor = access.actor(request)
    case_id = ids.parse_case_number(number)
    command = COMMANDS.get(action)
    if command is None:
        raise NotFound
    try:
        row = command(actor, case_id, request)
    except LiandongError as error:
        return _refused(request, number, error, action)
    toast(request, gettext("已完成：%(what)s。") % {"what": gettext(cases.ACTION_NAMES[cases.Action(action)])})
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
    context: dict[str, object] = {"case": queries.listed(row), "report_id": report_id, "post": _post(actor)}
    context["may_erase"] = actor.has(Role.COORDINATOR)
    context["purposes"] = [(key, gettext(name)) for key, name in intake.PURPOSES.items()]
    if request.method == "POST":
        name, phone, email = intake.read_contact(
            actor=actor, report_id=report_id, purpose=request.POST.get("purpose", "")
        )
        context["contact"] = [(gettext("称呼"), name), (gettext("电话"), phone), (gettext("邮箱"), email)]
    return render(request, "console/contact.html", context)


@require_POST
@access.signed_in(Role.COORDINATOR)
def erase_contact(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """Removes a contact at the reporter's request."""
    row = cases.visible_case(actor=access.actor(request), case_id=ids.parse_case_number(number))
    if report_id not in (report.id for report in intake.reports_of(row.id)):
        raise NotFound
    intake.erase_contact(actor=access.actor(request), report_id=report_id)
    toast(request, gettext("联系方式已删除。"))
    return redirect("console:case", number=row.number)


def _refused(request: HttpRequest, number: str, error: LiandongError, action: str) -> HttpResponse:
    try:
        return _case_page(request, number, error=error, action=action)
    except NotFound:
        context = {"message": access.say(error), "unsent": _text(request), "post": _post(access.actor(request))}
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
        "actions": [(each.value, gettext(cases.ACTION_NAMES[each])) for each in page.actions],
        "main_actions": [each.value for each in page.actions if each in _MAIN],
        "error": access.say(error) if error else "",
        "failed_action": action,
        "unsent": _text(request) if error and action not in page.actions else "",
        "typed": request.POST,
        "leaves": lambda: filters.leaves(request.POST.get("category_code") or _preselected(page, proposed())),
        "proposed": proposed,
        "offices": filters.offices,
        "posts": lambda: _assignable(page),
        "asked_extension": cases.budget_words(row.extension_asked) if row.extension_asked else "",
        "grounds": [(value, gettext(name)) for value, name in cases.PARKING_GROUNDS.items()],
        "unit": cases.unit_words(row.finish_budget) if row.finish_budget else "",
        "time_units": [(value, gettext(name)) for value, name in TIME_UNITS.items()],
        "needs_words": cases.NEEDS_WORDS,
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
        "cells_url": f"{reverse('api-1:divisions')}?level=village",
        "post": _post(actor),
    }
    return render(request, "console/case.html", context, status=error.status if error else 200)


TIME_UNITS = {"wd": "个工作日", "d+": "天", "h": "小时"}
_MAIN = (
    cases.Action.SCREEN,
    cases.Action.ACCEPT,
    cases.Action.CLAIM,
    cases.Action.ANSWER,
    cases.Action.GRANT_EXTENSION,
)


def _proposed(page: queries.CasePage) -> cases.Proposal | None:
    """The category that the first report's words speak for, as long as the case has none."""
    if page.case.row.category_code or not page.reports:
        return None
    return next(iter(cases.propose_category(page.reports[0].text)), None)


def _preselected(page: queries.CasePage, proposal: cases.Proposal | None) -> str:
    return proposal.code if proposal else page.case.row.category_code


def _assignable(page: queries.CasePage) -> list[filters.Choice]:
    row = page.case.row
    return [filters.Choice(str(post.id), names.post(post.id), False) for post in cases.assignable_posts(row)]


def _scope(request: HttpRequest, available: list[cases.Scope]) -> cases.Scope:
    wanted = request.GET.get("scope", "")
    if not wanted:
        return available[0]
    chosen = next((scope for scope in available if scope.value == wanted), None)
    if chosen is None:
        raise InvalidInput("您没有这个范围。", field="scope")
    return chosen


def _pager(request: HttpRequest, page: cases.Page, count: cases.Count) -> Pager:
    def to(cursor: str) -> str:
        return filters.url(request.GET, cursor=cursor) if cursor else ""

    number = f"{count.number:,}" + ("" if count.exact else "+")
    return Pager(
        first_url=filters.url(request.GET) if page.previous else "",
        prev_url=to(page.previous),
        next_url=to(page.next),
        last_url=to("last") if page.next else "",
        summary=gettext("共 %(number)s 件") % {"number": number},
    )


def _post(actor: Actor) -> dict[str, str]:
    return {
        "name": names.post(actor.id) or actor.label,
        "scope": names.office(actor.office_id) or names.division(actor.division_id),
    }


def _after(row: cases.CaseRow, actor: Actor) -> str:
    """Back to the case, or to the tasks where the post may no longer see it."""
    try:
        cases.visible_case(actor=actor, case_id=row.id)
    except NotFound:
        return reverse("console:home")
    return reverse("console:case", args=[row.number])


def _text(request: HttpRequest) -> str:
    return str(request.POST.get("text", ""))


def _version(request: HttpRequest) -> int | None:
    return _integer(request, "version")


def _integer(request: HttpRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InvalidInput("数值无效。", field=name)
    return int(value)


def _required(request: HttpRequest, name: str) -> int:
    value = _integer(request, name)
    if value is None:
        raise InvalidInput("请选择。", field=name)
    return value


def _degrees(request: HttpRequest, name: str) -> float | None:
    value = request.POST.get(name, "").strip()
    if not value:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise InvalidInput("数值无效。", field=name) from error


Command = Callable[[Actor, int, HttpRequest], cases.CaseRow]


def _screen(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    return cases.screen_case(
        actor=actor,
        case_id=case_id,
        category_code=request.POST.get("category_code", ""),
        office_id=_integer(request, "office_id"),
        lon=_degrees(request, "lon"),
        lat=_degrees(request, "lat"),
        version=_version(request),
        text=_text(request),
    )


def _assign(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    staff_id = _required(request, "staff_id")
    return cases.assign_task(actor=actor, case_id=case_id, staff_id=staff_id, version=_version(request))


def _reassign(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    office_id = _required(request, "office_id")
    return cases.reassign_case(
        actor=actor, case_id=case_id, office_id=office_id, text=_text(request), version=_version(request)
    )


def _ask_extension(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    count = _required(request, "count")
    return cases.ask_extension(
        actor=actor, case_id=case_id, count=count, text=_text(request), version=_version(request)
    )


def _park(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    return cases.park_case(
        actor=actor,
        case_id=case_id,
        ground=request.POST.get("ground", ""),
        review_on=filters.day(request.POST.get("review_on", ""), "review_on"),
        text=_text(request),
        version=_version(request),
    )


def _override(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    budget = f"{_required(request, 'count')}{request.POST.get('unit', '')}"
    return cases.override_time_limit(
        actor=actor, case_id=case_id, budget=budget, text=_text(request), version=_version(request)
    )


def _verdict(actor: Actor, case_id: int, request: HttpRequest, *, solved: bool) -> cases.CaseRow:
    return cases.record_verdict(
        actor=actor,
        case_id=case_id,
        solved=solved,
        satisfied=_integer(request, "satisfied"),
        text=_text(request),
        version=_version(request),
    )


def _refer_out(actor: Actor, case_id: int, request: HttpRequest) -> cases.CaseRow:
    return cases.refer_out(
        actor=actor, case_id=case_id, to=request.POST.get("to", ""), text=_text(request), version=_version(request)
    )


def _plain(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(actor=actor, case_id=case_id, version=_version(request))


def _with_text(command: Callable[..., cases.CaseRow]) -> Command:
    return lambda actor, case_id, request: command(
        actor=actor, case_id=case_id, text=_text(request), version=_version(request)
    )


COMMANDS: dict[str, Command] = {
    "screen": _screen,
    "accept": _plain(cases.accept_case),
    "claim": _plain(cases.claim_task),
    "assign": _assign,
    "reassign": _reassign,
    "note": lambda actor, case_id, request: cases.add_note(actor=actor, case_id=case_id, text=_text(request)),
    "ask": _with_text(cases.ask_reporter),
    "reply": _with_text(cases.record_reply),
    "supplement": _with_text(cases.record_reply),
    "answer": _with_text(cases.answer_case),
    "judge_solved": lambda actor, case_id, request: _verdict(actor, case_id, request, solved=True),
    "judge_unsolved": lambda actor, case_id, request: _verdict(actor, case_id, request, solved=False),
    "close": _with_text(cases.close_case),
    "reopen": _with_text(cases.reopen_case),
    "withdraw": _with_text(cases.withdraw_case),
    "return": _with_text(cases.return_case),
    "undo_reassign": _with_text(cases.undo_reassignment),
    "ask_extension": _ask_extension,
    "grant_extension": _with_text(cases.grant_extension),
    "refuse_extension": _with_text(cases.refuse_extension),
    "park": _park,
    "unpark": _with_text(cases.unpark_case),
    "override": _override,
    "refer_out": _refer_out,
}
