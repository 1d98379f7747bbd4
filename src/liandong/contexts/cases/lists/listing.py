"""Lists of cases: one scope, filters, a sort, keyset pages, counts exact to 1,000; every filter is a column."""

import base64
import binascii
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case as Either
from django.db.models import CharField, DateTimeField, F, Func, Max, Q, Value, When
from django.db.models import Count as DbCount
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from liandong.contexts.cases import lights
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.rows import CASE_COLUMNS, CaseRow
from liandong.contexts.cases.scopes import CaseQuerySet, Scope
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import InvalidInput

from .filters import Filters, said

PAGE_ROWS = 50
COUNT_EXACT_TO = 1000
FEW = COUNT_EXACT_TO
"""So many keys of cases are fetched at once, where they are looked for before the list is put into its order."""
NEWER_EXACT_TO = 100
POINTS = 2000


class Sort(StrEnum):
    """`due`: the next red light first, cases without running clock left out; `waiting`: the unhappy verdict that waits
    longest first, cases without one left out; the others newest or oldest first.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Page:
    """`next`, `previous`: cursors or ""; the first page has the empty cursor, the last page the cursor `last`."""

    rows: list[CaseRow]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Count:
    """`exact` False: there are more than `number`."""

    number: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Newer:
    """`number` is exact up to 100; `newest` is the id to ask from next time."""

    number: int
    newest: int


class PointRow(NamedTuple):
    """A case on a map; degrees WGS-84. `due`: `2026-05-14 17:30` of the county's clocks, "" where nothing is due.

    There are thousands of them: what can be read from moments the database reads.
    """

    id: int
    category_code: str
    lon: float
    lat: float
    light: str
    due: str


@dataclass(frozen=True, slots=True)
class Published:
    """A choice among the public cases; both moments are inclusive and count by the second, as moments are told.
    `ids` None: whichever.
    """

    category_codes: Collection[str]
    ids: Collection[int] | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A case as anybody may see it. `address` ends at the street; `text`, `answer` None where they aren't public."""

    id: int
    category_code: str
    address: str
    division_id: int | None
    lon: float | None
    lat: float | None
    office_id: int | None
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    text: str | None
    answer: str | None


class _Cursor(msgspec.Struct, array_like=True, frozen=True):
    backward: bool
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    id: int = 0


def list_cases(
    *, actor: Actor, scope: Scope, filters: Filters, sort: Sort = Sort.NEWEST, cursor: str = "", rows: int = PAGE_ROWS
) -> Page:
    """One page of cases, at most `rows`. Raises InvalidInput for a cursor that isn't ours."""
    return _page(_listed(actor, scope, filters, sort), sort, _decode(cursor), rows)


def list_and_count(
    *, actor: Actor, scope: Scope, filters: Filters, sort: Sort = Sort.NEWEST, cursor: str = "", rows: int = PAGE_ROWS
) -> tuple[Page, Count]:
    """One page, and how many cases the whole list has: what is looked for once tells both."""
    place = _decode(cursor)
    listed = _listed(actor, scope, filters, sort)
    return _page(listed, sort, place, rows), _count(listed, filters, sort, COUNT_EXACT_TO)


_Key = tuple[datetime, int]


class _Listed(NamedTuple):
    """The cases of a list. `keys`: (moment of the order, id) of all of them, where they were looked for first; one more
    than `FEW` says that there are more. None where they weren't. `order`: the columns of moment and id that lead the
    index.
    """

    cases: CaseQuerySet[Case]
    keys: list[_Key] | None
    order: tuple[str, str]

    def in_order(self, *, down: bool) -> CaseQuerySet[Case]:
        return self.cases.order_by(*(f"-{column}" if down else column for column in self.order))

    @property
    def are_few(self) -> bool:
        return self.keys is not None and len(self.keys) <= FEW


