"""Filters of the case lists, a row each: how it is asked for and read, which cases it keeps, how pages offer it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Protocol, get_type_hints

from django.db.models import Q

from liandong.contexts.cases.domain.channels import CHANNEL_NAMES
from liandong.contexts.cases.domain.lifecycle import OPEN, State
from liandong.contexts.cases.domain.light import LIGHT_NAMES, Light
from liandong.contexts.cases.lights import ending, lit
from liandong.contexts.cases.scopes import Scope, versions_of
from liandong.contexts.categories import public as categories
from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs
from liandong.foundation.words import holds_all
from liandong.kernel import ids, text, time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotAllowed

EXTENSIONS, UNHAPPY, PROVISIONAL = "extension", "unhappy", "provisional"
"""Queues of those that ask for an extension, whose verdict waits to be looked at, and whose dates are not settled; the
other queues are of what is unclear.
"""
QUEUE_NAMES: Mapping[str, str] = {
    "category": "分类不清",
    "place": "地点不清",
    "duty": "职责不清",
    EXTENSIONS: "待批延期",
    UNHAPPY: "不满意评价",
    PROVISIONAL: "暂定日期",
}
_UNCLEAR = ("category", "place", "duty")
TODAY, YES = "today", "yes"
_GROUP_DIGITS, _AFTER_DIGITS = 4, ":"


class Openness(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    ALL = "all"


class Kind(Protocol):
    """How a value is written in an address. `schema` is its JSON Schema, `refusal` is said of what is no value."""

    schema: Mapping[str, object]
    refusal: str

    def read(self, given: str) -> Any:
        """The value of a text that isn't empty. Raises ValueError."""


@dataclass(frozen=True)
class OneOf:
    """One of some texts. `default`: what stands where nothing is asked for."""

    known: Collection[str]
    default: str = ""
    refusal = "筛选条件无效。"

    @property
    def schema(self) -> Mapping[str, object]:
        default = {"default": self.default} if self.default else {}
        return {"type": "string", "enum": [str(each) for each in self.known], **default}

    def read(self, given: str) -> str:
        for each in self.known:
            if each == given:
                return each
        raise ValueError(given)


@dataclass(frozen=True)
class Number:
    """A whole number, an id for one; `bounds` are told to client systems."""

    bounds: Mapping[str, int] = field(default_factory=dict)
    refusal = "筛选条件无效。"

    @property
    def schema(self) -> Mapping[str, object]:
        return {"type": "integer", **self.bounds}

    def read(self, given: str) -> int:
        return int(_digits(given, most=18))


class Code:
    """A category's, also of one that was retired."""

    schema: Mapping[str, object] = {"type": "string"}
    refusal = "筛选条件无效。"

    def read(self, given: str) -> str:
        return _digits(given, most=12)


class Words:
    """Words to be searched for, the first 200 signs. They are nobody's business afterwards: records say only that there
    were some.
    """

    schema: Mapping[str, object] = {"type": "string"}
    refusal = "筛选条件无效。"

    def read(self, given: str) -> str:
        return given[:200]


class Moment:
    """ISO 8601; without a zone in the county's, a date as its first minute."""

    schema: Mapping[str, object] = {"type": "string", "format": "date-time"}
    refusal = "日期无效。"

    def read(self, given: str) -> datetime:
        moment = datetime.fromisoformat(given)
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=orgs.county().tz)).astimezone(UTC)
        except OverflowError as error:
            raise ValueError(given) from error


class Choices(NamedTuple):
    """Values with their names, under a heading or ""."""

    heading: str
    named: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Select:
    """A select over the list. `name_of` names a value that is asked for and isn't among the choices. Lists of the
    scopes `not_of` don't offer it: there it says nothing.
    """

    label: str
    everything: str
    choices: Callable[[], Iterable[Choices]]
    name_of: Callable[[Any], str]
    not_of: frozenset[Scope] = frozenset()


@dataclass(frozen=True, slots=True)
class Chips:
    """Values that a link each switches over; those with a tone, the colour of a light, stand first."""

    names: Mapping[str, str]
    has_tone: bool = False


