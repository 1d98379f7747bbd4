"""A list as a spreadsheet 导出: written row by row into a temporary file, and on record before anybody gets it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext
from xlsxwriter import Workbook

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.intake import public as intake
from liandong.foundation.events import public as events
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.cells import begins_formula
from liandong.kernel.errors import InvalidInput, NotAllowed

from .domain.events import ListExported

MOST_ROWS = 100_000
BATCH = 1000
LIGHTS = {"red": "已超期", "yellow": "将到期", "green": "正常", "none": "无时限"}
SEVERITIES = {1: "特急", 2: "紧急", 3: "普通", 4: "普通"}
Value = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is exported: `name` and `filters` go into the ledger as codes; `rows` come in batches."""

    name: str
    count: cases.Count
    rows: Callable[[], Iterator[list[cases.CaseRow]]]
    filters: dict[str, object]
    scope: cases.Scope | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in signs of the standard font."""

    heading: str
    width: int
    value: Callable[[cases.CaseRow], Value]


def filtered(*, actor: Actor, name: str, scope: cases.Scope, filters: cases.Filters, sort: cases.Sort) -> Listing:
    """A list of one scope, walked by key."""
    return Listing(
        name=name,
        count=cases.count_cases(actor=actor, scope=scope, filters=filters, sort=sort, exact_to=MOST_ROWS),
        rows=lambda: cases.walk_cases(actor=actor, scope=scope, filters=filters, sort=sort, batch=BATCH),
        filters=_codes(filters) | {"sort": sort.value},
        scope=scope,
    )


def chosen(name: str, rows: list[cases.CaseRow], filters: dict[str, object] | None = None) -> Listing:
    """A list that is short by its nature, as a post's tasks."""
    return Listing(name, cases.Count(len(rows), exact=True), lambda: iter([rows]), filters or {})


def may_hold_contacts(actor: Actor, listing: Listing) -> bool:
    """The desk's lists, and a handler's list of the own office."""
    is_own = listing.scope == cases.Scope.OFFICE
    return actor.may(intake.rights.LIST_CONTACTS) or (actor.may(intake.rights.LIST_OWN_CONTACTS) and is_own)


def export(*, actor: Actor, listing: Listing, contacts: bool = False, purpose: str = "") -> IO[bytes]:
    """The spreadsheet, open at its beginning; it vanishes when it is closed.

    Raises InvalidInput for too many rows, and for contacts without a purpose; NotAllowed where the post may not have
    contacts of this list.
    """
    if not listing.count.exact:
        raise InvalidInput("一次最多导出 %(limit)s 行，请缩小筛选范围。", limit=f"{MOST_ROWS:,}")
    if contacts and not may_hold_contacts(actor, listing):
        raise NotAllowed
    if contacts:
        rows = list(islice(chain.from_iterable(listing.rows()), intake.MOST_LISTED_CONTACTS + 1))
        with transaction.atomic():
            read = intake.read_contacts(actor=actor, rows=rows, purpose=purpose)
            _record(actor, listing, len(rows), purpose)
        return _file([*columns(), *_contact_columns(read)], [rows])[0]
    file, number = _file(columns(), listing.rows())
    with transaction.atomic():
        _record(actor, listing, number)
    return file


def _file(columns: list[Column], batches: Iterable[list[cases.CaseRow]]) -> tuple[IO[bytes], int]:
    """The file at its beginning, and its rows."""
    file = TemporaryFile()  # noqa: SIM115 - it is closed by the answer that sends it
    number = write(file, columns, batches)
    file.seek(0)
    return file, number


def write(file: IO[bytes], columns: list[Column], batches: Iterable[list[cases.CaseRow]]) -> int:
    """Rows into the file, none of them kept in memory; every text as text, so that none is taken for a formula, not
    even after somebody has edited its cell.
    """
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(gettext("事件"))
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    quoted = book.add_format({"quote_prefix": True})
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, bold)
    number = 0
    zone = orgs.county().tz
    for batch in batches:
        for row in batch[: MOST_ROWS - number]:
            number += 1
            for place, column in enumerate(columns):
                value = column.value(row)
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value.astimezone(zone).replace(tzinfo=None), moment)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value)
                elif value:
                    sheet.write_string(number, place, value, quoted if begins_formula(value) else None)
    sheet.autofilter(0, 0, number, len(columns) - 1)
    book.close()
    return number


def columns() -> list[Column]:
    """As on screen, and what a spreadsheet is made for: codes and all dates. Names are looked up once an export."""
    category, office, post, place = cache(names.category), cache(names.office), cache(names.post), cache(names.place)
    state, channel = cache(names.state), cache(names.channel)
    light = cache(lambda value: gettext(LIGHTS[value]))
    severity = cache(lambda value: gettext(SEVERITIES[value]))
    return [
        Column(gettext("编号"), 18, lambda row: row.number),
        Column(gettext("灯"), 9, lambda row: light(row.light.value)),
        Column(gettext("状态"), 12, lambda row: state(row.state)),
        Column(gettext("标题"), 44, lambda row: row.title),
        Column(gettext("事项"), 24, lambda row: category(row.category_code)),
        Column(gettext("分类代码"), 10, lambda row: row.category_code),
        Column(gettext("紧急程度"), 9, lambda row: severity(row.severity)),
        Column(gettext("地点"), 32, lambda row: row.address),
        Column(gettext("区划"), 28, lambda row: place(row.division_id)),
        Column(gettext("部门"), 22, lambda row: office(row.office_id)),
        Column(gettext("岗位"), 18, lambda row: post(row.assignee_id)),
        Column(gettext("渠道"), 10, lambda row: channel(row.channel)),
        Column(gettext("收到时间"), 17, lambda row: row.received_at),
        Column(gettext("签收时限"), 17, lambda row: row.accept_due_at),
        Column(gettext("签收时间"), 17, lambda row: row.accepted_at),
        Column(gettext("办结时限"), 17, lambda row: row.due_at),
        Column(gettext("答复时间"), 17, lambda row: row.answered_at),
        Column(gettext("办结时间"), 17, lambda row: row.closed_at),
        Column(gettext("上报次数"), 9, lambda row: row.report_count),
    ]


def _contact_columns(read: dict[int, list[intake.OpenContact]]) -> list[Column]:
    def joined(part: Callable[[intake.OpenContact], str]) -> Callable[[cases.CaseRow], str]:
        return lambda row: "；".join(filter(None, map(part, read.get(row.id, []))))

    return [
        Column(gettext("称呼"), 14, joined(lambda contact: contact.name)),
        Column(gettext("电话"), 18, joined(lambda contact: contact.phone)),
        Column(gettext("邮箱"), 24, joined(lambda contact: contact.email)),
    ]


def _record(actor: Actor, listing: Listing, rows: int, purpose: str = "") -> None:
    facts = ListExported(
        list=listing.name,
        scope=listing.scope.value if listing.scope else "",
        filters=listing.filters,
        rows=rows,
        contacts=bool(purpose),
        purpose=purpose,
    )
    events.happened(actor=actor, stream=("export", actor.id), facts=facts)


def _codes(filters: cases.Filters) -> dict[str, object]:
    """What was chosen, as codes and ids; of what was searched for only that something was: those are words."""
    plain = cases.Filters()
    found: dict[str, object] = {}
    for field in fields(cases.Filters):
        value = getattr(filters, field.name)
        if value == getattr(plain, field.name):
            continue
        found[field.name] = True if field.name == "text" else _code(value)
    return found


def _code(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
