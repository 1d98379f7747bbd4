"""Bulk actions 批量办理: choose cases, say what is to be done, see what it would do, confirm, read what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.batches import public as batches
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import filters
from liandong.foundation.access import public as access
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import Pager, toast
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound

from .acts import readers_of
from .fields import TIME_UNITS, integer, text_of, whole
from .frame import post_of

T = TypeVar("T")
PAGE_ROWS = 50
_NAMES = {
    cases.Action.REASSIGN: "改派到一个部门",
    cases.Action.OVERRIDE: "改定时限",
    cases.Action.URGE: "催办",
    cases.Action.ASSIGN: "指派给一个岗位",
    cases.Action.LOOK_AT_VERDICT: "标为已看过评价",
    cases.Action.SCREEN: "按同一分类受理",
}
"""How the first buttons of the bar are called; an action that isn't named here follows with its own name."""
OUTCOMES = {
    "waiting": "待办理",
    "done": "已办理",
    "refused": "未办理",
    "undone": "已撤销",
    "kept": "未能撤销",
}
STATES = {"running": "正在办理", "done": "已办理", "undoing": "正在撤销", "undone": "已撤销"}


@dataclass(frozen=True, slots=True)
class BulkBar:
    """The bar under a list, as it offers actions to a post; `total`: how many cases the whole list has."""

    actions: list[filters.Choice]
    scope: str
    query: str
    total: cases.Count


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a preview: how it stands and would stand; `refusal`: why nothing would be done to it."""

    case: cases.ListedCase
    after: cases.ListedCase | None
    refusal: str

    @property
    def asks(self) -> str:
        """The town's office that is asked for its consent first."""
        asked = self.after is not None and self.after.row.consent_office_id != self.case.row.consent_office_id
        return names.office(self.after.row.consent_office_id) if self.after and asked else ""

    @property
    def moves_due(self) -> bool:
        return self.after is not None and self.after.row.due_at != self.case.row.due_at


@dataclass(frozen=True, slots=True)
class Result:
    """A case in a batch that is through; `case` None where the post may no longer see it."""

    case: cases.ListedCase | None
    outcome: str
    name: str
    why: str


def _names() -> dict[cases.Action, str]:
    more = [action for action in cases.ACTIONS if action in cases.bulk_actions() - _NAMES.keys()]
    return _NAMES | {action: cases.ACTIONS[action].name for action in more}


def bulk_bar(actor: Actor, scope: cases.Scope, query: str, total: cases.Count) -> BulkBar | None:
    """None for posts that do nothing to many cases at once, and where the county has no batches."""
    if not (actor.may(batches.rights.BEGIN) and rooms.is_on("batches")):
        return None
    actions = [
        filters.Choice(action.value, gettext(name), selected=False)
        for action, name in _names().items()
        if actor.may(cases.RIGHT_TO[action])
    ]
    return BulkBar(actions, scope.value, query, total)


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in(batches.rights.BEGIN)
def bulk(request: HttpRequest) -> HttpResponse:
    """The post's own batches; a POST begins one with the chosen cases."""
    actor = access.actor(request)
    if request.method == "POST":
        return _begin(request, actor)
    names_of = _names()
    rows = [(row, gettext(names_of[row.action]), gettext(STATES[row.state])) for row in batches.batches_of(actor=actor)]
    return render(request, "console/bulk_list.html", {"batches": rows, "post": post_of(actor)})


@require_GET
@never_cache
@access.signed_in(batches.rights.BEGIN)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The batch as it stands: form, preview, progress or result."""
    return _page(request, batch_id)


@require_POST
@access.signed_in(batches.rights.BEGIN)
def plan(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Says what is to be done; an error brings the form back with what was typed."""
    actor = access.actor(request)
    row = batches.batch_of(actor=actor, batch_id=batch_id)
    try:
        batches.plan(actor=actor, batch_id=batch_id, bulk=_bulk(request, row.action), text=text_of(request))
    except InvalidInput as error:
        return _page(request, batch_id, error)
    except LiandongError as error:
        toast(request, access.say(error), level="error")
    return redirect("console:batch", batch_id=batch_id)


@require_POST
@access.signed_in(batches.rights.BEGIN)
def change(request: HttpRequest, batch_id: int) -> HttpResponse:
    """From the preview back to the form."""
    return _do(request, batch_id, lambda actor: batches.reconsider(actor=actor, batch_id=batch_id))


