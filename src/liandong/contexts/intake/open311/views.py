"""Open311 GeoReport v2 at `/open311/v2`: services, reports, requests, tokens, discovery."""

import base64
from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import attributes, delivered
from liandong.contexts.intake.domain.incoming import Incoming, Received, Rejected
from liandong.contexts.intake.grouping import receive_one
from liandong.contexts.intake.publishing import words_for_partners
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.language import in_language
from liandong.foundation.links import absolute
from liandong.foundation.orgs import public as orgs
from liandong.kernel import ids
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotAllowed, NotFound, TooLarge

from . import parameters, rows
from .doors import door, format_of, refuse

CHANNEL = "open311"
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
    row = _published(number)
    return "service_requests", _told(request, [row], parameters.asked(request))


@door("GET", "HEAD")
def token(request: HttpRequest, token: str) -> tuple[str, rows.Content]:
    """Ids are given at once, so a token is the id itself, for clients that always take this way."""
    parameters.check_jurisdiction(parameters.asked(request))
    row = _published(token, "token")
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
        contact=county.contact_email or in_language(county.name, county.name_en),
        key_service=gettext("上报需要 api_key，请向县社会治理中心申请；读取不需要。"),
        endpoints=[endpoint],
    )


@csrf_exempt
def unknown_path(request: HttpRequest, path: str) -> HttpResponse:
    """Whatever else is asked for below `/open311/`, also with another format than json and xml."""
    return refuse(format_of(request), NotFound("没有这个资源。"))


def _list(request: HttpRequest) -> tuple[str, rows.Content]:
    fields = parameters.asked(request)
    parameters.check_jurisdiction(fields)
    asked = parameters.requests(fields)
    found = cases.list_published(asked.wanted, skip=asked.skip, most=asked.most)
    if asked.wanted.ids is not None and not found:
        raise NotFound("没有这个请求编号。", field="service_request_id")
    return "service_requests", _told(request, found, fields)


def _told(request: HttpRequest, found: Sequence[cases.PublishedRow], fields: parameters.Fields) -> list[rows.Request]:
    """Public words only, but for a partner whose key has the right to the others, masked alike."""
    if access.reads_words(parameters.key_of(request, fields)):
        words = words_for_partners([row.id for row in found])
        return [rows.request_of(row, words.get(row.id)) for row in found]
    return [rows.request_of(row) for row in found]


def _published(number: str, name: str = "service_request_id") -> cases.PublishedRow:
    case_id = parameters.case_id_of(number)
    wanted = cases.Published(parameters.services(), ids=[case_id] if case_id else [])
    found = cases.list_published(wanted, most=1)
    if not found:
        raise NotFound("没有这个请求编号。", field=name)
    return found[0]


def _create(request: HttpRequest) -> tuple[str, rows.Content]:
    fields = parameters.sent(request)
    parameters.check_jurisdiction(fields)
    client = parameters.key_of(request, fields)
    if client is None:
        raise NotAllowed("缺少有效的 api_key。", field="api_key")
    service = parameters.service(fields.one("service_code"))
    incoming, refused = _incoming(request, fields, service, client)
    outcome = receive_one(actor=client, report=incoming)
    if isinstance(outcome, Rejected):
        raise outcome.error
    return "service_requests", [rows.Created(outcome.number, _notice(incoming, outcome, refused))]


