"""The answers of Open311 GeoReport v2, field by field in the standard's order. JSON and XML are written from them."""

from datetime import datetime

import msgspec
from django.utils.translation import get_language

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import attributes
from liandong.foundation.language import in_language, is_english
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids


class Service(msgspec.Struct, frozen=True):
    """`keywords` joined by commas; `metadata`: whether there is a definition with attributes to answer."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str
    keywords: str
    group: str


class Value(msgspec.Struct, frozen=True):
    key: str
    name: str


class Attribute(msgspec.Struct, frozen=True):
    """`variable` False: a note that asks nothing."""

    variable: bool
    code: str
    datatype: str
    required: bool
    datatype_description: str
    order: int
    description: str
    values: list[Value]


class Definition(msgspec.Struct, frozen=True):
    service_code: str
    attributes: list[Attribute]


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One public case. Moments with the county's offset, degrees WGS-84; no `media_url` before photos are redacted.
    What there is nothing to say of is left out: an empty `lat` reads as 0.
    """

    service_request_id: str
    status: str
    status_notes: str | None = None
    service_name: str
    service_code: str
    description: str | None = None
    agency_responsible: str | None = None
    service_notice: str | None = None
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str | None = None
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    lat: float | None = None
    long: float | None = None
    media_url: str | None = None


class Created(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a report: always with its id at once, never with a token."""

    service_request_id: str
    service_notice: str | None = None
    account_id: str | None = None


class Token(msgspec.Struct, frozen=True):
    token: str
    service_request_id: str


class Error(msgspec.Struct, frozen=True):
    code: int
    description: str


class Endpoint(msgspec.Struct, frozen=True):
    specification: str
    url: str
    changeset: str
    type: str
    formats: list[str]


class Discovery(msgspec.Struct, frozen=True):
    changeset: str
    contact: str
    key_service: str
    endpoints: list[Endpoint]


Content = (
    list[Service] | Definition | list[Request] | list[Created] | list[Token] | list[Error] | Discovery
)  # fmt: skip


def service_of(row: categories.CategoryRow) -> Service:
    language, by_code = get_language() or "", categories.taxonomy().by_code
    group, domain = by_code.get(row.code[:4]), by_code.get(row.code[:2])
    like = (row.keywords_en if is_english() else row.keywords_zh)[:3]
    colon, comma = (": ", ", ") if is_english() else ("：", "、")
    parts = [group.name(language) if group else "", comma.join(like)]
    return Service(
        service_code=row.code,
        service_name=row.name(language),
        description=colon.join(filter(None, parts)),
        metadata=bool(attributes.attributes_of(row.code)),
        type="realtime",
        keywords=",".join((*row.keywords_zh, *row.keywords_en)),
        group=domain.name(language) if domain else "",
    )


def attribute_of(order: int, row: attributes.Attribute) -> Attribute:
    return Attribute(
        variable=row.variable,
        code=row.code,
        datatype=row.datatype,
        required=row.required,
        datatype_description=in_language(row.hint_zh, row.hint_en),
        order=order,
        description=in_language(row.zh, row.en),
        values=[Value(each.key, in_language(each.zh, each.en)) for each in row.values],
    )


def request_of(row: cases.PublishedRow, words: cases.PublicWords | None = None) -> Request:
    """`words`: for a partner that may read them where they aren't public."""
    words = words or cases.PublicWords(row.text or "", row.answer or "")
    language, zone = get_language() or "", orgs.county().tz
    service = categories.taxonomy().by_code[row.category_code]

    street = cases.street_point(row.lon, row.lat) if row.lon is not None and row.lat is not None else None

    def told(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="seconds")

    return Request(
        service_request_id=ids.case_number(row.id),
        status="open" if row.closed_at is None else "closed",
        status_notes=words.answer or None,
        service_name=service.name(language),
        service_code=row.category_code,
        description=words.text or None,
        agency_responsible=orgs.office_name(row.office_id) or None,
        service_notice=None,
        requested_datetime=told(row.received_at),
        updated_datetime=told(row.changed_at),
        expected_datetime=told(row.due_at) if row.due_at else None,
        address=row.address or _division(row.division_id) or None,
        address_id=None,
        zipcode=None,
        lat=street.lat if street else None,
        long=street.lon if street else None,
        media_url=None,
    )


def _division(division_id: int | None) -> str:
    """Town and village, for what names no street."""
    registry = orgs.organisation()
    path = [registry.divisions[each] for each in registry.path(division_id)]
    return " ".join(in_language(each.name, each.name_en) for each in path if each.kind in ("town", "village"))
