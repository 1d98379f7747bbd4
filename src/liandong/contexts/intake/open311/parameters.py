"""Reads the parameters of a client by the standard's rules. InvalidInput names the parameter."""

import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import msgspec
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.domain.incoming import ContactInput
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids, time, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotFound, TooLarge

MOST_ROWS = 1000
MOST_SKIPPED = 100_000
MOST_SPAN = timedelta(days=90)
MOST_FIELDS = 200
FORM_BYTES = 256 * 1024
PHONE_SIGNS = 40
_ATTRIBUTE = re.compile(r"attributes?\[([^\[\]]+)\](?:\[\d*\])?", re.IGNORECASE)
_LIST = re.compile(r"\[\d*\]$")
_COMMA = re.compile("[,，、;；]")
_LOST_PLUS = re.compile(r"(\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) (\d\d(?::?\d\d)?)$")
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d")
_DEGREES = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")


class Fields:
    """Named values of an address, a form or a JSON object, in the order they came. Names in any case, `name[]` too;
    of what comes twice, in the body and in the address, the body counts.
    """

    def __init__(self, body: Iterable[tuple[str, str]], address: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        self._written: dict[str, str] = {}
        self._add(body, frozenset())
        self._add(address, frozenset(self._values))

    def _add(self, pairs: Iterable[tuple[str, str]], but: Collection[str]) -> None:
        for name, value in pairs:
            if "\x00" in name or "\x00" in value:
                raise InvalidInput("内容含有无法保存的字符。", field=name.replace("\x00", ""))
            plain = name.strip()
            key = plain if _ATTRIBUTE.fullmatch(plain) else _LIST.sub("", plain).lower()
            if key not in but:
                self._values.setdefault(key, []).append(value)
                self._written.setdefault(key, plain)

    def one(self, name: str) -> str:
        """The last value without space around it, "" where there is none."""
        return self._values.get(name, [""])[-1].strip()

    def all(self, name: str) -> list[str]:
        """All values that aren't empty."""
        return [value.strip() for value in self._values.get(name, ()) if value.strip()]

    def several(self, name: str) -> list[str]:
        """A comma list, given once or more."""
        parts = _COMMA.split(",".join(self._values.get(name, ())))
        return [part.strip() for part in parts if part.strip()]

    def attributes(self) -> dict[str, list[str]]:
        """Values of `attribute[CODE]` and `attribute[CODE][]` by code."""
        found: dict[str, list[str]] = {}
        for name, values in self._values.items():
            match = _ATTRIBUTE.fullmatch(name)
            if match:
                found.setdefault(match.group(1), []).extend(value.strip() for value in values)
        return found

    def beyond(self, known: Collection[str]) -> dict[str, str | list[str]]:
        """Values besides the known names and attributes, as they were written, without empty ones."""
        found: dict[str, str | list[str]] = {}
        for name, values in self._values.items():
            filled = [value for value in values if value.strip()]
            if filled and name not in known and not _ATTRIBUTE.fullmatch(name):
                found[self._written[name]] = filled[0] if len(filled) == 1 else filled
        return found


def asked(request: HttpRequest) -> Fields:
    """The query of an address."""
    return Fields(_query(request))


def _query(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.GET.lists() for value in values]


def sent(request: HttpRequest) -> Fields:
    """A report in UTF-8: urlencoded, JSON, or multipart where photos come along, with what stands in the address."""
    if (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower() not in ("utf-8", "utf8"):
        raise InvalidInput("只接受 UTF-8 编码。", field="Content-Type")
    content_type = (request.content_type or "").lower()
    if content_type == "application/x-www-form-urlencoded":
        return Fields(_urlencoded(access.body_of(request, most_bytes=FORM_BYTES)), _query(request))
    if content_type == "multipart/form-data":
        return Fields(_multipart(request), _query(request))
    if content_type.endswith(("/json", "+json")):
        return Fields(_object(access.body_of(request, most_bytes=FORM_BYTES)), _query(request))
    if not content_type and request.GET and not access.body_of(request, most_bytes=FORM_BYTES):
        return asked(request)
    raise InvalidInput(
        "请以 application/x-www-form-urlencoded、multipart/form-data 或 JSON 提交。", field="Content-Type"
    )


def _object(body: bytes) -> list[tuple[str, str]]:
    """Members of a JSON object, or of the one object of a list, as a form would have them."""
    content = access.decoded(body.removeprefix(BOM_UTF8), object)
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict):
        raise InvalidInput("应为一个 JSON 对象。")
    return [pair for name, value in content.items() for pair in _members(str(name), value)]


def _members(name: str, value: object) -> list[tuple[str, str]]:
    if name.lower() in ("attribute", "attributes"):
        return _attributes(value) if isinstance(value, (dict, list)) else [(name, _words(value))]
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return [(name, _words(each)) for each in value]
    return [(name, _words(value))]


def _attributes(value: dict[str, object] | list[object]) -> list[tuple[str, str]]:
    """Of `{"CODE": value}` and of `[{"code": "CODE", "value": value}]`."""
    if isinstance(value, dict):
        named = list(value.items())
    else:
        told = [each for each in value if isinstance(each, dict) and "code" in each]
        named = [(_words(each["code"]), each.get("value", each.get("key"))) for each in told]
        named += [("", each) for each in value if each not in told]
    return [
        (f"attribute[{code}]" if code else "attributes", _words(each))
        for code, values in named
        for each in (values if isinstance(values, list) else [values])
    ]


def _words(value: object) -> str:
    """A JSON value as a form would write it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def key_of(request: HttpRequest, fields: Fields) -> Actor | None:
    """The client whose key stands in the body, the address or a header."""
    scheme, _, credentials = request.headers.get("Authorization", "").strip().partition(" ")
    given = (
        fields.one("api_key"),
        asked(request).one("api_key"),
        request.headers.get("X-Api-Key", ""),
        request.headers.get("Api-Key", ""),
        credentials if scheme.lower() in ("bearer", "token", "apikey", "api-key") else "",
    )
    return next((client for key in given if (client := access.client(key.strip()))), None)


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise InvalidInput("只接受 UTF-8 编码。") from error
    except ValueError as error:
        raise InvalidInput("字段过多。") from error


def _multipart(request: HttpRequest) -> list[tuple[str, str]]:
    access.check_length(request, most_bytes=settings.UPLOAD_MAX_BYTES + FORM_BYTES)
    try:
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    except (MultiPartParserError, SuspiciousOperation, OSError) as error:
        raise InvalidInput("提交的数据无法解析。") from error
    if any("\ufffd" in value for _, value in pairs):
        raise InvalidInput("只接受 UTF-8 编码。")
    if sum(len(value) for _, value in pairs) > FORM_BYTES:
        raise TooLarge
    return pairs


def check_jurisdiction(fields: Fields) -> None:
    """Ours or none. Raises NotFound."""
    given = fields.one("jurisdiction_id")
    if given and given.lower() != orgs.county().code.lower():
        raise NotFound("没有这个管辖区。", field="jurisdiction_id")


def services() -> dict[str, categories.CategoryRow]:
    """Categories that are open to everybody, by code."""
    return {row.code: row for row in categories.taxonomy().leaves() if row.is_open311}


def service(code: str) -> categories.CategoryRow:
    """Raises InvalidInput without a code, NotFound for one that isn't a service."""
    if not code:
        raise InvalidInput("请给出服务代码。", field="service_code")
    row = services().get(code)
    if row is None:
        raise NotFound("没有这项服务。", field="service_code")
    return row


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of requests: what, and which stretch of it."""

    wanted: cases.Published
    skip: int
    most: int


def requests(fields: Fields) -> Asked:
    """Ids override every other filter; without dates the last 90 days; at most 1,000 rows at a time."""
    size = _number(fields, "page_size", MOST_ROWS, MOST_ROWS)
    page = _number(fields, "page", 1, 1 + MOST_SKIPPED // size)
    return Asked(_wanted(fields), (page - 1) * size, size)


def _wanted(fields: Fields) -> cases.Published:
    numbers = fields.several("service_request_id")
    if numbers:
        return cases.Published(services(), ids=_case_ids(numbers))
    codes = {service(code).code for code in fields.several("service_code")}
    first, last = _span(_moment(fields, "start_date"), *_end(fields))
    return cases.Published(
        category_codes=codes or services(),
        received_from=first,
        received_to=last,
        is_open=_is_open(fields.several("status")),
    )


def _case_ids(numbers: list[str]) -> list[int]:
    if len(numbers) > MOST_ROWS:
        raise InvalidInput("一次最多 %(limit)s 个编号。", field="service_request_id", limit=MOST_ROWS)
    return [case_id for number in numbers if (case_id := case_id_of(number))]


def case_id_of(number: str) -> int | None:
    """None for what isn't a case number."""
    try:
        return ids.parse_case_number(number)
    except InvalidInput:
        return None


def _is_open(statuses: list[str]) -> bool | None:
    wanted = {status.lower() for status in statuses}
    if wanted - {"open", "closed"}:
        raise InvalidInput("状态只能是 open 或 closed。", field="status")
    return wanted == {"open"} if len(wanted) == 1 else None


def _end(fields: Fields) -> tuple[datetime | None, timedelta]:
    """The latest moment, of a day its last second, and by how much a span may be longer for it."""
    last = _moment(fields, "end_date")
    if last is None or not _DAY.fullmatch(fields.one("end_date")):
        return last, timedelta()
    return last + timedelta(days=1, seconds=-1), timedelta(days=1)


def _span(first: datetime | None, last: datetime | None, longer: timedelta) -> tuple[datetime, datetime]:
    """Both ends; a missing one lies 90 days from the other, without any it is the last 90 days."""
    if first is None:
        last = last or time.now()
        return last - MOST_SPAN, last
    last = last or first + MOST_SPAN
    if last < first:
        raise InvalidInput("结束日期早于开始日期。", field="end_date")
    if last - first > MOST_SPAN + longer:
        raise InvalidInput("日期范围不能超过 90 天。", field="end_date")
    return first, last


def _moment(fields: Fields, name: str) -> datetime | None:
    """W3C date and time, to the second, as it is told; a plus sign lost in the address is forgiven, without an offset
    it is the county's time.
    """
    given = _LOST_PLUS.sub(r"\1+\2", unicodedata.normalize("NFKC", fields.one(name)).upper())
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=orgs.county().tz)
        in_utc = aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("日期无效，例如 2026-01-31T08:00:00+08:00。", field=name) from error
    if not _EARLIEST <= in_utc <= _LATEST:
        raise InvalidInput("日期无效，例如 2026-01-31T08:00:00+08:00。", field=name)
    return in_utc


