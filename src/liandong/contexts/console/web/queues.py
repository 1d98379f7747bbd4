"""Queues 队列: what waits for the desk, by what is unclear or unsettled about it, with who has it and since when."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import filters, queries
from liandong.contexts.console.domain import rights
from liandong.contexts.process import public as process
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import Pager, toast
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError

from .bulk import bulk_bar
from .fields import version_of
from .frame import export_url_of, pager_of, post_of

STUCK = "stuck"
NAMES = {**cases.QUEUE_NAMES, STUCK: "流程停滞"}
MEANINGS = {
    "category": "还不知道说的是什么事，受理时选定分类。",
    "place": "地点不明，所以还不知道归哪个部门。",
    "duty": "职责清单里没有对应的部门，或者被部门退回。",
    "extension": "部门申请延期：第一次由中心批复，第二次由县领导批复。",
    "unhappy": "评价为“不满意”或“非常不满意”，或者再次“未解决”；中心看过并写明情况后离开队列。",
    "provisional": "节假日安排尚未公布，日期可能调整；公布后自动离开队列。",
    "stuck": "流程没有跟上事件；事件照常办理，只是流程图不准。",
}
PAGE_ROWS = 50


@require_GET
@never_cache
@access.signed_in(rights.SEE_QUEUES)
def queue(request: HttpRequest) -> HttpResponse:
    """One queue, what has waited longest first, and how many wait in each."""
    actor = access.actor(request)
    wanted = request.GET.get("queue", "category")
    if wanted not in NAMES:
        raise InvalidInput("没有这个队列。", field="queue")
    numbers = counts(actor)
    rows, pager = (
        _stuck(request, actor, numbers) if wanted == STUCK else _waiting(request, actor, wanted, numbers[wanted])
    )
    query = urlencode({"queue": wanted, "openness": "all", "sort": sort_of(wanted).value})
    context = {
        "rows": rows,
        "wanted": wanted,
        "queues": [(each, gettext(name), numbers[each], each == wanted) for each, name in NAMES.items()],
        "meaning": gettext(MEANINGS[wanted]),
        "pager": pager,
        "export_url": export_url_of(request.GET, "queue", queue=wanted) if wanted != STUCK else "",
        "bulk": bulk_bar(actor, cases.Scope.COUNTY, query, numbers[wanted]) if wanted != STUCK else None,
        "post": post_of(actor),
    }
    return render(request, "console/queue.html", context)


@require_POST
@access.signed_in(rights.SEE_QUEUES)
def take(request: HttpRequest, number: str) -> HttpResponse:
    """认领 from the queue; comes back to it."""
    case_id = ids.parse_case_number(number)
    return _done(
        request,
        lambda actor: cases.take_up(actor=actor, case_id=case_id, version=version_of(request)),
        gettext("已认领。"),
    )


@require_POST
@access.signed_in(rights.SEE_QUEUES)
def place_anew(request: HttpRequest, number: str) -> HttpResponse:
    """重新放置 of a stuck run; comes back to the queue."""
    case_id = ids.parse_case_number(number)
    return _done(
        request,
        lambda actor: process.place_anew(actor=actor, case_id=case_id),
        gettext("流程已按事件的现状重新放置。"),
    )


def _done(request: HttpRequest, act: Callable[[Actor], object], words: str) -> HttpResponse:
    try:
        act(access.actor(request))
    except LiandongError as error:
        toast(request, access.say(error), level="error")
    else:
        toast(request, words)
    back = request.POST.get("queue", "")
    return HttpResponseRedirect(
        f"{reverse('console:queue')}?{urlencode({'queue': back if back in NAMES else 'category'})}"
    )


def filters_of(queue: str) -> cases.Filters:
    return cases.Filters(queue=queue, openness=cases.Openness.ALL if queue == "unhappy" else cases.Openness.OPEN)


def sort_of(queue: str) -> cases.Sort:
    return cases.Sort.WAITING if queue == "unhappy" else cases.Sort.OLDEST


def counts(actor: Actor) -> dict[str, cases.Count]:
    """Of each queue; two statements."""
    lists = [(filters_of(queue), sort_of(queue)) for queue in cases.QUEUE_NAMES]
    counted = cases.count_each(actor=actor, scope=cases.Scope.COUNTY, lists=lists)
    return dict(zip(cases.QUEUE_NAMES, counted, strict=True)) | {STUCK: process.count_stuck()}


def _waiting(
    request: HttpRequest, actor: Actor, queue: str, count: cases.Count
) -> tuple[list[queries.QueuedCase], Pager]:
    page = cases.list_cases(
        actor=actor,
        scope=cases.Scope.COUNTY,
        filters=filters_of(queue),
        sort=sort_of(queue),
        cursor=request.GET.get("cursor", ""),
    )
    waiting = cases.waiting(page.rows, queue)
    return [_queued(row, waiting[row.id], actor, queue) for row in page.rows], pager_of(request.GET, page, count)


def _queued(row: cases.CaseRow, waiting: cases.Waiting, actor: Actor, queue: str) -> queries.QueuedCase:
    is_leaders = queue == "extension" and cases.right_to_decide(row) is cases.rights.DECIDE_SECOND_EXTENSION
    return queries.QueuedCase(
        case=cases.listed(row),
        desk=names.office(waiting.office_id),
        owner=names.post(waiting.assignee_id),
        since=waiting.since,
        age=age_words(waiting.since),
        may_take=waiting.may_be_taken and waiting.assignee_id != actor.id,
        reason=gettext("第二次延期，等县领导批复") if is_leaders else names.border(row.lon, row.lat),
    )


def _stuck(
    request: HttpRequest, actor: Actor, numbers: dict[str, cases.Count]
) -> tuple[list[queries.QueuedCase], Pager]:
    cursor = request.GET.get("cursor", "")
    found = process.stuck_runs(after=_decoded(cursor) if cursor else None, most=PAGE_ROWS + 1)
    stuck = {row.case_id: row for row in found[:PAGE_ROWS]}
    rows = cases.visible_among(stuck, actor=actor).values()
    more = found[PAGE_ROWS - 1] if len(found) > PAGE_ROWS else None
    number = f"{numbers[STUCK].number:,}" + ("" if numbers[STUCK].exact else "+")
    pager = Pager(
        first_url=filters.url(request.GET) if cursor else "",
        next_url=filters.url(request.GET, cursor=f"{more.since.isoformat()}~{more.case_id}") if more else "",
        summary=gettext("共 %(number)s 件") % {"number": number},
    )
    return [_stuck_case(row, stuck[row.id]) for row in rows], pager


def _stuck_case(row: cases.CaseRow, stuck: process.StuckRow) -> queries.QueuedCase:
    return queries.QueuedCase(
        case=cases.listed(row),
        desk=names.office(row.office_id),
        owner=names.post(row.assignee_id),
        since=stuck.since,
        age=age_words(stuck.since),
        may_take=False,
        reason=gettext(process.STUCK_NAMES[stuck.reason]),
    )


def _decoded(cursor: str) -> tuple[datetime, int]:
    since, _, case_id = cursor.partition("~")
    moment = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(since)
    if moment is None or moment.tzinfo is None or not (case_id.isascii() and case_id.isdigit() and len(case_id) < 19):
        raise InvalidInput("翻页标记无效，请从第一页重新查看。", field="cursor")
    return moment, int(case_id)


def age_words(since: datetime) -> str:
    """`等了 3 个工作日`."""
    count, unit = cases.working_age(since)
    if unit == "working_day":
        return ngettext("等了 %(count)d 个工作日", "等了 %(count)d 个工作日", count) % {"count": count}
    if not count:
        return gettext("不到 1 个工作小时")
    return ngettext("等了 %(count)d 个工作小时", "等了 %(count)d 个工作小时", count) % {"count": count}
