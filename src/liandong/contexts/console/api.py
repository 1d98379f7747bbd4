"""`/api/v1`: what posts see and do, the registers behind it, and what a map needs."""

from datetime import datetime
from functools import cache
from itertools import chain

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext
from ninja import Router

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.language import is_english
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotFound

from . import filters, geojson
from .asked import ActionIn, asked_in_json

router = Router(tags=["cases"])
PAGE_ROWS = 50
MOST_ROWS = 200
MOST_PLACES = 20
GEOJSON = "application/geo+json"


def _query(name: str, description: str, kind: str = "string", **more: object) -> dict[str, object]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind, **more}}


ASSISTING = "assisting"
"""Another name of the list of cases that the post's office assists."""
_SCOPE = _query(
    "scope",
    "One of the post's own scopes; the nearest without it. `assisting` is `assist`.",
    enum=[*cases.Scope, ASSISTING],
)
_PURPOSE = _query(
    "purpose",
    "What a search is for: needed county-wide and for what is older than a year.",
    enum=list(cases.SEARCH_PURPOSES),
)


def _filter(of: cases.Filter) -> list[dict[str, object]]:
    told: dict[str, object] = {
        "name": of.name,
        "in": "query",
        "description": of.says,
        "schema": dict(of.kind.schema),
    }
    return [told, _PURPOSE] if cases.is_words(of) else [told]


_FILTERS = [
    _SCOPE,
    *chain.from_iterable(map(_filter, cases.FILTERS.values())),
    _query("sort", "", enum=list(cases.Sort), default="newest"),
]
_PAGING = [
    _query("cursor", "`next` or `previous` of an answer, or `last`."),
    _query("rows", "", "integer", default=PAGE_ROWS, minimum=1, maximum=MOST_ROWS),
    _query("count", "With a count, exact up to 1,000.", "boolean", default=False),
]


class CaseLine(msgspec.Struct, frozen=True):
    """A case with the names of what it refers to, in the language of the request. Moments UTC, degrees WGS-84."""

    number: str
    title: str
    state: str
    state_name: str
    light: str
    category_code: str
    category: str
    severity: int
    queue: str
    channel: str
    address: str
    place: str
    lon: float | None
    lat: float | None
    division_id: int | None
    office_id: int | None
    office: str
    assignee_id: int | None
    assignee: str
    is_private: bool
    is_confidential: bool
    is_published: bool
    received_at: datetime
    accept_due_at: datetime | None
    due_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    provisional: bool
    accepted_at: datetime | None
    answered_at: datetime | None
    verdict_due_at: datetime | None
    review_at: datetime | None
    extension_asked: str
    consent_office_id: int | None
    closed_at: datetime | None
    changed_at: datetime
    report_count: int
    joined_to: str | None
    rework_count: int
    solved: bool | None
    satisfied: int | None
    version: int


class CaseList(msgspec.Struct, frozen=True, omit_defaults=True):
    """`next`, `previous`: cursors, "" at the ends; `count` only when asked for."""

    rows: list[CaseLine]
    next: str
    previous: str
    count: cases.Count | None = None


class ActionLine(msgspec.Struct, frozen=True):
    """An action that the post may take on the case as it stands."""

    action: str
    name: str


class CaseDetail(msgspec.Struct, frozen=True):
    """A case with its work, words, reports and deadline ledger, each in order. No contact data.

    `messages`: those whose `audience` the post is of: `reporter` (then `public` too), `parties`, `involved`, `lead`,
    `supervisors`.
    """

    case: CaseLine
    tasks: list[cases.TaskRow]
    messages: list[cases.MessageRow]
    reports: list[intake.ReportRow]
    photos: list[intake.PhotoRow]
    documents: list[intake.DocumentRow]
    attachments: list[cases.AttachmentRow]
    deadlines: list[cases.DeadlineRow]
    actions: list[ActionLine]


class CaseChanged(msgspec.Struct, frozen=True):
    """The case after an action and what may be done next."""

    case: CaseLine
    actions: list[ActionLine]


class Fresh(msgspec.Struct, frozen=True):
    """`fresh`: how many cases came into the list after `cursor`, exact up to 100; ask next from the new `cursor`."""

    cursor: str
    fresh: int


class CategoryLine(msgspec.Struct, frozen=True):
    """A category of the taxonomy: domain, group or leaf."""

    code: str
    parent_code: str
    name: str
    leaf: bool
    severity: int
    flags: list[str]
    keywords: list[str]


class OfficeLine(msgspec.Struct, frozen=True):
    """An office at work; `phone` is its public one."""

    id: int
    code: str
    name: str
    role_code: str
    division_id: int | None
    is_desk: bool
    phone: str


