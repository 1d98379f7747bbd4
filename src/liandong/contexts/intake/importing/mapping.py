"""The meaning of a source's columns, as data: a TOML file says it, `translate` applies it to one row. Pure.

The form of the file is in docs/importing.md.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import translate as glob
from hashlib import sha256
from itertools import takewhile
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from liandong.contexts.intake.domain.incoming import ARCHIVE
from liandong.kernel import geo
from liandong.kernel.errors import InvalidInput
from liandong.kernel.text import fold, storable

Delivered = Mapping[str, Any]
Channel = Literal[
    "web", "phone", "grid", "open311", "hotline", "import", "letter", "visit", "device", "office", "chat"
]  # fmt: skip
StateName = Literal[
    "received", "dispatched", "handling", "asked", "answered", "coordinating", "closed", "withdrawn", "referred"
]
ENDED: frozenset[StateName] = frozenset({"closed", "withdrawn", "referred"})
_ACCEPTED: frozenset[StateName] = frozenset({"handling", "asked", "answered", "coordinating"})
ISO = "iso"
_MARKER_SIGNS = 50
_TITLE_SIGNS = 60
_COUNTY_SIGNS = 12
_MOST_LAYOUTS = 1000
_LONGEST_PROMISE = timedelta(days=3660)


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field comes from: one column, several joined, the first that is filled, or a constant."""

    column: str = ""
    join: tuple[str, ...] = ()
    between: str = " "
    first: tuple[str | tuple[str, ...], ...] = ()
    constant: str = ""
    formats: tuple[str, ...] = (ISO,)


Field = str | tuple[str, ...] | Value


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`zone`: of times that don't say, "" for the county's. `empty`: values that mean nothing, `*` for any signs.
    `records`: where a JSON file keeps its rows.
    """

    name: str
    zone: str = ""
    crs: geo.Crs = geo.Crs.WGS84
    encoding: str = "auto"
    delimiter: str = ""
    records: str = ""
    channel: Channel = "import"
    language: str = ""
    empty: tuple[str, ...] = ()


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields of the report and the moments of its life; `updated_at`: when the source last touched the row."""

    key: Field = ""
    received_at: Field = ""
    text: Field = ""
    title: Field = ""
    address: Field = ""
    lon: Field = ""
    lat: Field = ""
    answer: Field = ""
    accepted_at: Field = ""
    answered_at: Field = ""
    closed_at: Field = ""
    updated_at: Field = ""
    due_at: Field = ""


