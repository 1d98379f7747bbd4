"""The square's address ↔ filters: what is chosen stands in the URL, so that it can be kept and shared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
from liandong.foundation.language import is_english
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui.public import Chip
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput


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
    filters = cases.read_filters(query, actor)
    sort = cases.Sort(_among(query, "sort", cases.Sort) or "newest")
    return cases.search(actor=actor, scope=scope, filters=filters, purpose=query.get("purpose", "")), sort


def usual_sort(query: Mapping[str, str], actor: Actor) -> cases.Sort:
    """The order in which the list of an address opens. Raises InvalidInput as `read`."""
    return cases.usual_sort(cases.read_filters(query, actor))


def purposes(chosen: str) -> list[Choice]:
    """Purposes of a search in the whole county, or for what is older than a year."""
    return [Choice(value, gettext(label), value == chosen) for value, label in cases.SEARCH_PURPOSES.items()]


def asked(query: QueryDict, **more: str) -> str:
    """The filters of an address and what else is asked for, as the API takes them."""
    return urlencode({name: query[name] for name in _NAMES if query.get(name)} | more)


_NAMES = (*(of.name for of in cases.FILTERS.values()), "purpose", "sort")


def queue_of(query: Mapping[str, str]) -> str:
    """The queue that is asked for, else the first. Raises InvalidInput."""
    wanted = query.get("queue", "category")
    if wanted not in cases.QUEUE_NAMES:
        raise InvalidInput("没有这个队列。", field="queue")
    return wanted


def _among(query: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    value = query.get(name, "")
    if value and value not in set(known):
        raise InvalidInput("筛选条件无效。", field=name)
    return value


def day(value: str, field: str) -> date:
    """A date as forms write it. Raises InvalidInput."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput("日期无效。", field=field) from error


def url(query: QueryDict, **changes: str) -> str:
    """The address with some values changed; an empty one is dropped, and paging starts again."""
    kept = {name: value for name, value in query.items() if name != "cursor" and value}
    kept |= changes
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def chips(query: QueryDict, filters: cases.Filters, actor: Actor, scope: cases.Scope) -> list[Chip]:
    """Lights and other lists within this one as links that switch over, one at a time, each with its number of cases.
    Those without cases are left out, but for lights.
    """
    offered = _offered(actor)
    plain = {each.of.name: "" for each in offered if query.get(each.of.name, "") in each.offer.names}
    if query.get("sort") == usual_sort(query, actor):
        plain["sort"] = ""
    bare = replace(filters, **{each.field: getattr(_PLAIN, each.field) for each in offered if each.of.name in plain})
    links = [(each, value, label) for each in offered for value, label in each.offer.names.items()]
    lists = [replace(bare, **{each.field: each.of.kind.read(value)}) for each, value, _ in links if each.is_counted]
    counts = iter(cases.count_within(actor=actor, scope=scope, within=bare, lists=lists))
    numbered = [(link, next(counts) if link[0].is_counted else None) for link in links]
    return [
        _chip(query, link, plain, count)
        for link, count in numbered
        if count is None or count.number or link[0].offer.has_tone or query.get(link[0].of.name) == link[1]
    ]


_PLAIN = cases.Filters()


class _Offered(NamedTuple):
    """A filter with its links; `field`: of `Filters`."""

    field: str
    of: cases.Filter
    offer: cases.Chips

    @property
    def is_counted(self) -> bool:
        return self.offer.is_counted


def _offered(actor: Actor) -> list[_Offered]:
    found = [
        _Offered(field, of, of.offer)
        for field, of in cases.FILTERS.items()
        if isinstance(of.offer, cases.Chips) and of.may(actor)
    ]
    return sorted(found, key=lambda each: (not each.is_counted, not each.offer.has_tone, each.of.name))


def _chip(
    query: QueryDict, link: tuple[_Offered, str, str], plain: Mapping[str, str], count: cases.Count | None
) -> Chip:
    (_, of, offer), value, label = link
    is_chosen = query.get(of.name, "") == value
    address = url(query, **(plain if is_chosen else {**plain, of.name: value}))
    tone = value if offer.has_tone else ""
    return Chip(gettext(label), address, is_chosen, counted_words(count) if count else None, tone)


def counted_words(count: cases.Count) -> str:
    """`218`, `1,000+`."""
    return f"{count.number:,}" + ("" if count.exact else "+")


@dataclass(frozen=True, slots=True)
class Active:
    """A filter that holds, with the address of the list without it; `has_field`: the form shows it too."""

    label: str
    url: str
    has_field: bool