def _listed(actor: Actor, scope: Scope, filters: Filters, sort: Sort) -> _Listed:
    """Looks first, in no order, for open cases picked by a filter that leads: an index leads straight to them, below
    however many others they lie. If they are many, the walk through the order soon meets them.
    """
    wanted, order = _filtered(Case.objects.visible_to(actor, scope), filters, sort), _leading(scope, sort)
    is_picked = any(of.leads for of, _ in said(filters))
    if not is_picked or filters.text.strip() or _said_of_openness(filters, sort) != {True}:
        return _Listed(wanted, None, order)
    column, _ = _order(sort)
    return _Listed(wanted, list(wanted.order_by().values_list(column, "id")[: FEW + 1]), order)


def _leading(scope: Scope, sort: Sort) -> tuple[str, str]:
    """The columns of the order that the scope's index has: of who assists those of its part."""
    column, _ = _order(sort)
    if scope is Scope.ASSIST and column == "received_at":
        return "part_received_at", "part_case_id"
    return column, "id"


def _page(listed: _Listed, sort: Sort, place: _Cursor, rows: int) -> Page:
    column, descending = _order(sort)
    down = descending != place.backward
    if listed.are_few:
        keys = _nearest(listed.keys or (), place, down=down)[: rows + 1]
        found = _chosen(listed, keys[:rows])
    else:
        found = _walked(listed, place, down=down, most=rows + 1)
        keys = [(getattr(row, column), row.id) for row in found]
    more, keys, found = len(keys) > rows, keys[:rows], found[:rows]
    if place.backward:
        keys.reverse()
        found.reverse()
    has_next = place.backward and place.at is not None if place.backward else more
    has_previous = more if place.backward else place.at is not None
    return Page(
        rows=found,
        next=_encode(*keys[-1], backward=False) if keys and has_next else "",
        previous=_encode(*keys[0], backward=True) if keys and has_previous else "",
    )


def _nearest(keys: Sequence[_Key], place: _Cursor, *, down: bool) -> list[_Key]:
    """In the order, from the place on."""
    if place.at is not None:
        at = (place.at, place.id)
        keys = [key for key in keys if (key < at if down else key > at)]
    return sorted(keys, reverse=down)


def _walked(listed: _Listed, place: _Cursor, *, down: bool, most: int) -> list[CaseRow]:
    if place.at is not None:
        listed = listed._replace(cases=listed.cases.filter(_beyond(listed.order, down, place.at, place.id)))
    return [CaseRow(*row) for row in listed.in_order(down=down).values_list(*CASE_COLUMNS)[:most]]


def _chosen(listed: _Listed, keys: Sequence[_Key]) -> list[CaseRow]:
    """Asked for with all conditions once more: a case that meanwhile went on is left out."""
    ids = [case_id for _, case_id in keys]
    if not ids:
        return []
    wanted = listed.cases.filter(pk__in=ids).order_by().values_list(*CASE_COLUMNS)
    rows = {row[0]: CaseRow(*row) for row in wanted}
    return [rows[case_id] for case_id in ids if case_id in rows]


def walk_cases(
    *, actor: Actor, scope: Scope, filters: Filters, sort: Sort = Sort.NEWEST, batch: int = 1000
) -> Iterator[list[CaseRow]]:
    """A whole list, page by page by key: as little of it at a time as a page."""
    cursor = ""
    while True:
        page = list_cases(actor=actor, scope=scope, filters=filters, sort=sort, cursor=cursor, rows=batch)
        yield page.rows
        if not page.next:
            return
        cursor = page.next


def count_cases(
    *, actor: Actor, scope: Scope, filters: Filters, sort: Sort = Sort.NEWEST, exact_to: int = COUNT_EXACT_TO
) -> Count:
    """How many cases a list has, exact up to `exact_to`."""
    return _count(_listed(actor, scope, filters, sort), filters, sort, exact_to)