@require_POST
@access.signed_in(batches.rights.BEGIN)
def confirm(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Does what was previewed."""
    return _do(request, batch_id, lambda actor: batches.confirm(actor=actor, batch_id=batch_id))


@require_POST
@access.signed_in(batches.rights.BEGIN)
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Takes the batch back; an error brings the page back with what was typed."""
    actor = access.actor(request)
    try:
        batches.undo(actor=actor, batch_id=batch_id, text=text_of(request))
    except InvalidInput as error:
        return _page(request, batch_id, error)
    except NotFound:
        raise
    except LiandongError as error:
        toast(request, access.say(error), level="error")
    return redirect("console:batch", batch_id=batch_id)


@require_GET
@never_cache
@access.signed_in(batches.rights.BEGIN)
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far a batch at work is; once it is through, the whole page."""
    row = batches.batch_of(actor=access.actor(request), batch_id=batch_id)
    if not row.is_at_work:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = reverse("console:batch", args=[batch_id])
        return response
    return render(request, "console/parts/bulk_progress.html", {"batch": row})


def _do(request: HttpRequest, batch_id: int, act: Callable[[Actor], None]) -> HttpResponse:
    try:
        act(access.actor(request))
    except NotFound:
        raise
    except LiandongError as error:
        toast(request, access.say(error), level="error")
    return redirect("console:batch", batch_id=batch_id)


def _begin(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        versions = _chosen(request, actor)
        batch_id = batches.begin(actor=actor, action=request.POST.get("action", ""), versions=versions)
    except InvalidInput as error:
        toast(request, access.say(error), level="error")
        return HttpResponseRedirect(_back(request))
    return redirect("console:batch", batch_id=batch_id)


def _back(request: HttpRequest) -> str:
    """The list that the cases were chosen from."""
    query = QueryDict(request.POST.get("query", ""))
    kept = query.urlencode()
    page = "console:queue" if request.POST.get("from") == "queue" else "console:square"
    return f"{reverse(page)}?{kept}" if kept else reverse(page)


def _chosen(request: HttpRequest, actor: Actor) -> list[tuple[int, int]]:
    """(id, version) of the cases that were ticked, or of all that the list's filters find."""
    if request.POST.get("which") == "all":
        scope = next((each for each in cases.scopes_of(actor) if each.value == request.POST.get("scope")), None)
        if scope is None:
            raise InvalidInput("您没有这个范围。", field="scope")
        chosen, sort = filters.read(QueryDict(request.POST.get("query", "")), actor, scope)
        return cases.list_versions(actor=actor, scope=scope, filters=chosen, sort=sort, most=batches.MOST)
    typed = request.POST.getlist("case")[: batches.MOST + 1]
    if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in typed):
        raise InvalidInput("数值无效。", field="case")
    rows = cases.visible_among([int(each) for each in typed], actor=actor).values()
    return [(row.id, row.version) for row in rows]


def _bulk(request: HttpRequest, action: cases.Action) -> cases.BulkAction:
    """The content of the form of the action; an open field is checked when the batch is planned."""
    fields = cases.ACTIONS[action].fields
    return cases.BulkAction(
        action,
        {each.argument or each.name: _READ[each.kind](request, each.name) for each in fields if each.kind in _READ},
    )


def _time_limit(request: HttpRequest, field: str) -> str:
    count, unit = integer(request, "count"), request.POST.get("unit", "")
    if not count or unit not in TIME_UNITS:
        raise InvalidInput("请填写新的时限。", field="count")
    return f"{count}{unit}"


_READ: Mapping[cases.Kind, Callable[[HttpRequest, str], object]] = {
    cases.Kind.OFFICE: integer,
    cases.Kind.POST: integer,
    cases.Kind.DESPITE_ABSENCE: lambda request, field: bool(request.POST.get(field)),
    cases.Kind.TIME_LIMIT: _time_limit,
    cases.Kind.CATEGORY: lambda request, field: request.POST.get(field, ""),
}
"""Kinds of which one value can serve many cases; of other kinds nothing is asked."""


def _page(request: HttpRequest, batch_id: int, error: LiandongError | None = None) -> HttpResponse:
    actor = access.actor(request)
    row = batches.batch_of(actor=actor, batch_id=batch_id)
    items = batches.items_of(batch_id)
    spec = cases.ACTIONS[row.action]
    context: dict[str, object] = {
        "batch": row,
        "what": gettext(_names()[row.action]),
        "detail": _detail(row.bulk.given),
        "error": access.say(error) if error else "",
        "error_field": error.field if error else "",
        "needs_text": row.action in cases.NEEDS_WORDS,
        "typed_text": text_of(request) if error else row.text,
        "asked": {each.kind.value for each in spec.fields if each.needed},
        "words": _words(row.action),
        "readers": readers_of(spec),
        "undo_words": _words(spec.undone_by) if spec.undone_by else "",
        "can_be_undone": row.action in cases.UNDOABLE,
        "post": post_of(actor),
    }
    if row.state == batches.State.DRAFT:
        context |= _form(request, actor, row, items)
    elif row.state == batches.State.PREVIEW:
        context |= _preview(request, actor, row, items)
    elif not row.is_at_work:
        context |= _result(request, actor, row, items)
    return render(request, "console/bulk.html", context, status=error.status if error else 200)


