"""The square's address ↔ filters: what is chosen stands in the URL, so that it can be kept and shared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui.public import Chip
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

QUEUES = {
    "category": "分类不清",
    "place": "地点不清",
    "duty": "职责不清",
    "extension": "待批延期",
    "unhappy": "不满意评价",
    "provisional": "暂定日期",
}
MOST_CODE_DIGITS = 12
LIGHTS = {"red": "已超期", "yellow": "将到期", "green": "正常"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    selected: bool


def read(query: Mapping[str, str], actor: Actor, scope: cases.Scope) -> tuple[cases.Filters, cases.Sort]:
    """Filters and sort of an address; a search with words is on record from here on.

    Raises InvalidInput with the field's name for a value that isn't one, and what `cases.search` raises.
    """
    filters = cases.Filters(
        openness=cases.Openness(_among(query, "openness", cases.Openness) or "open"),
        state=_among(query, "state", cases.State),
        light=_among(query, "light", cases.Light),
        category_code=_code(query, "category"),
        office_id=_number(query, "office"),
        town_id=_number(query, "town"),
        village_id=_number(query, "village"),
        assignee_id=_number(query, "assignee"),
        severity=_number(query, "severity"),
        channel=_among(query, "channel", intake.CHANNELS),
        queue=_among(query, "queue", QUEUES),
        text=query.get("q", "")[:200],
        received_from=_moment(query, "received_from"),
        received_to=_moment(query, "received_to"),
    )
    sort = cases.Sort(_among(query, "sort", cases.Sort) or "newest")
    return cases.search(actor=actor, scope=scope, filters=filters, purpose=query.get("purpose", "")), sort


def purposes(chosen: str) -> list[Choice]:
    """What a search of the whole county, or of what is older than a year, may be for."""
    return [Choice(value, gettext(label), value == chosen) for value, label in cases.SEARCH_PURPOSES.items()]


def asked(query: QueryDict, **more: str) -> str:
    """The filters of an address and what else is asked for, as the API takes them."""
    return urlencode({name: query[name] for name in _NAMES if query.get(name)} | more)


_NAMES = (
    "openness", "state", "light", "category", "office", "town", "village", "assignee", "severity", "channel", "queue",
    "q", "purpose", "received_from", "received_to", "sort",
)  # fmt: skip


def queue_of(query: Mapping[str, str]) -> str:
    """The queue that is asked for, else the first. Raises InvalidInput."""
    wanted = query.get("queue", "category")
    if wanted not in QUEUES:
        raise InvalidInput("没有这个队列。", field="queue")
    return wanted


def _among(query: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    value = query.get(name, "")
    if value and value not in set(known):
        raise InvalidInput("筛选条件无效。", field=name)
    return value


def _code(query: Mapping[str, str], name: str) -> str:
    """A category's, also of one that was retired."""
    value = query.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) <= MOST_CODE_DIGITS):
        raise InvalidInput("筛选条件无效。", field=name)
    return value


def _number(query: Mapping[str, str], name: str) -> int | None:
    value = query.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InvalidInput("筛选条件无效。", field=name)
    return int(value) if value else None


def day(value: str, field: str) -> date:
    """A date as forms write it. Raises InvalidInput."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput("日期无效。", field=field) from error


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    """ISO 8601; without a zone in the county's, a date as its first minute."""
    value = query.get(name, "")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=orgs.county().tz)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("日期无效。", field=name) from error


def url(query: QueryDict, **changes: str) -> str:
    """The address with some values changed; an empty one is dropped, and paging starts again."""
    kept = {name: value for name, value in query.items() if name != "cursor" and value}
    kept |= changes
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def chips(query: QueryDict) -> list[Chip]:
    """Lights, ended and all, as links that switch over."""
    chosen = query.get("light", "")
    found = [
        Chip(gettext(label), url(query, light="" if chosen == light else light), chosen == light, tone=light)
        for light, label in LIGHTS.items()
    ]
    openness = query.get("openness", "open")
    for value, label in (("ended", gettext("已结束")), ("all", gettext("全部"))):
        found.append(Chip(label, url(query, openness="" if openness == value else value), openness == value))
    return found


def category_choices(chosen: str) -> list[tuple[str, list[Choice]]]:
    """Domains, each with itself and its groups."""
    taxonomy = categories.taxonomy()
    return [
        (
            names.category(domain.code),
            [
                Choice(row.code, names.category(row.code), row.code == chosen)
                for row in (domain, *taxonomy.children(domain.code))
            ],
        )
        for domain in taxonomy.children("")
    ]


def leaves(chosen: str = "") -> list[tuple[str, list[Choice]]]:
    """Groups with their leaves, for choosing a category."""
    taxonomy = categories.taxonomy()
    groups = [group for domain in taxonomy.children("") for group in taxonomy.children(domain.code)]
    return [
        (
            f"{names.category(group.parent_code)} · {names.category(group.code)}",
            [
                Choice(row.code, names.category(row.code), row.code == chosen)
                for row in taxonomy.children(group.code)
                if row.leaf
            ],
        )
        for group in groups
    ]


def offices(chosen: int | None = None) -> list[Choice]:
    rows = (row for row in orgs.organisation().offices.values() if row.active)
    return [Choice(str(row.id), names.office(row.id), row.id == chosen) for row in rows]


def towns(chosen: int | None = None) -> list[Choice]:
    rows = (row for row in orgs.organisation().by_code.values() if row.kind == "town")
    return [Choice(str(row.id), names.division(row.id), row.id == chosen) for row in rows]