def count_each(
    *, actor: Actor, scope: Scope, lists: Sequence[tuple[Filters, Sort]], exact_to: int = COUNT_EXACT_TO
) -> list[Count]:
    """How many cases each of some lists has, as `count_cases` has it, in one statement: for the numbers of a menu."""
    seen = Case.objects.visible_to(actor, scope)
    walked = [_led(_filtered(seen, *asked), _leading(scope, asked[1]), asked[1]) for asked in lists]
    numbers = _numbers([(rows, exact_to) for rows in walked])
    return [Count(min(number, exact_to), number <= exact_to) for number in numbers]


def _led(rows: CaseQuerySet[Case], order: tuple[str, str], sort: Sort) -> CaseQuerySet[Case]:
    """In the order by its first column alone: to be counted along the index."""
    (column, _), (_, descending) = order, _order(sort)
    return rows.order_by(f"-{column}" if descending else column)


def _count(listed: _Listed, filters: Filters, sort: Sort, exact_to: int) -> Count:
    if listed.keys is not None and (listed.are_few or exact_to <= FEW):
        number = len(listed.keys)
    else:
        is_walked = listed.keys is None and not filters.text.strip()
        rows = _led(listed.cases, listed.order, sort) if is_walked else listed.cases.order_by()
        (number,) = _numbers([(rows, exact_to)])
    return Count(min(number, exact_to), number <= exact_to)


def _numbers(counted: Sequence[tuple[CaseQuerySet[Case], int]]) -> list[int]:
    """How many each has, up to one more than asked for; Django takes longer to make its own count of a part."""
    parts: list[str] = []
    values: list[Any] = []
    for rows, most in counted:
        try:
            listed, own = rows.values_list("id")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({listed}) AS listed)")  # noqa: S608 (made by Django)
        values += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def list_versions(
    *, actor: Actor, scope: Scope, filters: Filters, sort: Sort = Sort.NEWEST, most: int = COUNT_EXACT_TO
) -> list[tuple[int, int]]:
    """(id, version) of a whole list in its order. Raises InvalidInput where it has more than `most` cases."""
    ordered = _ordered(_listed(actor, scope, filters, sort), sort)
    found = list(ordered.values_list("id", "version")[: most + 1])
    if len(found) > most:
        raise InvalidInput("一次最多办理 %(most)s 件，请先缩小筛选范围。", most=most)
    return found


def newer_than(*, actor: Actor, scope: Scope, filters: Filters, case_id: int) -> Newer:
    """Counts what came into a list after this case. For the live bar."""
    fresh = _filtered(Case.objects.visible_to(actor, scope), filters, Sort.NEWEST).filter(pk__gt=case_id)
    found = fresh.values("id")[:NEWER_EXACT_TO].aggregate(number=DbCount("id"), newest=Max("id"))
    newest = found["newest"] or case_id
    if found["number"] == NEWER_EXACT_TO:
        newest = newest_id()
    return Newer(found["number"], newest)