def _words(action: cases.Action) -> str:
    """The name of the written text, empty where nothing is written."""
    words = cases.ACTIONS[action].words
    return gettext(words.label) if words else ""


def _form(
    request: HttpRequest, actor: Actor, row: batches.BatchRow, items: Sequence[batches.ItemRow]
) -> dict[str, object]:
    given, typed = row.bulk.given, request.POST
    budget = given.get("budget", "")
    count = budget.rstrip("wdh+")
    return {
        "offices": lambda: filters.offices(whole(typed.get("office_id")) or given.get("office_id")),
        "leaves": lambda: filters.leaves(typed.get("category_code") or given.get("category_code", "")),
        "posts": lambda: _posts(actor, items, whole(typed.get("staff_id")) or given.get("staff_id")),
        "count": typed.get("count", count),
        "time_units": [
            (value, gettext(name), value == (typed.get("unit") or budget[len(count) :]))
            for value, name in TIME_UNITS.items()
        ],
    }


def _posts(actor: Actor, items: Sequence[batches.ItemRow], chosen: int | None) -> list[filters.Choice]:
    """Posts that at least one of the cases can be given to."""
    rows = cases.visible_among([item.case_id for item in items], actor=actor).values()
    kinds = {(row.office_id, row.town_id, row.complained_office_id, row.complained_staff_id): row for row in rows}
    posts = {post.id: post for row in kinds.values() for post in cases.assignable_posts(row)}
    return [
        filters.Choice(
            str(post.id),
            " · ".join(filter(None, (names.office(post.office_id), names.post(post.id)))),
            post.id == chosen,
        )
        for post in sorted(posts.values(), key=lambda post: (post.office_id or 0, post.id))
    ]


def _preview(
    request: HttpRequest, actor: Actor, row: batches.BatchRow, items: Sequence[batches.ItemRow]
) -> dict[str, object]:
    versions = {item.case_id: item.version_before for item in items}
    rows = list(cases.visible_among(versions, actor=actor).values())
    foreseen = cases.foresee(actor=actor, bulk=row.bulk, rows=rows, versions=versions)
    foreseen.sort(key=lambda each: each.refusal is None)
    shown, pager = _slice(request, foreseen)
    refused = sum(each.refusal is not None for each in foreseen) + len(items) - len(rows)
    return {
        "lines": [_line(each) for each in shown],
        "refused": refused,
        "ready": len(items) - refused,
        "unseen": len(items) - len(rows),
        "pager": pager,
    }


def _line(foreseen: cases.Foresight) -> Line:
    return Line(
        case=cases.listed(foreseen.row),
        after=cases.listed(foreseen.after) if foreseen.after else None,
        refusal=access.say(foreseen.refusal) if foreseen.refusal else "",
    )


def _result(
    request: HttpRequest, actor: Actor, row: batches.BatchRow, items: Sequence[batches.ItemRow]
) -> dict[str, object]:
    troubled = (batches.Outcome.REFUSED, batches.Outcome.KEPT)
    shown, pager = _slice(request, sorted(items, key=lambda item: item.outcome not in troubled))
    rows = cases.visible_among([item.case_id for item in shown], actor=actor)
    results = [
        Result(
            case=cases.listed(rows[item.case_id]) if item.case_id in rows else None,
            outcome=item.outcome,
            name=gettext(OUTCOMES[item.outcome]),
            why=_said(item),
        )
        for item in shown
    ]
    totals = [(gettext(name), row.counts[key]) for key, name in OUTCOMES.items() if row.counts.get(key)]
    return {"results": results, "totals": totals, "pager": pager}


def _said(item: batches.ItemRow) -> str:
    if not item.why:
        return ""
    return access.sentence_of(item.why["message"], item.why["context"])


def _slice(request: HttpRequest, everything: Sequence[T]) -> tuple[Sequence[T], Pager]:
    """The page that the address asks for; a batch doesn't grow, so a page is a number."""
    last = max(0, (len(everything) - 1) // PAGE_ROWS)
    page = min(whole(request.GET.get("page")) or 0, last)
    pager = Pager(
        first_url="?page=0" if page else "",
        prev_url=f"?page={page - 1}" if page else "",
        next_url=f"?page={page + 1}" if page < last else "",
        last_url=f"?page={last}" if page < last else "",
        summary=gettext("共 %(number)s 件") % {"number": f"{len(everything):,}"},
    )
    return everything[page * PAGE_ROWS : (page + 1) * PAGE_ROWS], pager


def _detail(given: cases.Given) -> str:
    if office_id := given.get("office_id"):
        return names.office(office_id)
    if staff_id := given.get("staff_id"):
        return names.post(staff_id)
    if category_code := given.get("category_code"):
        return names.category(category_code)
    return cases.budget_words(given["budget"]) if given.get("budget") else ""