def anybody(_: Actor) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. `name`: in addresses. `says`: for client systems. `keeps`: the condition of a value; without it the
    filter only tells whether its cases are open. `is_open`: True or False where a value tells that, else None: the
    planner can't know that a state, a queue or a running clock says it. `leads`: an index of what is open leads
    straight to the cases of a value. `may`: who may ask.
    """

    name: str
    kind: Kind
    says: str = ""
    keeps: Callable[[Any], Q] | None = None
    is_open: Callable[[Any], bool | None] = lambda _: None
    leads: bool = False
    offer: Select | Chips | None = None
    may: Callable[[Actor], bool] = anybody


def _is(column: str) -> Callable[[Any], Q]:
    return lambda value: Q(**{column: value})


def _in_division(column: str) -> Callable[[int], Q]:
    return lambda division_id: Q(**{f"{column}__in": versions_of(division_id)})


def _of_category(code: str) -> Q:
    """A leaf, or by a range what is below a group or domain: the index can judge a range without reading the case."""
    if len(code) > _GROUP_DIGITS:
        return Q(category_code=code)
    return Q(category_code__gte=code, category_code__lt=code + _AFTER_DIGITS)


def _of_queue(queue: str) -> Q:
    if queue == EXTENSIONS:
        return ~Q(extension_asked="")
    if queue == UNHAPPY:
        return Q(unhappy_at__isnull=False)
    if queue == PROVISIONAL:
        return Q(provisional=True, closed_at=None) & ~Q(state=State.ANSWERED)
    return Q(state=State.RECEIVED, queue=queue)


def _due(day: str) -> Q:
    """Whose running clock ends before the county's midnight, and hasn't yet."""
    now = time.now()
    tonight = now.astimezone(orgs.county().tz).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return ending(now, tonight)


def _came_back(_: str) -> Q:
    """The reporter said that it isn't solved, and there is no newer answer yet."""
    return Q(rework_count__gt=0, closed_at=None) & ~Q(state=State.ANSWERED)


def _searched(asked: str) -> Q:
    """By number, which may also stand in a text, or by words."""
    words = text.query_tokens(asked)
    found = Q(holds_all("tokens", words)) if words else Q(pk__in=[])
    with suppress(InvalidInput):
        found |= Q(pk=ids.parse_case_number(asked))
    return found


def _categories() -> Iterator[Choices]:
    """Domains, each with itself and its groups."""
    taxonomy = categories.taxonomy()
    for domain in taxonomy.children(""):
        rows = (domain, *taxonomy.children(domain.code))
        yield Choices(in_language(domain.zh, domain.en), [(row.code, in_language(row.zh, row.en)) for row in rows])


def _offices() -> Iterator[Choices]:
    rows = (row for row in orgs.organisation().offices.values() if row.active)
    yield Choices("", [(str(row.id), in_language(row.name, row.name_en)) for row in rows])


