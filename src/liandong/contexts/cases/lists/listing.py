"""Lists of cases: one scope, filters, a sort, keyset pages, counts exact to 1,000; every filter is a column."""

import base64
import binascii
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Annotated, Any, NamedTuple

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import Case as Either
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

from .filters import FILTERS, Filters, said

PAGE_ROWS = 50
COUNT_EXACT_TO = 1000
FEW = COUNT_EXACT_TO
"""So many keys of cases are fetched at once, where they are looked for before the list is put into its order."""
MANY = 5000
"""So many cases are passed once to be counted for several lists: a millisecond or two."""
NEWER_EXACT_TO = 100
POINTS = 2000


class Sort(StrEnum):
    """`due`: of what is open the next red light first, then what has no running clock, the oldest first; `waiting`: the
    unhappy verdict that waits longest first, cases without one left out; the others newest or oldest first.
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
    """`stretch`, `at`, `id`: the place of a case in the order."""

    backward: bool
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    id: int = 0
    stretch: int = 0


def usual_sort(filters: Filters) -> Sort:
    """The order in which a list opens: of what is open what is due first, of what has ended the newest."""
    return Sort.DUE if _said_of_openness(filters, Sort.NEWEST) == {True} else Sort.NEWEST


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
    return _page(listed, sort, place, rows), _count(listed, (scope, filters, sort), COUNT_EXACT_TO)


_Key = tuple[int, datetime, int]
"""The place of a case in the order: stretch of the list, moment, id."""


class _Stretch(NamedTuple):
    """Cases of a list that stand together. `order`: the columns of moment and id that lead the index."""

    cases: CaseQuerySet[Case]
    order: tuple[str, str]

    def in_order(self, *, down: bool) -> CaseQuerySet[Case]:
        return self.cases.order_by(*(f"-{column}" if down else column for column in self.order))


class _Listed(NamedTuple):
    """The cases of a list. `keys`: those of all of them, where they were looked for first; one more than `FEW` says
    that there are more. None where they weren't. `stretches`: the list in its order, part after part.
    """

    cases: CaseQuerySet[Case]
    keys: list[_Key] | None
    stretches: Mapping[int, _Stretch]

    @property
    def are_few(self) -> bool:
        return self.keys is not None and len(self.keys) <= FEW


def _listed(actor: Actor, scope: Scope, filters: Filters, sort: Sort) -> _Listed:
    """Looks first, in no order, for open cases picked by a filter that leads: an index leads straight to them, below
    however many others they lie. If they are many, the walk through the order soon meets them.
    """
    wanted = _filtered(Case.objects.visible_to(actor, scope), filters, sort)
    stretches = _stretches(wanted, scope, filters, sort)
    if not _is_picked(filters, sort):
        return _Listed(wanted, None, stretches)
    column, _ = _order(sort)
    found = wanted.order_by().values_list(column, "received_at", "id")[: FEW + 1]
    return _Listed(wanted, [_key(sort, *each) for each in found], stretches)


def _is_picked(filters: Filters, sort: Sort) -> bool:
    is_led = any(of.leads for of, _ in said(filters))
    return is_led and not filters.text.strip() and _said_of_openness(filters, sort) == {True}


def _key(sort: Sort, at: datetime | None, received_at: datetime, case_id: int) -> _Key:
    """`at`: what the column of the order has."""
    if sort is Sort.DUE and at is None:
        return _UNTIMED, received_at, case_id
    return _FIRST, at or received_at, case_id


_FIRST, _UNTIMED = 0, 1


def _stretches(wanted: CaseQuerySet[Case], scope: Scope, filters: Filters, sort: Sort) -> Mapping[int, _Stretch]:
    column, _ = _order(sort)
    if sort is not Sort.DUE:
        return {_FIRST: _Stretch(wanted, _leading(scope, column))}
    timed = {of.is_timed(value) for of, value in said(filters)}
    found = {
        _FIRST: _Stretch(wanted.filter(red_at__isnull=False), _leading(scope, column)),
        _UNTIMED: _Stretch(wanted.filter(red_at__isnull=True), _leading(scope, "received_at")),
    }
    return {number: each for number, each in found.items() if (number == _UNTIMED) not in timed}


def _leading(scope: Scope, column: str) -> tuple[str, str]:
    """The columns of the order that the scope's index has: of who assists those of its part."""
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
        walked = [
            (_key(sort, getattr(row, column), row.received_at, row.id), row)
            for row in _walked(listed, place, down=down, most=rows + 1)
        ]
        walked.sort(key=itemgetter(0), reverse=down)
        keys, found = [key for key, _ in walked], [row for _, row in walked]
    more, keys, found = len(keys) > rows, keys[:rows], found[:rows]
    if place.backward:
        keys.reverse()
        found.reverse()
    has_next = place.backward and place.at is not None if place.backward else more
    has_previous = more if place.backward else place.at is not None
    return Page(
        rows=found,
        next=_encode(keys[-1], backward=False) if keys and has_next else "",
        previous=_encode(keys[0], backward=True) if keys and has_previous else "",
    )


def _nearest(keys: Sequence[_Key], place: _Cursor, *, down: bool) -> list[_Key]:
    """In the order, from the place on."""
    if place.at is not None:
        at = (place.stretch, place.at, place.id)
        keys = [key for key in keys if (key < at if down else key > at)]
    return sorted(keys, reverse=down)