@router.get("/cases", url_name="cases", openapi_extra={"parameters": _FILTERS + _PAGING})
def list_cases(request: HttpRequest) -> CaseList:
    """One page of a list."""
    actor, scope, chosen, sort = _asked(request)
    cursor = request.GET.get("cursor", "")
    counted = request.GET.get("count", "false")
    if counted not in ("true", "1", "false", "0"):
        raise InvalidInput("筛选条件无效。", field="count")
    rows, count = _rows(request), None
    if counted in ("true", "1"):
        page, count = cases.list_and_count(
            actor=actor, scope=scope, filters=chosen, sort=sort, cursor=cursor, rows=rows
        )
    else:
        page = cases.list_cases(actor=actor, scope=scope, filters=chosen, sort=sort, cursor=cursor, rows=rows)
    told = _Told()
    return CaseList(
        rows=[case_line(row, told) for row in page.rows],
        next=page.next,
        previous=page.previous,
        count=count,
    )


@router.get("/cases/points.geojson", url_name="case_points", openapi_extra={"parameters": _FILTERS})
def case_points(request: HttpRequest) -> geojson.CaseFeatures:
    """The first 2,000 cases of a list that have a point."""
    actor, scope, chosen, sort = _asked(request)
    return geojson.case_points(cases.list_points(actor=actor, scope=scope, filters=chosen, sort=sort))


@router.get("/cases/{number}", url_name="case")
def show_case(request: HttpRequest, number: str) -> CaseDetail:
    """Everything about one case; 404 also where the post may not see it."""
    actor = _actor(request)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    messages = cases.messages(row.id, reader=cases.reader_of(actor=actor, row=row))
    return CaseDetail(
        case=case_line(row),
        tasks=cases.tasks(row.id),
        messages=messages,
        reports=intake.reports_of(row.id),
        photos=intake.photos_of(row.id),
        documents=intake.documents_of(row.id),
        attachments=[each for own in cases.attachments_of(messages).values() for each in own],
        deadlines=cases.deadline_entries(row.id),
        actions=_actions(row, actor),
    )


@router.post("/cases/{number}/{action}", url_name="case_action", openapi_extra={"requestBody": ActionIn})
def act(request: HttpRequest, number: str, action: str) -> CaseChanged:
    """One action of the lifecycle, by the name that `actions` of the case gives: what the post may do to it now."""
    actor = _actor(request)
    if action not in cases.by_hand():
        raise NotFound("没有这个操作。")
    wanted = cases.Action(action)
    row = cases.visible_case(actor=actor, case_id=ids.parse_case_number(number))
    given = asked_in_json(access.body_of(request) or b"{}", wanted)
    version = given.version
    if version is None and cases.ACTIONS[wanted].takes_over and wanted in cases.possible_actions(row, actor):
        _check_taken(row, actor, take_over=given.take_over)
        version = row.version
    changed = cases.take_action(
        actor=actor,
        case_id=row.id,
        action=wanted,
        given=given.fields,
        text=given.text,
        version=version,
        however_short=given.however_short,
    )
    return CaseChanged(case_line(changed), _actions(changed, actor))


@router.get("/live", url_name="live", openapi_extra={"parameters": [*_FILTERS, _query("cursor", "Id of a case.")]})
def live(request: HttpRequest) -> Fresh:
    """For the bar over a list: one cheap statement."""
    actor, scope, chosen, _ = _asked(request)
    since = request.GET.get("cursor") or "0"
    if not (since.isascii() and since.isdecimal() and len(since) < 19):
        raise InvalidInput("翻页标记无效，请从第一页重新查看。", field="cursor")
    newer = cases.newer_than(actor=actor, scope=scope, filters=chosen, case_id=int(since))
    return Fresh(str(newer.newest), newer.number)


_AROUND = [
    _query("lon", "Degrees WGS-84.", "number"),
    _query("lat", "Degrees WGS-84.", "number"),
    _query("category", "Code of a leaf, group or domain."),
]


@router.get("/near", url_name="near", auth=None, openapi_extra={"parameters": _AROUND})
def near(request: HttpRequest) -> geojson.Features:
    """Open matters within 200 m, received in the last 30 days, nearest first, at most ten; for everybody."""
    lon, lat = _degrees(request, "lon"), _degrees(request, "lat")
    return geojson.near_points(cases.near_by(lon, lat, category_code=request.GET.get("category", "")))


@router.get(
    "/divisions.geojson",
    url_name="divisions",
    auth=None,
    openapi_extra={
        "parameters": [
            _query("level", "", enum=list(geojson.LEVELS), default="cell"),
            _query("ground", "With roads, waters and known places of maps.", enum=["1"]),
        ]
    },
)
def divisions(request: HttpRequest) -> HttpResponse:
    """Outlines of the current divisions of one level as GeoJSON, exact to about ten metres; for everybody."""
    level, ground = request.GET.get("level", "cell"), request.GET.get("ground") == "1"
    found = geojson.outlines(level, english=is_english(), ground=ground)
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(found.packed, content_type=GEOJSON, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(found.content, content_type=GEOJSON)
    response.headers["ETag"] = found.etag
    response.headers["Cache-Control"] = "public, max-age=300"
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag=found.etag, response=response) or response


@router.get("/places", url_name="places", openapi_extra={"parameters": [_query("q", "Words of a name or address.")]})
def find_places(request: HttpRequest) -> list[places.PlaceRow]:
    """Places of the register, the best match first, at most twenty."""
    return places.search(request.GET.get("q", "")[:200], limit=MOST_PLACES)


