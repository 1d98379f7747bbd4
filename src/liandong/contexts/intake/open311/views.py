"""Open311 GeoReport v2 at `/open311/v2`: services, reports, requests, tokens, discovery."""

from collections.abc import Sequence
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.commands import receive
from liandong.contexts.intake.domain.incoming import ContactInput, Incoming, PhotoRef, Received, Rejected
from liandong.contexts.intake.photos import keep_photo
from liandong.contexts.intake.queries import first_texts
from liandong.foundation.access import public as access
from liandong.foundation.links import absolute
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotAllowed, NotFound

from . import attributes, parameters, rows
from .doors import door, refuse

CHANNEL = "open311"
MOST_PHOTOS = 9
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-01T00:00:00+08:00"


@door("GET", "HEAD")
def services(request: HttpRequest) -> tuple[str, rows.Content]:
    parameters.check_jurisdiction(parameters.asked(request))
    return "services", [rows.service_of(row) for row in parameters.services().values()]


@door("GET", "HEAD")
def definition(request: HttpRequest, code: str) -> tuple[str, rows.Content]:
    parameters.check_jurisdiction(parameters.asked(request))
    row = parameters.service(code)
    found = [rows.attribute_of(order, each) for order, each in enumerate(attributes.attributes_of(row.code), 1)]
    return "service_definition", rows.Definition(row.code, found)


@door("GET", "HEAD", "POST")
def requests(request: HttpRequest) -> tuple[str, rows.Content]:
    return _create(request) if request.method == "POST" else _list(request)


@door("GET", "HEAD")
def one_request(request: HttpRequest, number: str) -> tuple[str, rows.Content]:
    parameters.check_jurisdiction(parameters.asked(request))
    return "service_requests", [rows.request_of(*_published(number))]


@door("GET", "HEAD")
def token(request: HttpRequest, token: str) -> tuple[str, rows.Content]:
    """Ids are given at once, so a token is the id itself, for clients that always take this way."""
    parameters.check_jurisdiction(parameters.asked(request))
    row, _ = _published(token, "token")
    return "service_requests", [rows.Token(token, ids.case_number(row.id))]


@door("GET", "HEAD")
def discovery(request: HttpRequest) -> tuple[str, rows.Content]:
    county = orgs.county()
    endpoint = rows.Endpoint(
        specification=SPECIFICATION,
        url=absolute("/open311/v2"),
        changeset=CHANGED,
        type="test" if county.is_sample else "production",
        formats=["text/xml", "application/json"],
    )
    return "discovery", rows.Discovery(
        changeset=CHANGED,
        contact=county.contact_email or rows.in_language(county.name, county.name_en),
        key_service=gettext("上报需要 api_key，请向县社会治理中心申请；读取不需要。"),
        endpoints=[endpoint],
    )


@csrf_exempt
def unknown_path(request: HttpRequest, path: str) -> HttpResponse:
    """Whatever else is asked for below `/open311/`, also with another format than json and xml."""
    return refuse("json" if path.endswith(".json") else "xml", NotFound("没有这个资源。"))


def _list(request: HttpRequest) -> tuple[str, rows.Content]:
    fields = parameters.asked(request)
    parameters.check_jurisdiction(fields)
    asked = parameters.requests(fields)
    found = cases.list_published(asked.wanted, skip=asked.skip, most=asked.most)
    if asked.wanted.ids is not None and not found:
        raise NotFound("没有这个请求编号。", field="service_request_id")
    texts = first_texts([row.id for row in found])
    return "service_requests", [rows.request_of(row, texts.get(row.id, "")) for row in found]


def _published(number: str, name: str = "service_request_id") -> tuple[cases.PublishedRow, str]:
    case_id = parameters.case_id_of(number)
    wanted = cases.Published(parameters.services(), ids=[case_id] if case_id else [])
    found = cases.list_published(wanted, most=1)
    if not found:
        raise NotFound("没有这个请求编号。", field=name)
    return found[0], first_texts([found[0].id]).get(found[0].id, "")


def _create(request: HttpRequest) -> tuple[str, rows.Content]:
    fields = parameters.sent(request)
    parameters.check_jurisdiction(fields)
    client = access.client(fields.one("api_key"))
    if client is None:
        raise NotAllowed("缺少有效的 api_key。", field="api_key")
    service = parameters.service(fields.one("service_code"))
    incoming = _incoming(request, fields, service, client)
    (outcome,) = receive(actor=client, batch=[incoming])
    if isinstance(outcome, Rejected):
        raise outcome.error
    return "service_requests", [rows.Created(outcome.number, _notice(service, outcome), None)]


def _incoming(request: HttpRequest, fields: parameters.Fields, service: cases.CategoryRow, client: Actor) -> Incoming:
    """`device_id` and `account_id` are not kept: they name a person's things, and nothing here needs them."""
    spot = parameters.spot(fields)
    payload = {
        "attributes": attributes.answered(service.code, fields.attributes()),
        "media_url": parameters.media_url(fields),
    }
    name = parameters.person_name(fields.one("first_name"), fields.one("last_name"))
    return Incoming(
        text=fields.one("description"),
        channel=CHANNEL,
        origin=f"{CHANNEL}:{client.id}",
        origin_key=request.headers.get("Idempotency-Key", ""),
        lon=spot.lon,
        lat=spot.lat,
        place_id=spot.place_id,
        address=spot.address,
        category_code=service.code,
        contact=ContactInput(name, fields.one("phone"), fields.one("email")),
        photos=tuple(_photos(request)),
        payload={key: value for key, value in payload.items() if value},
    )


def _photos(request: HttpRequest) -> Sequence[PhotoRef]:
    uploads = request.FILES.getlist("media") if request.content_type == "multipart/form-data" else []
    if len(uploads) > MOST_PHOTOS:
        raise InvalidInput("最多 %(count)s 张照片。", field="media", count=MOST_PHOTOS)
    return [keep_photo(cast("BinaryIO", upload.file), upload.size or 0) for upload in uploads]


def _notice(service: cases.CategoryRow, outcome: Received) -> str:
    page = absolute(f"/r/{outcome.number}/{outcome.receipt_code}/")
    receipt = gettext("回执码 %(code)s，查看进度、补充和评价：%(page)s") % {
        "code": outcome.receipt_code,
        "page": page,
    }
    if "call_emergency" not in service.flags:
        return receipt
    return gettext("遇到危险请先拨打 110、119、120 或 122。这里不是报警渠道。") + " " + receipt