class Categories(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`columns`: one (leaf) or two (group, leaf). `table`: the source's name → our code, before `create` is asked."""

    columns: tuple[str, ...] = ()
    table: dict[str, str] = {}
    create: bool = False
    zh: str = ""
    en: str = ""
    severity: int = 3
    accept: str = "120wm"
    finish: str = "5wd"


class Offices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name`: column with the office's name; `code`: with its code, else one is made from the name."""

    name: str = ""
    code: str = ""
    table: dict[str, str] = {}
    create: bool = False


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    column: str
    kind: Literal["town", "village", "cell", "other"]


class TopDivision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    name_en: str = ""


class Divisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: column with a division code that is in the register; or `levels` from the top down below `county`."""

    code: str = ""
    county: TopDivision | None = None
    levels: tuple[Level, ...] = ()
    create: bool = False


class States(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`answered`: the state of a row that has an answer, where no column says it. `dates`: what happens to a row whose
    dates are out of order.
    """

    column: str = ""
    table: dict[str, StateName] = {}
    default: StateName = "received"
    answered: StateName = "closed"
    dates: Literal["reject", "as_is"] = "reject"


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns with contact data; they go to the contact table and nowhere else."""

    name: str = ""
    phone: str = ""
    email: str = ""


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`drop`: columns that are not kept at all."""

    drop: tuple[str, ...] = ()


class SourceMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file."""

    source: Source
    columns: Columns
    categories: Categories = Categories()
    offices: Offices = Offices()
    divisions: Divisions = Divisions()
    states: States = States()
    contact: Contact = Contact()
    payload: Payload = Payload()

    @property
    def origin(self) -> str:
        return f"{ARCHIVE}{self.source.name}"


@dataclass(frozen=True, slots=True)
class Translated:
    """One row in our words; names of category, office and division are still the source's. Moments UTC.

    `promise`: the source's own due time as a budget. `problems`: why it can't be taken. `remarks`: what was noticed.
    """

    key: str = ""
    received_at: datetime | None = None
    text: str = ""
    title: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    state: StateName = "received"
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    paused_since: datetime | None = None
    promise: str = ""
    answer: str = ""
    category: tuple[str, ...] = ()
    office: tuple[str, str] = ("", "")
    division: tuple[str, ...] = ()
    contact: tuple[str, str, str] = ("", "", "")
    payload: Mapping[str, object] | None = None
    problems: tuple[InvalidInput, ...] = ()
    remarks: tuple[str, ...] = ()


NO_RECEIPT = "没有收到时间。"
MANGLED = "编号或电话被表格软件改成了科学计数法（%(value)s），原来的数字已经丢失，请从来源重新导出。"
DAY_ONLY = "来源的时间只有日期：按当天零点计。"
OPEN_WITH_END = "来源仍为未办结，却有办结时间：以状态为准，时间留在原始字段中。"
END_FROM_UPDATE = "已办结但没有办结时间：取来源最后更新的时间。"
ACCEPTED_ON_RECEIPT = "办理中但没有签收时间：取来源最后更新或收到的时间。"
STATE_UNKNOWN = "来源的状态在映射中没有对应：按默认状态处理。"
NO_OWN_KEY = "来源没有编号：按整行内容识别重复。"


def parse(content: bytes) -> SourceMap:
    """Reads a mapping file; where it may list several names, one alone needs no brackets. Raises InvalidInput with the
    place that is wrong.
    """
    try:
        found = msgspec.convert(_listed(tomllib.loads(content.decode())), SourceMap, strict=True)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidInput("映射文件有误：%(why)s", field="source", why=str(error)) from error
    _check(found)
    return found


_LISTS = {"source": ("empty",), "categories": ("columns",), "payload": ("drop",), "divisions": ("levels",)}
_LISTS_OF_A_FIELD = ("join", "first", "formats")


def _listed(document: dict[str, Any]) -> dict[str, Any]:
    columns = document.get("columns")
    fields = columns.values() if isinstance(columns, dict) else ()
    places = [(document.get(section), names) for section, names in _LISTS.items()]
    for table, names in (*places, *((field, _LISTS_OF_A_FIELD) for field in fields)):
        for name in names if isinstance(table, dict) else ():
            if isinstance(table.get(name), (str, dict)):
                table[name] = [table[name]]
    return document


_MANGLED = re.compile(r"[-+]?\d(?:[.,]\d+)?e\+\d{2,}")


def is_mangled(value: str) -> bool:
    """Whether a spreadsheet has written a long number as `1.39E+10`: which one it was isn't known any more."""
    return "+" in (plain := fold(value)) and _MANGLED.fullmatch(plain.strip()) is not None


def _check(found: SourceMap) -> None:
    try:
        ZoneInfo(found.source.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput("映射文件有误：%(why)s", field="source", why=f"zone {found.source.zone!r}") from error
    for wrong, why in (
        (not re.fullmatch(r"[a-z0-9_.-]{1,50}", found.source.name), "source.name: a-z 0-9 _ . -, 50"),
        (not found.columns.received_at, "columns.received_at"),
        (not (found.columns.text or found.columns.title), "columns.text"),
        (len(found.categories.columns) > 2, "categories.columns: 1 or 2"),
        (found.categories.create and not 0 < len(found.categories.zh) <= _TITLE_SIGNS, "categories.zh: 1–60"),
        (bool(found.divisions.levels) and not found.divisions.county, "divisions.county"),
        (found.divisions.county is not None and len(found.divisions.county.code) > _COUNTY_SIGNS, "county.code: 12"),
    ):
        if wrong:
            raise InvalidInput("映射文件有误：%(why)s", field="source", why=why)


def fold_name(name: str) -> str:
    """Column names are the same when they differ in case, width, spaces and underscores only."""
    return re.sub(r"[\s_]+", "_", fold(name).strip())


def fold_value(value: str) -> str:
    """So are names of categories, states and offices that differ in case and spaces."""
    return " ".join(value.split()).casefold()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of a row in their order: their folded names, and which of them are kept with the report."""

    names: tuple[str, ...]
    kept: tuple[str, ...]
    kept_beside_answer: tuple[str, ...]


@dataclass(slots=True)
class _Findings:
    problems: list[InvalidInput]
    remarks: list[str]


class Translator:
    """Applies a mapping to the rows of one file. `now` bounds the dates; `zone`: the county's, for a source that names
    none.
    """

    def __init__(self, mapping: SourceMap, now: datetime, zone: str) -> None:
        self._mapping = mapping
        self._now = now
        self._zone = ZoneInfo(mapping.source.zone or zone)
        self._layouts: dict[tuple[str, ...], _Layout] = {}
        self._empty = {fold_value(marker) for marker in mapping.source.empty if "*" not in marker} | {""}
        globs = [glob(fold_value(marker)) for marker in mapping.source.empty if "*" in marker]
        self._empty_like = re.compile("|".join(globs)) if globs else None
        self._states = {fold_value(name): state for name, state in mapping.states.table.items()}
        self._status = fold_name(mapping.states.column)
        columns, contact = mapping.columns, mapping.contact
        self._key = self._reader(columns.key)
        self._text = self._reader(columns.text)
        self._title = self._reader(columns.title)
        self._address = self._reader(columns.address)
        self._answer = self._reader(columns.answer)
        self._lon = self._reader(columns.lon)
        self._lat = self._reader(columns.lat)
        self._office = (self._reader(mapping.offices.code), self._reader(mapping.offices.name))
        self._contact = (self._reader(contact.name), self._reader(contact.phone), self._reader(contact.email))
        self._category_levels = [self._reader(column) for column in mapping.categories.columns]
        self._division_code = self._reader(mapping.divisions.code)
        self._division_levels = [self._reader(level.column) for level in mapping.divisions.levels]
        self._moments = {name: self._moment_reader(name, getattr(columns, name)) for name in _UNREADABLE}
        whole = (_only_column(columns.text), _only_column(columns.title))
        hidden = (*whole, contact.name, contact.phone, contact.email, *mapping.payload.drop)
        self._hidden = frozenset(fold_name(name) for name in hidden if name)
        self._answer_column = fold_name(_only_column(columns.answer))

    def wanted(self) -> list[str]:
        """The columns that the mapping names, as it names them."""
        mapping = self._mapping
        fields = [getattr(mapping.columns, name) for name in mapping.columns.__struct_fields__]
        named = [column for field in fields for column in _columns(field)]
        named += [*mapping.categories.columns, mapping.offices.name, mapping.offices.code, mapping.divisions.code]
        named += [level.column for level in mapping.divisions.levels]
        named += [mapping.states.column, mapping.contact.name, mapping.contact.phone, mapping.contact.email]
        named += mapping.payload.drop
        return list(dict.fromkeys(name for name in named if name))

    def received_columns(self) -> list[str]:
        """The columns that may hold the time of receipt."""
        return list(_columns(self._mapping.columns.received_at))

    def translate(self, delivered: Delivered) -> Translated:
        """One row as delivered, column → value; unknown columns are kept with it. Never raises for what a row holds.

        Signs that can't be kept are looked for in what goes to registers and answers; the rest is `receive`'s to check.
        """
        layout = self._layout(tuple(delivered))
        row = dict(zip(layout.names, delivered.values(), strict=True))
        found = _Findings([], [])
        key = self._key(row)
        contact = (self._contact[0](row), self._contact[1](row), self._contact[2](row))
        found.problems += [
            InvalidInput(MANGLED, field=field, value=value[:40])
            for field, value in (("key", key), ("phone", contact[1]))
            if is_mangled(value)
        ]
        if not key:
            key = _key_of_content(delivered)
            found.remarks.append(NO_OWN_KEY)
        lon, lat = self._point(row, found)
        answer = self._answer(row)
        state = self._state(row, answer, found)
        life = self._life(row, state, found)
        told = answer if state in ENDED or state == "answered" else ""
        category, division = self._category(row), self._division(row)
        office = (self._office[0](row), self._office[1](row))
        if not storable("".join((told, *category, *office, *division))):
            found.problems.append(InvalidInput("内容含有无法保存的字符。", field="text"))
        kept = layout.kept_beside_answer if told else layout.kept
        return Translated(
            key=key,
            received_at=life.received_at,
            text=self._text(row),
            title=self._title(row),
            address=self._address(row),
            lon=lon,
            lat=lat,
            state=state,
            accepted_at=life.accepted_at,
            answered_at=life.answered_at,
            closed_at=life.closed_at,
            paused_since=life.paused_since,
            promise=life.promise,
            answer=told,
            category=category,
            office=office,
            division=division,
            contact=contact,
            payload={column: value for column in kept if (value := delivered[column]) is not None and value != ""},
            problems=tuple(found.problems),
            remarks=tuple(found.remarks),
        )

    def _layout(self, columns: tuple[str, ...]) -> _Layout:
        known = self._layouts.get(columns)
        if known is None:
            if len(self._layouts) >= _MOST_LAYOUTS:
                self._layouts.clear()
            names = tuple(map(fold_name, columns))
            kept = [column for column, name in zip(columns, names, strict=True) if name not in self._hidden]
            beside = [column for column in kept if fold_name(column) != self._answer_column]
            known = self._layouts[columns] = _Layout(names, tuple(kept), tuple(beside))
        return known

    def _meant(self, value: str) -> str:
        """The value, or "" where the source writes that there is none."""
        if not value or len(value) > _MARKER_SIGNS:
            return value
        folded = fold_value(value)
        if folded in self._empty or (self._empty_like and self._empty_like.fullmatch(folded)):
            return ""
        return value

    def _reader(self, field: Field) -> Callable[[Delivered], str]:
        if isinstance(field, Value) and field.constant:
            constant = field.constant
            return lambda row: constant
        choices = [tuple(map(fold_name, columns)) for columns in _choices(field)]
        if not choices:
            return lambda row: ""
        if len(choices) == len(choices[0]) == 1:
            ((name,),) = choices
            return lambda row: self._meant(_text_of(_look_up(row, name)))
        between = field.between if isinstance(field, Value) else " "

        def read(row: Delivered) -> str:
            for columns in choices:
                filled = [word for name in columns if (word := self._meant(_text_of(_look_up(row, name))))]
                if filled:
                    return between.join(filled)
            return ""

        return read

    def _moment_reader(self, name: str, field: Field) -> Callable[[Delivered, _Findings], datetime | None]:
        formats = field.formats if isinstance(field, Value) else (ISO,)
        between = field.between if isinstance(field, Value) else " "
        constant = field.constant if isinstance(field, Value) else ""
        choices = [tuple(map(fold_name, columns)) for columns in _choices(field)]

        def read(row: Delivered, found: _Findings) -> datetime | None:
            for columns in choices or [()]:
                filled = [value for column in columns if self._is_filled(value := _look_up(row, column))]
                if not filled and not constant:
                    continue
                joined = len(columns) > 1
                value = between.join(map(_part_of_moment, filled)) if joined else filled[0] if filled else constant
                moment = None if joined and _is_iso_day(value, formats) else _moment(value, formats, self._zone)
                if moment is None:
                    found.problems.append(InvalidInput(_UNREADABLE[name], field=name))
                elif _is_iso_day(value, formats):
                    found.remarks.append(DAY_ONLY)
                return moment
            return None

        return read

    def _is_filled(self, value: object) -> bool:
        return value is not None and not (isinstance(value, str) and not self._meant(value.strip()))

    def _category(self, row: Delivered) -> tuple[str, ...]:
        """Group and leaf are the same where the source fills one of two columns."""
        names = tuple(name for read in self._category_levels if (name := read(row)))
        return (names[0], names[0]) if 0 < len(names) < len(self._category_levels) else names

    def _division(self, row: Delivered) -> tuple[str, ...]:
        """The code as the only item, or the names from the top down to the first that is missing."""
        if code := self._division_code(row):
            return (code,)
        return tuple(takewhile(bool, (read(row) for read in self._division_levels)))

    def _point(self, row: Delivered, found: _Findings) -> tuple[float | None, float | None]:
        lon, lat = self._lon(row), self._lat(row)
        if not (lon or lat):
            return None, None
        try:
            return geo.check_coordinates(float(lon), float(lat))
        except ValueError:
            found.problems.append(InvalidInput("坐标不是有效的数字。", field="lon"))
        except InvalidInput as error:
            found.problems.append(error)
        return None, None

    def _state(self, row: Delivered, answer: str, found: _Findings) -> StateName:
        rule = self._mapping.states
        status = _text_of(_look_up(row, self._status)) if self._status else ""
        if not status:
            return rule.answered if answer else rule.default
        known = self._states.get(fold_value(status))
        if known is None:
            found.remarks.append(STATE_UNKNOWN)
        return known or rule.default

    def _life(self, row: Delivered, state: StateName, found: _Findings) -> "_Life":
        read = {name: moment(row, found) for name, moment in self._moments.items()}
        received = read["received_at"]
        if received is None:
            if not any(problem.field == "received_at" for problem in found.problems):
                found.problems.append(InvalidInput(NO_RECEIPT, field="received_at"))
            return _NOT_LIVED
        as_is = self._mapping.states.dates == "as_is"
        life = _settle(state, received, read, found.remarks)
        found.problems += _wrong_dates(state, life, received, self._now, as_is=as_is)
        return replace(life, promise=_promise(received, read["due_at"], found.problems, as_is=as_is))


_UNREADABLE = {
    "received_at": "收到时间无法识别。",
    "accepted_at": "签收时间无法识别。",
    "answered_at": "答复时间无法识别。",
    "closed_at": "办结时间无法识别。",
    "updated_at": "更新时间无法识别。",
    "due_at": "时限无法识别。",
}
_BEFORE_RECEIPT = {
    "accepted_at": "签收时间早于收到时间。",
    "answered_at": "答复时间早于收到时间。",
    "closed_at": "办结时间早于收到时间。",
}
_IN_FUTURE = {
    "accepted_at": "签收时间在将来。",
    "answered_at": "答复时间在将来。",
    "closed_at": "办结时间在将来。",
}


@dataclass(frozen=True, slots=True)
class _Life:
    """The moments that the state needs."""

    received_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    paused_since: datetime | None = None
    promise: str = ""


_NOT_LIVED = _Life()


def _settle(state: StateName, received: datetime, read: Mapping[str, datetime | None], remarks: list[str]) -> _Life:
    """Takes a time that the state needs and the source lacks from its last touch of the row, with a remark."""
    accepted, answered, closed = read["accepted_at"], read["answered_at"], read["closed_at"]
    touched = read["updated_at"]
    touched = touched if touched and touched >= received else None
    ended = state in ENDED
    if ended and closed is None:
        closed = answered or touched
        if closed is not None and answered is None:
            remarks.append(END_FROM_UPDATE)
    elif not ended and closed is not None:
        closed = None
        remarks.append(OPEN_WITH_END)
    if accepted is None and state in _ACCEPTED:
        accepted = touched or received
        remarks.append(ACCEPTED_ON_RECEIPT)
    if answered is None and state == "answered":
        answered = touched or received
    return _Life(received, accepted, answered, closed, (touched or received) if state == "asked" else None)


def _wrong_dates(
    state: StateName, life: _Life, received: datetime, now: datetime, *, as_is: bool
) -> list[InvalidInput]:
    found: list[InvalidInput] = []
    for name, moment in (
        ("accepted_at", life.accepted_at),
        ("answered_at", life.answered_at),
        ("closed_at", life.closed_at),
    ):
        if moment is not None and moment > now:
            found.append(InvalidInput(_IN_FUTURE[name], field=name))
        elif moment is not None and moment < received and not as_is:
            found.append(InvalidInput(_BEFORE_RECEIPT[name], field=name))
    if state in ENDED and life.closed_at is None:
        found.append(InvalidInput("已办结但没有办结时间。", field="closed_at"))
    return found


def _promise(received: datetime, due: datetime | None, problems: list[InvalidInput], *, as_is: bool) -> str:
    """The source's due time as natural minutes after receipt, rounded up; "" where it gave none."""
    if due is None:
        return ""
    if due <= received or due - received > _LONGEST_PROMISE:
        if not as_is:
            problems.append(InvalidInput("时限早于收到时间，或在十年之后。", field="due_at"))
        return ""
    minutes = -(-(due - received) // timedelta(minutes=1))
    return f"{minutes}m"


def _columns(field: Field) -> Iterable[str]:
    return (column for columns in _choices(field) for column in columns)


def _choices(field: Field) -> Sequence[tuple[str, ...]]:
    """The ways to fill a field, best first; each is columns to be joined."""
    if isinstance(field, str):
        return [(field,)] if field else []
    if isinstance(field, tuple):
        return [field]
    if field.first:
        return [(choice,) if isinstance(choice, str) else choice for choice in field.first]
    if field.join:
        return [field.join]
    return [(field.column,)] if field.column else []


def _only_column(field: Field) -> str:
    """The column that a field keeps whole, "" where it is made of several."""
    choices = _choices(field)
    return choices[0][0] if len(choices) == 1 and len(choices[0]) == 1 else ""


def _look_up(row: Delivered, name: str) -> object:
    """`location.latitude` also reaches into a nested object."""
    if name in row or "." not in name:
        return row.get(name)
    outer, _, inner = name.partition(".")
    nested = row.get(outer)
    return _look_up(nested, inner) if isinstance(nested, Mapping) else None


def _text_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (dict, list)):
        return msgspec.json.encode(value).decode()
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    return str(value)


_WHOLE = 1 << 53
"""Numbers of columns that a file types as fractions (1.39e10) are whole up to here."""


def _moment(value: object, formats: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """The moment in UTC; local time that the clocks skip or repeat is read as before the change. None if unreadable."""
    found: datetime | None = None
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime(value.year, value.month, value.day)  # noqa: DTZ001 (the zone follows)
    elif isinstance(value, str):
        found = _read_moment(value.strip(), formats)
    if found is None:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None


def _part_of_moment(value: object) -> str:
    """A date or a time of day, however typed, as it is joined to the other."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time.min else value.isoformat(" ")
    return _text_of(value)


def _is_iso_day(value: object, formats: Sequence[str]) -> bool:
    """Whether there is no time of day, and no format says that a day is enough."""
    if isinstance(value, datetime) or not isinstance(value, (str, date)):
        return False
    if isinstance(value, date):
        return True
    said = [form for form in formats if form != ISO]
    return bool(_ISO_DAY.fullmatch(value.strip())) and _read_moment(value, said) is None


_ISO_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(?:-?\d)?")


def _read_moment(value: str, formats: Sequence[str]) -> datetime | None:
    for form in formats:
        try:
            if form == ISO:
                return datetime.fromisoformat(value)
            return datetime.strptime(value, form)  # noqa: DTZ007 (the zone follows)
        except ValueError:
            continue
    return None


def _key_of_content(delivered: Delivered) -> str:
    plain = {column: str(value) for column, value in delivered.items() if value not in (None, "")}
    content = repr(sorted(plain.items())).encode("utf-8", "backslashreplace")
    return f"row-{sha256(content).hexdigest()[:40]}"
