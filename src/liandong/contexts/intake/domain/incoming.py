"""What a door hands to `receive` and what it gets back; and the checks that need no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from liandong.kernel.errors import InvalidInput, LiandongError
from liandong.kernel.geo import Crs
from liandong.kernel.text import storable

TEXT_SIGNS = 4000
ARCHIVED_SIGNS = 20_000
ARCHIVE = "import:"
"""Origins of what was written elsewhere, under another rule of length."""

ADDRESS_SIGNS = 200
KEY_SIGNS = 120
LANGUAGE_SIGNS = 8
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=5)
CHANNELS = ("web", "phone", "grid", "open311", "hotline", "import", "letter", "visit", "device", "office", "chat")


@dataclass(frozen=True, slots=True)
class ContactInput:
    """All optional; an empty contact isn't kept."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo that is already on disk under its content hash."""

    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """One report as a door understood it.

    `lon`, `lat` in degrees of `crs`; `received_at` None = now; `origin_key` "" = never the same.
    `category_code`: chosen by the reporter or clerk, else proposed. `division_code`, `office_code`: by a source or a
    picker. `may_publish`: the reporter allows that the words are public. `payload`: the delivered fields, kept as they
    came (JSON).
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
    if report.received_at is not None:
        _check_received(report.received_at, now)
    _check_contact(report.contact)


def _check_lengths(report: Incoming) -> None:
    limit = ARCHIVED_SIGNS if report.origin.startswith(ARCHIVE) else TEXT_SIGNS
    if len(report.text) > limit:
        raise InvalidInput("内容不能超过 %(limit)s 字。", field="text", limit=limit)
    if len(report.address) > ADDRESS_SIGNS:
        raise InvalidInput("地址不能超过 %(limit)s 字。", field="address", limit=ADDRESS_SIGNS)
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
    for name, value, limit in (("name", contact.name, 80), ("phone", contact.phone, 40), ("email", contact.email, 254)):
        if len(value) > limit:
            raise InvalidInput("联系方式过长。", field=name)
        _check_signs(name, value)
    if contact.email and ("@" not in contact.email or any(sign.isspace() for sign in contact.email)):
        raise InvalidInput("电子邮箱格式不正确。", field="email")
    if contact.phone and not 3 <= sum(sign.isdigit() for sign in contact.phone) <= 40:
        raise InvalidInput("电话号码格式不正确。", field="phone")
