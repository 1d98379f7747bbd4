"""A door hands these to `receive` and gets these back. The checks here need no database."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from liandong.kernel import written
from liandong.kernel.errors import InvalidInput, LiandongError
from liandong.kernel.geo import Crs, check_coordinates
from liandong.kernel.kept import DocumentRef, PhotoRef
from liandong.kernel.masking import Reporter
from liandong.kernel.shown import one_line
from liandong.kernel.text import storable

ARCHIVE = "import:"
"""Origins of what was written elsewhere, under another rule of length."""

KEY_SIGNS = 120
LEAST_PHONE_DIGITS, MOST_PHONE_DIGITS = 3, 40
"""Digits of the telephone field, which may hold two numbers."""
LANGUAGE_SIGNS = 8
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=5)
CHANNELS = ("web", "phone", "grid", "open311", "hotline", "import", "letter", "visit", "device", "office", "chat")
OF_RESIDENTS = frozenset({"web", "open311", "chat"})
"""Channels in which residents choose the category themselves."""


@dataclass(frozen=True, slots=True)
class ContactInput:
    """All optional; an empty contact isn't kept."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", one_line(self.name))

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One report as a door understood it.

    `lon`, `lat` in degrees of `crs`; `received_at` None = now; `origin_key` "" = never the same.
    `category_code`: chosen by the reporter or clerk, else proposed. `division_code`, `office_code`: by a source or a
    picker. `may_publish`: the reporter allows that the words are public. `payload`: the delivered fields, kept as they
    came (JSON). `same_as`: the case that it says it is the same as. `source_names`: what an archive itself calls
    category and division. `as_sent`: the report as it came, where something was added since.
    """

    text: str
    channel: str
    origin: str
    origin_key: str = ""
    received_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    crs: str = "wgs84"
    address: str = ""
    place_id: int | None = None
    division_code: str = ""
    category_code: str = ""
    office_code: str = ""
    complained_office_id: int | None = None
    complained_staff_id: int | None = None
    contact: ContactInput = ContactInput()
    photos: tuple[PhotoRef, ...] = ()
    language: str = ""
    title: str = ""
    may_publish: bool = False
    payload: Mapping[str, object] = field(default_factory=dict)
    same_as: int | None = None
    source_names: tuple[str, ...] = ()
    as_sent: "Incoming | None" = None
    documents: tuple[DocumentRef, ...] = ()

    @property
    def is_archived(self) -> bool:
        """Whether it was written elsewhere and is imported."""
        return self.origin.startswith(ARCHIVE)

    @property
    def reporters(self) -> tuple[Reporter, ...]:
        """Whose name and numbers are left out of what is shown and searched."""
        contact = self.contact
        return (Reporter(contact.name, contact.phone, contact.email),) if contact else ()

    def __post_init__(self) -> None:
        """A line break is one sign, and what is shown in one line is one; `payload` keeps how it came."""
        if "\r" in self.text:
            object.__setattr__(self, "text", self.text.replace("\r\n", "\n").replace("\r", "\n"))
        for name in ("address", "title"):
            object.__setattr__(self, name, one_line(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Received:
    """A report that is in the ledger. `repeated`: it had been received before under the same key."""

    report_id: int
    case_id: int
    number: str
    receipt_code: str
    state: str
    office_id: int | None
    due_at: datetime | None
    category_code: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A report that was not taken, and why; nothing of it is kept."""

    error: LiandongError


def check(report: Incoming, now: datetime) -> None:
    """Raises InvalidInput with the field's name for what can't be taken, whoever sent it."""
    if report.channel not in CHANNELS:
        raise InvalidInput("渠道不正确。", field="channel")
    _check_lengths(report)
    for name in _WORDS:
        _check_signs(name, getattr(report, name))
    if not _storable(report.payload):
        raise InvalidInput("内容含有无法保存的字符。", field="payload")
    if (report.lon is None) != (report.lat is None):
        raise InvalidInput("经度和纬度须同时填写。", field="lon" if report.lon is None else "lat")
    if report.crs not in _SYSTEMS:
        raise InvalidInput("没有这个坐标系。", field="crs")
    if report.lon is not None and report.lat is not None:
        check_coordinates(report.lon, report.lat)
    if report.received_at is not None:
        _check_received(report.received_at, now)
    _check_contact(report.contact)


def _check_lengths(report: Incoming) -> None:
    written.check(report.text, kind="archived" if report.is_archived else "text")
    limit = written.LIMITS["address"]
    if written.length(report.address) > limit:
        raise InvalidInput("地址不能超过 %(limit)s 字。", field="address", limit=limit)
    if len(report.language) > LANGUAGE_SIGNS:
        raise InvalidInput("语言代码过长。", field="language")
    if len(report.origin_key) > KEY_SIGNS:
        raise InvalidInput("幂等键不能超过 %(limit)s 个字符。", field="idempotency_key", limit=KEY_SIGNS)


_SYSTEMS = frozenset(Crs)
_WORDS = ("text", "title", "address", "origin_key", "category_code", "division_code", "office_code", "language")


def _check_signs(name: str, value: str) -> None:
    if not storable(value):
        raise InvalidInput("内容含有无法保存的字符。", field="idempotency_key" if name == "origin_key" else name)


def _storable(value: object) -> bool:
    """Of anything that JSON can say."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        words = [*map(str, value), *(each for each in value.values() if isinstance(each, str))]
        return storable("".join(words)) and all(_storable(each) for each in value.values() if not isinstance(each, str))
    return all(map(_storable, value)) if isinstance(value, (list, tuple)) else True


def _check_received(at: datetime, now: datetime) -> None:
    if at.tzinfo is None:
        raise InvalidInput("时间须带时区。", field="received_at")
    if at < EARLIEST or at > now + CLOCK_SKEW:
        raise InvalidInput("收到时间不合理。", field="received_at")


def _check_contact(contact: ContactInput) -> None:
    for name, value in (("name", contact.name), ("phone", contact.phone), ("email", contact.email)):
        if written.length(value) > written.LIMITS[name]:
            raise InvalidInput("联系方式过长。", field=name)
        _check_signs(name, value)
    if contact.phone and not _holds_number(contact.phone):
        raise InvalidInput("电话号码格式不正确。", field="phone")


def _holds_number(phone: str) -> bool:
    """Whether there is a number of three digits or more, none too long and none that a spreadsheet has rounded."""
    plain = unicodedata.normalize("NFKC", phone)
    runs = [len(run) for run in re.findall(r"\d+", plain)]
    return (
        not _ROUNDED.fullmatch(plain.strip())
        and max(runs, default=0) >= LEAST_PHONE_DIGITS
        and max(runs) <= MOST_PHONE_DIGITS // 2
        and sum(runs) <= MOST_PHONE_DIGITS
    )


_ROUNDED = re.compile(r"\d+(?:\.\d+)?e\+?\d+", re.IGNORECASE)