def _walked(listed: _Listed, place: _Cursor, *, down: bool, most: int) -> list[CaseRow]:
    ahead: list[QuerySet[Case, Any]] = []
    for number in sorted(listed.stretches, reverse=down):
        stretch = listed.stretches[number]
        if place.at is not None and number == place.stretch:
            stretch = stretch._replace(cases=stretch.cases.filter(_beyond(stretch.order, down, place.at, place.id)))
        elif place.at is not None and (number > place.stretch) == down:
            continue
        ahead.append(stretch.in_order(down=down).values_list(*CASE_COLUMNS))
    return [CaseRow(*row) for row in _one_after_another(ahead, most)]


def _one_after_another(parts: Sequence[QuerySet[Case, Any]], most: int) -> list[Any]:
    """The first rows of some parts, in one statement: the database goes on to the next part where it has too few."""
    if not parts:
        return []
    first, *others = [part[:most] for part in parts]
    return list(first.union(*others, all=True)[:most] if others else first)


def _chosen(listed: _Listed, keys: Sequence[_Key]) -> list[CaseRow]:
    """Asked for with all conditions once more: a case that meanwhile went on is left out."""
    ids = [case_id for *_, case_id in keys]
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
    return _count(_listed(actor, scope, filters, sort), (scope, filters, sort), exact_to)


def count_each(
    *, actor: Actor, scope: Scope, lists: Sequence[tuple[Filters, Sort]], exact_to: int | None = None
) -> list[Count]:
    """How many cases each of some lists has, as `count_cases` has it, in one statement: for the numbers of a menu.
    Without `exact_to` the numbers are exact to `COUNT_EXACT_TO`.
    """
    exact_to = exact_to or COUNT_EXACT_TO
    seen = Case.objects.visible_to(actor, scope)
    counted = [(_countable(_filtered(seen, *asked), scope, *asked), exact_to) for asked in lists]
    return [Count(min(number, exact_to), number <= exact_to) for number in _numbers(counted)]


def count_within(*, actor: Actor, scope: Scope, within: Filters, lists: Sequence[Filters]) -> list[Count]:
    """How many cases each of some lists has that narrow one list down, exact to 1,000: in one pass over that list, or
    where it has more than `MANY` cases, each along its own index.
    """
    rows = _filtered(Case.objects.visible_to(actor, scope), within, Sort.NEWEST)
    kept = {f"kept_{at}": _narrowing(each, within) for at, each in enumerate(lists)}
    marked = rows.order_by().annotate(**kept).values_list(*kept)[: MANY + 1]
    try:
        inner, values = marked.query.sql_with_params()
    except EmptyResultSet:
        return [Count(0, exact=True)] * len(lists)
    counted = ", ".join(f"count(*) FILTER (WHERE {name})" for name in kept)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), {counted} FROM ({inner}) AS passed", values)  # noqa: S608 (made by Django)
        passed, *numbers = cursor.fetchone()
    if passed > MANY:
        return count_each(actor=actor, scope=scope, lists=[(each, usual_sort(each)) for each in lists])
    return [Count(min(number, COUNT_EXACT_TO), number <= COUNT_EXACT_TO) for number in numbers]


def _narrowing(narrower: Filters, within: Filters) -> Combinable:
    """Whether a case of the one list is in the other."""
    told = Q()
    for name, of in FILTERS.items():
        value = getattr(narrower, name)
        if value != getattr(within, name) and of.keeps is not None:
            told &= of.keeps(value)
    return ExpressionWrapper(told, output_field=BooleanField())


def _countable(wanted: CaseQuerySet[Case], scope: Scope, filters: Filters, sort: Sort) -> CaseQuerySet[Case]:
    """In the order by its first column alone, to be counted along the index; in none where another index leads straight
    to the cases.
    """
    if filters.text.strip() or _is_picked(filters, sort):
        return wanted.order_by()
    column, descending = ("received_at", False) if sort is Sort.DUE else _order(sort)
    first, _ = _leading(scope, column)
    return wanted.order_by(f"-{first}" if descending else first)


def _count(listed: _Listed, asked: tuple[Scope, Filters, Sort], exact_to: int) -> Count:
    if listed.keys is not None and (listed.are_few or exact_to <= FEW):
        number = len(listed.keys)
    else:
        (number,) = _numbers([(_countable(listed.cases, *asked), exact_to)])
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
    found = _one_after_another([each.values_list("id", "version") for each in ordered], most + 1)
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
    columns = ("id", "category_code", "lon", "lat", lights.shown(time.now()), _local_minute("due_at"))
    ordered = _ordered(_listed(actor, scope, filters, sort), sort)
    placed = [each.exclude(lon=None).values_list(*columns) for each in ordered]
    return [PointRow._make(row) for row in _one_after_another(placed, most)]


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


def _ordered(listed: _Listed, sort: Sort) -> list[CaseQuerySet[Case]]:
    """The whole list in its order, stretch by stretch; of few cases by their ids."""
    _, descending = _order(sort)
    stretches = [listed.stretches[number] for number in sorted(listed.stretches)]
    if listed.are_few:
        ids = [case_id for *_, case_id in listed.keys or ()]
        stretches = [each._replace(cases=each.cases.filter(pk__in=ids)) for each in stretches]
    return [each.in_order(down=descending) for each in stretches]


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
    if sort is Sort.WAITING:
        rows = rows.filter(unhappy_at__isnull=False)
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


def _encode(key: _Key, *, backward: bool) -> str:
    stretch, at, case_id = key
    packed = msgspec.json.encode(_Cursor(backward, at, case_id, stretch))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(cursor: str) -> _Cursor:
    if cursor in ("", "last"):
        return _Cursor(backward=cursor == "last")
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(packed, type=_Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查看。", field="cursor") from error
