"""What a client asks for or sends, read by the standard's rules. InvalidInput names the parameter."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids, time
from liandong.kernel.errors import InvalidInput, NotFound

MOST_ROWS = 1000
MOST_SKIPPED = 100_000
MOST_SPAN = timedelta(days=90)
MOST_FIELDS = 200
FORM_BYTES = 256 * 1024
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,40})\](?:\[\])?")
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")


class Fields:
    """Named values of an address or a form, in the order they came."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if "\x00" in name or "\x00" in value:
                raise InvalidInput("内容含有无法保存的字符。", field=name.replace("\x00", ""))
            self._values.setdefault(name, []).append(value)

    def one(self, name: str) -> str:
        """The last value without space around it, "" where there is none."""
        return self._values.get(name, [""])[-1].strip()

    def several(self, name: str) -> list[str]:
        """A comma list, given once or more."""
        parts = ",".join(self._values.get(name, ())).split(",")
        return [part.strip() for part in parts if part.strip()]

    def attributes(self) -> dict[str, list[str]]:
        """Values of `attribute[CODE]` and `attribute[CODE][]` by code."""
        found: dict[str, list[str]] = {}
        for name, values in self._values.items():
            match = _ATTRIBUTE.fullmatch(name)
            if match:
                found.setdefault(match.group(1), []).extend(value.strip() for value in values)
        return found


def asked(request: HttpRequest) -> Fields:
    """The query of an address."""
    return Fields((name, value) for name, values in request.GET.lists() for value in values)


def sent(request: HttpRequest) -> Fields:
    """The form of a report: UTF-8, urlencoded, or multipart where photos come along."""
    if (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower() not in ("utf-8", "utf8"):
        raise InvalidInput("只接受 UTF-8 编码。", field="Content-Type")
    if request.content_type == "application/x-www-form-urlencoded":
        return Fields(_urlencoded(access.body_of(request, most_bytes=FORM_BYTES)))
    if request.content_type == "multipart/form-data":
        return Fields(_multipart(request))
    raise InvalidInput("请以 application/x-www-form-urlencoded 提交。", field="Content-Type")


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
    return pairs


def check_jurisdiction(fields: Fields) -> None:
    """Ours or none. Raises NotFound."""
    given = fields.one("jurisdiction_id")
    if given and given != orgs.county().code:
        raise NotFound("没有这个管辖区。", field="jurisdiction_id")


def services() -> dict[str, cases.CategoryRow]:
    """Categories that are open to everybody, by code."""
    return {row.code: row for row in cases.taxonomy().leaves() if row.is_open311}


def service(code: str) -> cases.CategoryRow:
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
    first, last = _span(_moment(fields, "start_date"), _moment(fields, "end_date"))
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
    for status in statuses:
        if status not in ("open", "closed"):
            raise InvalidInput("状态只能是 open 或 closed。", field="status")
    return statuses[0] == "open" if len(set(statuses)) == 1 else None


def _span(first: datetime | None, last: datetime | None) -> tuple[datetime, datetime]:
    """Both ends; a missing one lies 90 days from the other, without any it is the last 90 days."""
    if first is None:
        last = last or time.now()
        return last - MOST_SPAN, last
    last = last or first + MOST_SPAN
    if last < first:
        raise InvalidInput("结束日期早于开始日期。", field="end_date")
    if last - first > MOST_SPAN:
        raise InvalidInput("日期范围不能超过 90 天。", field="end_date")
    return first, last


def _moment(fields: Fields, name: str) -> datetime | None:
    """W3C date and time; a plus sign lost in the address is forgiven, without an offset it is the county's time."""
    given = _LOST_PLUS.sub(r"+\1", fields.one(name))
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=orgs.county().tz)
        in_utc = aware.astimezone(UTC)
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
    """Raises InvalidInput without any place and for a half or unreadable one."""
    lat, lon, address = fields.one("lat"), fields.one("long"), fields.one("address_string")
    if lat or lon:
        return Spot(lon=_degrees("long", lon), lat=_degrees("lat", lat), address=address)
    address_id = fields.one("address_id")
    if address_id:
        if not (address_id.isascii() and address_id.isdecimal() and len(address_id) < 19):
            raise InvalidInput("没有这个地点。", field="address_id")
        return Spot(place_id=int(address_id), address=address)
    if not address:
        raise InvalidInput("请给出 lat 和 long，或 address_string，或 address_id。", field="lat")
    return Spot(address=address)


def _degrees(name: str, given: str) -> float:
    try:
        return float(given)
    except ValueError as error:
        raise InvalidInput("坐标不是有效的数字。", field=name) from error


def media_url(fields: Fields) -> str:
    """Kept as it came, never fetched."""
    given = fields.one("media_url")
    if given and (len(given) > 2000 or not given.startswith(("http://", "https://"))):
        raise InvalidInput("应为 http 或 https 网址。", field="media_url")
    return given


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
