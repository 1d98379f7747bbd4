"""The square's address ↔ filters: what is chosen stands in the URL, so that it can be kept and shared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.categories import public as categories
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


def chips(query: QueryDict, actor: Actor) -> list[Chip]:
    """Lights, ended and all, as links that switch over."""
    offered = [(of, of.offer) for of in cases.FILTERS.values() if isinstance(of.offer, cases.Chips) and of.may(actor)]
    offered.sort(key=lambda each: not each[1].has_tone)
    return [
        _chip(query, of, value, label, offer.has_tone) for of, offer in offered for value, label in offer.names.items()
    ]


def _chip(query: QueryDict, of: cases.Filter, value: str, label: str, has_tone: bool) -> Chip:
    is_chosen = query.get(of.name, "") == value
    address = url(query, **{of.name: "" if is_chosen else value})
    return Chip(gettext(label), address, is_chosen, tone=value if has_tone else "")


@dataclass(frozen=True, slots=True)
class Select:
    """A select over a list; its options stand under headings, or under "" by themselves."""

    name: str
    label: str
    everything: str
    groups: list[tuple[str, list[Choice]]]


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