@router.get("/categories", url_name="categories", auth=None)
def list_categories(request: HttpRequest) -> list[CategoryLine]:
    """The current taxonomy in code order; for everybody. Leaves that devices, rules and desks open are told to posts
    and client systems only.
    """
    english = is_english()
    is_whole = access.client(request.headers.get("X-Api-Key", "")) is not None or request.user.is_authenticated
    return [
        CategoryLine(
            code=row.code,
            parent_code=row.parent_code,
            name=names.category(row.code),
            leaf=row.leaf,
            severity=row.severity,
            flags=sorted(row.flags),
            keywords=list(row.keywords_en if english else row.keywords_zh),
        )
        for row in categories.taxonomy().by_code.values()
        if is_whole or row.is_for_residents
    ]


@router.get("/offices", url_name="offices", auth=None)
def offices(request: HttpRequest) -> list[OfficeLine]:
    """Offices at work in code order; for everybody."""
    return [
        OfficeLine(row.id, row.code, names.office(row.id), row.role_code, row.division_id, row.is_desk, row.phone)
        for row in orgs.organisation().offices.values()
        if row.active
    ]


class _Told:
    """Names, each looked up once an answer."""

    def __init__(self) -> None:
        self.category, self.office, self.place = cache(names.category), cache(names.office), cache(names.place)
        self.post, self.state = cache(names.post), cache(names.state)


def case_line(row: cases.CaseRow, told: _Told | None = None) -> CaseLine:
    """A case as this API tells it."""
    told = told or _Told()
    return CaseLine(
        number=row.number,
        title=row.title,
        state=row.state,
        state_name=told.state(row.state),
        light=row.light,
        category_code=row.category_code,
        category=told.category(row.category_code),
        severity=row.severity,
        queue=row.queue,
        channel=row.channel,
        address=row.address,
        place=told.place(row.division_id),
        lon=row.lon,
        lat=row.lat,
        division_id=row.division_id,
        office_id=row.office_id,
        office=told.office(row.office_id),
        assignee_id=row.assignee_id,
        assignee=told.post(row.assignee_id),
        is_private=row.is_private,
        is_confidential=row.is_confidential,
        is_published=row.is_published,
        received_at=row.received_at,
        accept_due_at=row.accept_due_at,
        due_at=row.due_at,
        yellow_at=row.yellow_at,
        red_at=row.red_at,
        provisional=row.provisional,
        accepted_at=row.accepted_at,
        answered_at=row.answered_at,
        verdict_due_at=row.verdict_due_at,
        review_at=row.review_at,
        extension_asked=row.extension_asked,
        consent_office_id=row.consent_office_id,
        closed_at=row.closed_at,
        changed_at=row.changed_at,
        report_count=row.report_count,
        joined_to=ids.case_number(row.joined_to_id) if row.joined_to_id is not None else None,
        rework_count=row.rework_count,
        solved=row.solved,
        satisfied=row.satisfied,
        version=row.version,
    )


def _actor(request: HttpRequest) -> Actor:
    post: Actor = request.auth  # type: ignore[attr-defined]
    return post


def _asked(request: HttpRequest) -> tuple[Actor, cases.Scope, cases.Filters, cases.Sort]:
    actor = _actor(request)
    available = cases.scopes_of(actor)
    wanted = request.GET.get("scope") or available[0].value
    wanted = cases.Scope.ASSIST.value if wanted == ASSISTING else wanted
    scope = next((each for each in available if each.value == wanted), None)
    if scope is None:
        raise InvalidInput("您没有这个范围。", field="scope")
    return actor, scope, *filters.read(request.GET, actor, scope)


def _rows(request: HttpRequest) -> int:
    given = request.GET.get("rows") or str(PAGE_ROWS)
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= MOST_ROWS):
        raise InvalidInput("每页为 1 到 %(limit)s 条。", field="rows", limit=MOST_ROWS)
    return int(given)


def _degrees(request: HttpRequest, name: str) -> float:
    try:
        return float(request.GET.get(name, ""))
    except ValueError as error:
        raise InvalidInput("坐标不是有效的数字。", field=name) from error


def _actions(row: cases.CaseRow, actor: Actor) -> list[ActionLine]:
    possible = cases.possible_actions(row, actor)
    return [ActionLine(action.value, gettext(cases.ACTION_NAMES[action])) for action in possible]


def _check_taken(row: cases.CaseRow, actor: Actor, *, take_over: bool) -> None:
    """Raises Conflict where the case is in another post's hands and nothing shows that this is known."""
    main = [task for task in cases.tasks(row.id) if task.done_at is None and task.kind != "assist"]
    holders = {task.assignee_id for task in main} | {row.assignee_id}
    others = {each for each in holders if each is not None} - {actor.id, *actor.stands_in_for}
    if others and not take_over:
        raise Conflict(
            "这件事由“%(post)s”在办。请先看过再操作：带上看到的 version，或者写明 take_over。",
            field="version",
            post=names.post(min(others)),
        )