def _incoming(
    request: HttpRequest, fields: parameters.Fields, service: categories.CategoryRow, client: Actor
) -> tuple[Incoming, list[str]]:
    """The report, and the names of files that couldn't be taken with it."""
    spot = parameters.spot(fields)
    answers, beyond = attributes.answered(service.code, fields.attributes())
    urls = parameters.media_urls(fields)
    contact = parameters.contact(fields)
    beyond |= fields.beyond(parameters.KNOWN)
    if spot.lon is None:
        beyond |= {name: given for name in ("lat", "long") if (given := fields.one(name))}
    sent, refused = _sent(request, beyond)
    payload = {
        "attributes": answers,
        "media_url": urls[0] if len(urls) == 1 else urls,
        delivered.BEYOND: beyond,
        delivered.NOT_KEPT: refused,
    }
    incoming = Incoming(
        text=fields.one("description"),
        channel=CHANNEL,
        origin=f"{CHANNEL}:{client.id}",
        origin_key=request.headers.get("Idempotency-Key", ""),
        lon=spot.lon,
        lat=spot.lat,
        place_id=spot.place_id,
        address=spot.address,
        category_code=service.code,
        contact=contact,
        photos=tuple(each for each in sent if isinstance(each, files.PhotoRef)),
        documents=tuple(each for each in sent if isinstance(each, files.DocumentRef)),
        may_publish=fields.one("may_publish").strip().lower() in ("1", "true", "yes"),
        payload={key: value for key, value in payload.items() if value},
    )
    return incoming, refused


def _sent(request: HttpRequest, beyond: dict[str, str | list[str]]) -> tuple[list[files.FileRef], list[str]]:
    """Every picture and document, whatever its field is called, and the names of what is none or one too many. A
    picture written into a field as `data:` is taken out of `beyond`.
    """
    kept: list[files.FileRef] = []
    refused: list[str] = []
    for name, content, size in [*_files(request), *_written(beyond)]:
        file = _kept(name, content, size) if len(kept) < files.MOST_FILES else None
        if file:
            kept.append(file)
        else:
            refused.append(name[:_NAME_SIGNS])
    return kept, refused


def _kept(name: str, content: BinaryIO, size_bytes: int) -> files.FileRef | None:
    try:
        return files.keep_file(content, size_bytes, name)
    except (InvalidInput, TooLarge):
        return None


def _files(request: HttpRequest) -> list[tuple[str, BinaryIO, int]]:
    """(name, content, bytes) of each part with a file."""
    if request.content_type != "multipart/form-data":
        return []
    uploads = [(field, upload) for field, uploads in request.FILES.lists() for upload in uploads]
    return [(upload.name or field, cast("BinaryIO", upload.file), upload.size or 0) for field, upload in uploads]


def _written(beyond: dict[str, str | list[str]]) -> list[tuple[str, BinaryIO, int]]:
    found: list[tuple[str, BinaryIO, int]] = []
    for name, value in list(beyond.items()):
        values = value if isinstance(value, list) else [value]
        pictures = [each for each in values if each[:20].lower().startswith("data:image/")]
        if not pictures:
            continue
        for picture in pictures:
            content = _decoded(picture)
            found.append((name, BytesIO(content), len(content)))
        others = [each for each in values if each not in pictures]
        if others:
            beyond[name] = others
        else:
            del beyond[name]
    return found


def _decoded(written: str) -> bytes:
    """b"", which is no picture, for what isn't base64."""
    try:
        return base64.b64decode("".join(written.partition(",")[2].split()).replace(" ", "+"))
    except ValueError:
        return b""


_NAME_SIGNS = 80


def _notice(report: Incoming, outcome: Received, refused: list[str]) -> str:
    page = absolute(f"/r/{outcome.number}/{outcome.receipt_code}/")
    receipt = gettext("回执码 %(code)s，查看进度、补充和评价：%(page)s") % {
        "code": outcome.receipt_code,
        "page": page,
    }
    if refused:
        receipt += " " + gettext(
            "这些文件没有收下，不是可用的照片、PDF 或 Office 文档，或超过了 %(most)s 个：%(names)s"
        ) % {
            "most": files.MOST_FILES,
            "names": gettext("、").join(refused),
        }
    if not categories.tells_emergency(outcome.category_code, report.text):
        return receipt
    return gettext("遇到危险请先拨打 110、119、120 或 122。这里不是报警渠道。") + " " + receipt