_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def _number(fields: Fields, name: str, usual: int, most: int) -> int:
    given = fields.one(name)
    if not given:
        return usual
    if not (given.isascii() and given.isdecimal() and len(given) < 10 and 1 <= int(given) <= most):
        raise InvalidInput("应为 1 到 %(most)s 的整数。", field=name, most=most)
    return int(given)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a report says it is: a point, else an address of the register, else words that may name a place."""

    lon: float | None = None
    lat: float | None = None
    place_id: int | None = None
    address: str = ""


def spot(fields: Fields) -> Spot:
    """Raises InvalidInput without any place and for an unreadable one. A half point, and the 0, 0 of a device without a
    fix, are passed over where an address is there.
    """
    given = {name: unicodedata.normalize("NFKC", fields.one(name)).lower() for name in ("lat", "long")}
    address, address_id = fields.one("address_string"), fields.one("address_id")
    whole = all(given.values())
    if whole or (any(given.values()) and not (address or address_id)):
        lat, lon = (_degrees(name, value) for name, value in given.items())
        if (lat, lon) != (0, 0) or not (address or address_id):
            return Spot(lon=lon, lat=lat, address=address)
    if address_id:
        if not (address_id.isascii() and address_id.isdecimal() and len(address_id) < 19):
            raise InvalidInput("没有这个地点。", field="address_id")
        return Spot(place_id=int(address_id), address=address)
    if not written.has_words(address):
        raise InvalidInput("请给出 lat 和 long，或 address_string，或 address_id。", field="lat")
    return Spot(address=address)


def _degrees(name: str, given: str) -> float:
    """Also with blanks, a comma for the point, and a degree sign."""
    plain = "".join(given.split()).strip("°,")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    if not _DEGREES.fullmatch(plain):
        raise InvalidInput("坐标不是有效的数字。", field=name)
    return float(plain)


def media_urls(fields: Fields) -> list[str]:
    """Kept as they came, never fetched."""
    given = fields.all("media_url")
    if any(len(each) > 2000 or not each.startswith(("http://", "https://")) for each in given):
        raise InvalidInput("应为 http 或 https 网址。", field="media_url")
    return given


def contact(fields: Fields) -> ContactInput:
    """Also under the names that clients have for it beside the standard's; a second telephone number stands behind the
    first.
    """
    name = person_name(fields.one("first_name"), fields.one("last_name"))
    names, phones, emails = (
        [value for each in group if (value := fields.one(each))] for group in (_NAMES, _PHONES, _EMAILS)
    )
    phone = "/".join(dict.fromkeys(phones))
    if len(phone) > PHONE_SIGNS and phones:
        phone = phones[0]
    return ContactInput(name or next(iter(names), ""), phone, next(iter(emails), ""))


_NAMES = ("name", "full_name", "contact_name")
_PHONES = ("phone", "mobile", "telephone", "tel", "phone_number")
_EMAILS = ("email", "email_address", "mail")
KNOWN = frozenset(
    {
        *_NAMES,
        *_PHONES,
        *_EMAILS,
        "first_name",
        "last_name",
        "account_id",
        "address_id",
        "address_string",
        "api_key",
        "description",
        "device_id",
        "jurisdiction_id",
        "lat",
        "locale",
        "long",
        "may_publish",
        "media_url",
        "service_code",
    }
)
"""The names in a report. `device_id` and `account_id` are not kept: they name a person's things, and nothing here
needs them.
"""


def person_name(first: str, last: str) -> str:
    """In the order of the language it is written in."""
    return f"{last}{first}" if not (first + last).isascii() else " ".join(filter(None, (first, last)))


PARAMETER_OF: Mapping[str, str] = {
    "lon": "long",
    "text": "description",
    "address": "address_string",
    "place_id": "address_id",
    "name": "first_name",
    "category_code": "service_code",
    "idempotency_key": "Idempotency-Key",
    "photos": "media",
}
"""The standard's names of fields of our own."""