def _towns() -> Iterator[Choices]:
    rows = (row for row in orgs.organisation().by_code.values() if row.kind == "town")
    yield Choices("", [(str(row.id), in_language(row.name, row.name_en)) for row in rows])


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list, joined by AND: each row stands beside the value that is chosen of it."""

    openness: Annotated[
        Openness,
        Filter(
            "openness",
            OneOf(Openness, default=Openness.OPEN),
            is_open=lambda value: None if value is Openness.ALL else value is Openness.OPEN,
            offer=Chips({Openness.ENDED: "已结束", Openness.ALL: "全部"}),
        ),
    ] = Openness.OPEN
    state: Annotated[
        str, Filter("state", OneOf(State), keeps=_is("state"), is_open=lambda value: State(value) in OPEN, leads=True)
    ] = ""
    light: Annotated[
        str,
        Filter(
            "light",
            OneOf(Light),
            keeps=lambda value: lit(value, time.now()),
            is_open=lambda value: None if value == Light.NONE else True,
            leads=True,
            offer=Chips({light: LIGHT_NAMES[light] for light in (Light.RED, Light.YELLOW, Light.GREEN)}, has_tone=True),
        ),
    ] = ""
    category_code: Annotated[
        str,
        Filter(
            "category",
            Code(),
            "Code of a leaf, group or domain.",
            keeps=_of_category,
            offer=Select("事项", "全部事项", _categories, categories.category_name),
        ),
    ] = ""
    office_id: Annotated[
        int | None,
        Filter(
            "office",
            Number(),
            "Id of the lead office.",
            keeps=_is("office_id"),
            offer=Select("部门", "全部部门", _offices, orgs.office_name),
        ),
    ] = None
    town_id: Annotated[
        int | None,
        Filter(
            "town",
            Number(),
            "Id of the division.",
            keeps=_in_division("town_id"),
            offer=Select("乡镇", "全部乡镇", _towns, orgs.division_name, not_of=frozenset({Scope.CELLS})),
        ),
    ] = None
    village_id: Annotated[
        int | None, Filter("village", Number(), "Id of the division.", keeps=_in_division("village_id"))
    ] = None
    assignee_id: Annotated[int | None, Filter("assignee", Number(), "Id of the post.", keeps=_is("assignee_id"))] = None
    severity: Annotated[
        int | None,
        Filter(
            "severity",
            Number({"minimum": 1, "maximum": 4}),
            "1 is the most urgent.",
            keeps=_is("severity"),
            leads=True,
            offer=Chips({"1": "特急"}),
        ),
    ] = None
    due: Annotated[
        str,
        Filter(
            "due",
            OneOf((TODAY,)),
            "The running clock ends today.",
            keeps=_due,
            is_open=lambda _: True,
            leads=True,
            offer=Chips({TODAY: "今日到期"}),
        ),
    ] = ""
    rework: Annotated[
        str,
        Filter(
            "rework",
            OneOf((YES,)),
            "The reporter said that it isn't solved, and it is worked on again.",
            keeps=_came_back,
            is_open=lambda _: True,
            leads=True,
            offer=Chips({YES: "评价未解决"}),
        ),
    ] = ""
    channel: Annotated[str, Filter("channel", OneOf(CHANNEL_NAMES), keeps=_is("channel"), leads=True)] = ""
    queue: Annotated[
        str,
        Filter(
            "queue",
            OneOf(QUEUE_NAMES),
            "What waits for the desk, and why.",
            keeps=_of_queue,
            is_open=lambda queue: True if queue in _UNCLEAR else None,
        ),
    ] = ""
    text: Annotated[
        str, Filter("q", Words(), "Words in title, text or address, or a case number; kept on record.", keeps=_searched)
    ] = ""
    received_from: Annotated[
        datetime | None,
        Filter(
            "received_from",
            Moment(),
            "Date or moment (ISO 8601), inclusive.",
            keeps=lambda moment: Q(received_at__gte=moment),
        ),
    ] = None
    received_to: Annotated[
        datetime | None,
        Filter(
            "received_to",
            Moment(),
            "Date or moment (ISO 8601), exclusive.",
            keeps=lambda moment: Q(received_at__lt=moment),
        ),
    ] = None


FILTERS: Mapping[str, Filter] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Filters, include_extras=True).items()
}
"""By the name of the field."""
_PLAIN = Filters()


def is_words(of: Filter) -> bool:
    return isinstance(of.kind, Words)


def said(filters: Filters) -> Iterator[tuple[Filter, Any]]:
    """Each filter that says something, with its value; words of blanks say nothing."""
    for name, of in FILTERS.items():
        value = getattr(filters, name)
        if value is not None and (value.strip() if isinstance(value, str) else True):
            yield of, value


def in_codes(filters: Filters) -> dict[str, object]:
    """Choices beside the ordinary, as codes, ids and ISO moments; of words only that there were some."""
    found: dict[str, object] = {}
    for name, of in FILTERS.items():
        value = getattr(filters, name)
        if value != getattr(_PLAIN, name):
            found[name] = True if is_words(of) else _code(value)
    return found


def read(query: Mapping[str, str], actor: Actor) -> Filters:
    """The filters of an address. Raises InvalidInput with the field's name for a value that isn't one, and NotAllowed
    for a filter that isn't the post's.
    """
    found: dict[str, Any] = {}
    for name, of in FILTERS.items():
        if given := query.get(of.name, ""):
            if not of.may(actor):
                raise NotAllowed(field=of.name)
            try:
                found[name] = of.kind.read(given)
            except ValueError as error:
                raise InvalidInput(of.kind.refusal, field=of.name) from error
    return Filters(**found)


def _digits(given: str, *, most: int) -> str:
    if not (given.isascii() and given.isdigit() and len(given) <= most):
        raise ValueError(given)
    return given


def _code(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