def newest_id() -> int:
    """The id after which `newer_than` finds what comes from now on; 0 before there is a case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM cases_case")
        return int(cursor.fetchone()[0])


def list_points(
    *, actor: Actor, scope: Scope, filters: Filters, sort: Sort = Sort.NEWEST, most: int = POINTS
) -> list[PointRow]:
    """The first cases of a list that have a point, for its map."""
    ordered = _ordered(_listed(actor, scope, filters, sort), sort).exclude(lon=None)
    columns = ordered.values_list(
        "id", "category_code", "lon", "lat", lights.shown(time.now()), _local_minute("due_at")
    )
    return [PointRow._make(row) for row in columns[:most]]


def list_published(wanted: Published, *, skip: int = 0, most: int) -> list[PublishedRow]:
    """Cases that anybody may see, the newest first, with what is public of their words; one statement."""
    rows = Case.objects.visible_to(SYSTEM, Scope.COUNTY, "public").filter(category_code__in=wanted.category_codes)
    rows = rows.filter(Q(joined_to=None) | _CARRIED_IN_PUBLIC)
    if wanted.ids is not None:
        rows = rows.filter(pk__in=wanted.ids)
    if wanted.received_from:
        rows = rows.filter(received_at__gte=wanted.received_from.replace(microsecond=0))
    if wanted.received_to:
        rows = rows.filter(received_at__lt=wanted.received_to.replace(microsecond=0) + timedelta(seconds=1))
    if wanted.is_open is not None:
        own = Q(joined_to=None, closed_at__isnull=wanted.is_open)
        rows = rows.filter(own | Q(joined_to__isnull=False, joined_to__closed_at__isnull=wanted.is_open))
    told: dict[str, Combinable] = {
        "address": F("public_address"),
        "office_id": _of_carrier("office_id"),
        "changed_at": Greatest("changed_at", _of_carrier("changed_at")),
        "due_at": _of_carrier("due_at"),
        "closed_at": _of_carrier("closed_at"),
        "text": F("publication__text"),
        "answer": _of_carrier("publication__answer"),
    }
    columns = rows.values_list(*(told.get(name, F(name)) for name in PublishedRow.__slots__))
    return [PublishedRow(*row) for row in columns.order_by("-received_at", "-id")[skip : skip + most]]


_CARRIED_IN_PUBLIC = Q(
    joined_to__is_private=False, joined_to__complained_office_id=None, joined_to__complained_staff_id=None
)
"""The case that carries the matter may be seen by anybody, too: the answer is told from it."""


def _of_carrier(column: str) -> Either:
    """A column of the case that carries the matter."""
    return Either(When(joined_to__isnull=False, then=F(f"joined_to__{column}")), default=F(column))


def _ordered(listed: _Listed, sort: Sort) -> CaseQuerySet[Case]:
    """The whole list in its order; of few cases by their ids."""
    _, descending = _order(sort)
    if listed.are_few:
        listed = listed._replace(cases=listed.cases.filter(pk__in=[case_id for _, case_id in listed.keys or ()]))
    return listed.in_order(down=descending)


def _order(sort: Sort) -> tuple[str, bool]:
    if sort is Sort.DUE:
        return "red_at", False
    return ("unhappy_at", False) if sort is Sort.WAITING else ("received_at", sort is Sort.NEWEST)


def _beyond(order: tuple[str, str], down: bool, at: datetime, case_id: int) -> Q:
    """Rows after (at, id) in the order; the first condition alone is what the index can seek by."""
    column, key = order
    edge, past = ("lte", "lt") if down else ("gte", "gt")
    return Q(**{f"{column}__{edge}": at}) & (Q(**{f"{column}__{past}": at}) | Q(**{f"{key}__{past}": case_id}))


def _filtered(rows: CaseQuerySet[Case], filters: Filters, sort: Sort) -> CaseQuerySet[Case]:
    openness = _said_of_openness(filters, sort)
    if len(openness) > 1:
        return rows.none()
    for is_open in openness:
        rows = rows.filter(closed_at__isnull=is_open)
    if sort in (Sort.DUE, Sort.WAITING):
        rows = rows.filter(**{f"{_order(sort)[0]}__isnull": False})
    for of, value in said(filters):
        if of.keeps is not None:
            rows = rows.filter(of.keeps(value))
    return rows


def _said_of_openness(filters: Filters, sort: Sort) -> set[bool]:
    """Whether parts of a list say that its cases are open. Where they contradict each other no case is looked at."""
    told = {of.is_open(value) for of, value in said(filters)}
    if sort is Sort.DUE:
        told.add(True)
    return {each for each in told if each is not None}


def _local_minute(column: str) -> Coalesce:
    """A moment on the county's clocks, as text."""
    local = Func(Value(orgs.county().zone), F(column), function="timezone", output_field=DateTimeField())
    written = Func(local, Value("YYYY-MM-DD HH24:MI"), function="to_char", output_field=CharField())
    return Coalesce(written, Value(""))


def _encode(at: datetime, case_id: int, *, backward: bool) -> str:
    packed = msgspec.json.encode(_Cursor(backward, at, case_id))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(cursor: str) -> _Cursor:
    if cursor in ("", "last"):
        return _Cursor(backward=cursor == "last")
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(packed, type=_Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查看。", field="cursor") from error