def active(query: QueryDict, offered: Iterable["Select"], actor: Actor) -> list[Active]:
    """The filters that hold besides scope, order and the links of `chips`."""
    linked = {each.of.name for each in _offered(actor) if query.get(each.of.name, "") in each.offer.names}
    fields = {each.name: each for each in offered}
    found = []
    for of in cases.FILTERS.values():
        value = str(query.get(of.name, ""))
        if not value or of.name in linked or value == getattr(of.kind, "default", None):
            continue
        if cases.is_words(of):
            without = url(query, **{of.name: "", "purpose": ""})
            found.append(Active(f"“{value[:_WORDS_SHOWN]}”", without, has_field=True))
            continue
        name = fields[of.name].chosen if of.name in fields else value_words(of.name, value)
        found.append(Active(name, url(query, **{of.name: ""}), of.name in fields))
    return found


_WORDS_SHOWN = 20


def value_words(name: str, value: str) -> str:
    """`岗位：执法一岗`, for a value that no field of the form shows."""
    label, told = _TOLD.get(name, ("", str))
    try:
        words = told(value)
    except ValueError:
        words = value
    return f"{gettext(label)} {words}" if label else words


def _office(value: str) -> str:
    return names.short_office(int(value))


def _division(value: str) -> str:
    return names.division(int(value))


_SEVERITIES = {"1": "特急", "2": "紧急", "3": "普通", "4": "普通"}
_TOLD: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "openness": ("进展", lambda value: gettext({"ended": "已结束", "all": "全部"}.get(value, value))),
    "state": ("状态", names.state),
    "light": ("灯", lambda value: gettext(cases.LIGHT_NAMES[cases.Light(value)])),
    "due": ("时限", lambda _: gettext("今日到期")),
    "category": ("事项", names.category),
    "office": ("部门", _office),
    "town": ("乡镇", _division),
    "village": ("村（社区）", _division),
    "assignee": ("岗位", lambda value: names.post(int(value))),
    "severity": ("紧急程度", lambda value: gettext(_SEVERITIES.get(value, value))),
    "channel": ("渠道", names.channel),
    "queue": ("队列", lambda value: gettext(cases.QUEUE_NAMES.get(value, value))),
    "received_from": ("收到自", str),
    "received_to": ("收到至", str),
    "scope": ("范围", str),
    "sort": ("排序", str),
}
"""How filters are called in chips, and their values."""


def filter_words(names_of: Sequence[str]) -> str:
    """The names of some filters in a row, as they are called; a name that none has any more as it stands."""
    called = (gettext(_TOLD[name][0]) if name in _TOLD else name for name in names_of)
    return (", " if is_english() else "、").join(called)


@dataclass(frozen=True, slots=True)
class Select:
    """A select over a list; its options stand under headings, or under "" by themselves."""

    name: str
    label: str
    everything: str
    groups: list[tuple[str, list[Choice]]]

    @property
    def chosen(self) -> str:
        """The name of the chosen option, "" where none is."""
        return next((choice.label for _, choices in self.groups for choice in choices if choice.selected), "")


def selects(filters: cases.Filters, scope: cases.Scope, actor: Actor) -> list[Select]:
    """The selects that the list of a scope offers to a post, each with what is chosen."""
    return [
        _select(of, of.offer, getattr(filters, name))
        for name, of in cases.FILTERS.items()
        if isinstance(of.offer, cases.Select) and scope not in of.offer.not_of and of.may(actor)
    ]


def _select(of: cases.Filter, offer: cases.Select, value: object) -> Select:
    """A value that isn't among the choices is offered beside them, so that the form doesn't lose it."""
    chosen = "" if value is None else str(value)
    groups = [
        (each.heading, [Choice(known, label, known == chosen) for known, label in each.named])
        for each in offer.choices()
    ]
    if chosen and not any(choice.selected for _, choices in groups for choice in choices):
        groups.insert(0, ("", [Choice(chosen, offer.name_of(value) or chosen, selected=True)]))
    return Select(of.name, gettext(offer.label), gettext(offer.everything), groups)


def kept(query: QueryDict, offered: Iterable[Select]) -> list[tuple[str, str]]:
    """Filters of the address that have no field in the form; they go along when the form is sent."""
    shown = {each.name for each in offered} | {of.name for of in cases.FILTERS.values() if cases.is_words(of)}
    known = {of.name for of in cases.FILTERS.values()} - shown
    return [(name, str(query[name])) for name in query if name in known]


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
