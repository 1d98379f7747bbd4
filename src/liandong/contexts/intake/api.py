"""`/api/v1`: reports sent by client systems and by posts, their photos and their receipts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, BinaryIO, Literal, NamedTuple, cast

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.files import public as files
from liandong.foundation.links import absolute
from liandong.foundation.orgs import public as orgs
from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotAllowed, TooLarge

from .commands import receive
from .domain import rights
from .domain.incoming import ContactInput, Incoming, Received, Rejected
from .grouping import receive_one
from .receipts import open_receipt
from .story import Story

router = Router(tags=["reports"])
BATCH_REPORTS = 500
BATCH_BYTES = 8 * 1024 * 1024
FORM_BYTES = 64 * 1024
JSON = "application/json; charset=utf-8"


class ContactIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach the reporter, all optional."""

    name: str = ""
    phone: str = ""
    email: str = ""


class ReportIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report. `lon`, `lat` in degrees of `crs`; without `category_code` one is proposed from the words.

    `photos`: tokens of `POST /photos`, `documents`: of `POST /documents`, nine together; `complained_office`: code of
    the office that is complained of, which then never handles the case; `may_publish`: the reporter allows that the
    words are public, without names and numbers;
    `channel`: for posts only, how the report reached them; `idempotency_key`: in batches, where there is no header.
    """

    text: str = ""
    category_code: str = ""
    lon: float | None = None
    lat: float | None = None
    crs: Literal["wgs84", "gcj02", "bd09", "cgcs2000"] = "wgs84"
    address: str = ""
    place_id: int | None = None
    division_code: str = ""
    office_code: str = ""
    complained_office: str = ""
    contact: ContactIn = ContactIn()
    photos: Annotated[tuple[str, ...], msgspec.Meta(max_length=files.MOST_FILES)] = ()
    documents: Annotated[tuple[str, ...], msgspec.Meta(max_length=files.MOST_FILES)] = ()
    received_at: datetime | None = None
    channel: Literal["", "phone", "visit", "letter", "hotline", "grid", "office"] = ""
    language: Annotated[str, msgspec.Meta(max_length=8)] = ""
    may_publish: bool = False
    idempotency_key: str = ""


class Emergency(msgspec.Struct, frozen=True):
    """To be shown before anything else: the report is a record, never the call for help."""

    numbers: Sequence[str]
    notice: str


class ReportAnswer(msgspec.Struct, frozen=True):
    """The receipt 回执. `status_url` opens the reporter's page; whoever has it may answer, judge and withdraw."""

    number: str
    receipt_code: str
    state: str
    office: str
    due_at: datetime | None
    status_url: str
    emergency: Emergency | None


class Refused(msgspec.Struct, frozen=True):
    """Why one report of a batch wasn't taken; nothing of it is kept."""

    code: str
    title: str
    field: str


class BatchItem(msgspec.Struct, frozen=True):
    """`status` as `POST /reports` would have answered: 201, 200 when repeated, else `error` says why."""

    status: int
    report: ReportAnswer | None = None
    error: Refused | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """In the order of the reports sent."""

    answers: list[BatchItem]


class PhotoAnswer(msgspec.Struct, frozen=True):
    """`token` names the photo in a report that follows within 20 hours."""

    token: str
    width: int
    height: int
    bytes: int


class DocumentAnswer(msgspec.Struct, frozen=True):
    """`token` names the document in a report or an action that follows within 20 hours. `name`: with the ending of what
    it is.
    """

    token: str
    name: str
    media_type: str
    bytes: int


class ReceiptMessage(msgspec.Struct, frozen=True):
    """`kind`: question, reply, answer, reason or verdict."""

    kind: str
    text: str
    at: datetime


class ReceiptAnswer(msgspec.Struct, frozen=True):
    """The case as its reporter may know it. When it is joined to another (`is_joined`), that one counts."""

    number: str
    is_joined: bool
    state: str
    state_name: str
    office: str
    received_at: datetime
    due_at: datetime | None
    verdict_due_at: datetime | None
    closed_at: datetime | None
    messages: list[ReceiptMessage]


@router.post("/reports", url_name="reports", openapi_extra={"requestBody": ReportIn})
def send_report(request: HttpRequest) -> Annotated[HttpResponse, ReportAnswer]:
    """201 with the receipt; 200 with the same receipt when this `Idempotency-Key` (at most 120 signs) came before with
    the same content, 409 with another.
    """
    sender = _sender(request)
    report = access.decoded(access.body_of(request), ReportIn)
    incoming = _incoming(report, sender, request.META.get("HTTP_IDEMPOTENCY_KEY", report.idempotency_key))
    outcome = receive_one(actor=sender, report=incoming)
    if isinstance(outcome, Rejected):
        raise outcome.error
    answer = _answer(outcome, incoming)
    response = HttpResponse(msgspec.json.encode(answer), status=_status(outcome), content_type=JSON)
    response.headers["Location"] = answer.status_url
    return response


@router.post("/reports/batch", url_name="report_batch", openapi_extra={"requestBody": list[ReportIn]})
def send_reports(request: HttpRequest) -> BatchAnswer:
    """Up to 500 reports, each taken whole or not at all; those taken go in together."""
    sender = _sender(request)
    raw = access.items_of(access.body_of(request, most_bytes=BATCH_BYTES))
    if len(raw) > BATCH_REPORTS:
        raise TooLarge("一批最多 %(limit)s 条上报。", limit=BATCH_REPORTS)
    read = [_read(each, sender) for each in raw]
    taken = iter(receive(actor=sender, batch=[each for each in read if isinstance(each, Incoming)]))
    return BatchAnswer([_item(next(taken), each) if isinstance(each, Incoming) else _refused(each) for each in read])


@router.post("/photos", url_name="photos")
def send_photo(request: HttpRequest) -> PhotoAnswer:
    """One picture (JPEG, PNG, WebP or HEIC, at most 50 MB) as the file `photo` of a multipart form. Position and other
    metadata in it are dropped.
    """
    if (upload := _upload(request, "photo")) is None:
        raise InvalidInput("请在表单的 photo 栏上传照片。", field="photo")
    photo = files.keep_photo(upload.content, upload.size_bytes)
    return PhotoAnswer(files.photo_token(photo), photo.width, photo.height, photo.bytes)


@router.post("/documents", url_name="documents")
def send_document(request: HttpRequest) -> DocumentAnswer:
    """One PDF or office document (docx, xlsx, pptx, odt, ods, odp, at most 20 MB) as the file `document` of a multipart
    form, known by its content. Author, device and other metadata are dropped. What is encrypted, holds macros, scripts
    or other files is refused (400) with the reason.
    """
    if (upload := _upload(request, "document")) is None:
        raise InvalidInput("请在表单的 document 栏上传文件。", field="document")
    document = files.keep_document(upload.content, upload.size_bytes, upload.name, field="document")
    return DocumentAnswer(files.document_token(document), document.name, document.media_type, document.bytes)


@router.get("/receipts/{number}/{code}", url_name="receipt")
def read_receipt(request: HttpRequest, number: str, code: str) -> ReceiptAnswer:
    """Where a report stands. Wrong codes are counted: ten in ten minutes, then 429."""
    receipt = open_receipt(number=number, code=code, source=_actor(request).ref)
    case, story = receipt.matter.main, Story.of(receipt)
    return ReceiptAnswer(
        number=receipt.case.number,
        is_joined=receipt.matter.is_joined,
        state=case.state,
        state_name=gettext(cases.STATE_NAMES[cases.State(case.state)]),
        office=orgs.office_name(case.office_id),
        received_at=receipt.case.received_at,
        due_at=case.due_at,
        verdict_due_at=case.verdict_due_at,
        closed_at=case.closed_at,
        messages=[ReceiptMessage(message.kind, message.text, message.at) for message in story.messages],
    )


def _actor(request: HttpRequest) -> Actor:
    sender: Actor = request.auth  # type: ignore[attr-defined]
    return sender


def _sender(request: HttpRequest) -> Actor:
    sender = _actor(request)
    if not sender.may(rights.SEND):
        raise NotAllowed
    return sender


class _Upload(NamedTuple):
    content: BinaryIO
    size_bytes: int
    name: str


def _upload(request: HttpRequest, field: str) -> _Upload | None:
    """The file in a field of a multipart form, for it comes with reports and with what is written on a case. Raises
    NotAllowed, TooLarge.
    """
    actor = _actor(request)
    if not (actor.may(rights.SEND) or actor.may(cases.RIGHT_TO[cases.Action.NOTE])):
        raise NotAllowed
    access.check_length(request, most_bytes=settings.UPLOAD_MAX_BYTES + FORM_BYTES)
    upload = request.FILES.get(field)
    if upload is None or upload.file is None:
        return None
    return _Upload(cast("BinaryIO", upload.file), upload.size or 0, upload.name or "")


def _read(raw: bytes | msgspec.Raw, sender: Actor) -> Incoming | Rejected:
    try:
        report = access.decoded(raw, ReportIn)
        return _incoming(report, sender, report.idempotency_key)
    except LiandongError as error:
        return Rejected(error)


def _incoming(report: ReportIn, sender: Actor, key: str) -> Incoming:
    if not (written.has_words(report.text) or report.photos or report.documents or report.category_code):
        raise InvalidInput("请填写内容，或附上照片，或选择事项分类。", field="text")
    if len(report.photos) + len(report.documents) > files.MOST_FILES:
        raise InvalidInput("最多 %(count)s 个文件。", field="documents", count=files.MOST_FILES)
    return Incoming(
        text=report.text,
        channel=_channel(report, sender),
        origin=f"api:{sender.ref}",
        origin_key=key,
        received_at=report.received_at,
        lon=report.lon,
        lat=report.lat,
        crs=report.crs,
        address=report.address,
        place_id=report.place_id,
        division_code=report.division_code,
        category_code=report.category_code,
        office_code=report.office_code,
        complained_office_id=_complained(report.complained_office),
        contact=ContactInput(report.contact.name, report.contact.phone, report.contact.email),
        photos=tuple(_photo(token) for token in report.photos),
        documents=tuple(_document(token) for token in report.documents),
        language=report.language,
        may_publish=report.may_publish,
    )


def _channel(report: ReportIn, sender: Actor) -> str:
    """A client system's reports come through its own channel, which stands before the colon of its label."""
    if sender.kind == "client":
        if report.channel:
            raise InvalidInput("渠道由接口密钥决定，不能另填。", field="channel")
        return sender.label.partition(":")[0]
    return report.channel or ("grid" if sender.may(rights.REGISTER_ON_SITE) else "phone")


def _complained(code: str) -> int | None:
    if not code:
        return None
    office = orgs.organisation().office_by_code.get(code)
    if office is None:
        raise InvalidInput("没有这个部门。", field="complained_office")
    return office.id


def _document(token: str) -> files.DocumentRef:
    document = files.document_of_token(token)
    if document is None:
        raise InvalidInput("文件标记无效或已过期，请重新上传。", field="documents")
    return document


def _photo(token: str) -> files.PhotoRef:
    photo = files.photo_of_token(token)
    if photo is None:
        raise InvalidInput("照片标记无效或已过期，请重新上传。", field="photos")
    return photo


def _answer(outcome: Received, report: Incoming) -> ReportAnswer:
    """The emergency numbers come along for such a category, and for words that tell of danger."""
    is_emergency = categories.tells_emergency(outcome.category_code, report.text)
    return ReportAnswer(
        number=outcome.number,
        receipt_code=outcome.receipt_code,
        state=outcome.state,
        office=orgs.office_name(outcome.office_id),
        due_at=outcome.due_at,
        status_url=absolute(f"/r/{outcome.number}/{outcome.receipt_code}/"),
        emergency=_emergency() if is_emergency else None,
    )


def _emergency() -> Emergency:
    return Emergency(cases.EMERGENCY_NUMBERS, gettext("遇到危险请先拨打 110、119、120 或 122。这里不是报警渠道。"))


def _status(outcome: Received) -> int:
    return 200 if outcome.repeated else 201


def _item(outcome: Received | Rejected, report: Incoming) -> BatchItem:
    if isinstance(outcome, Received):
        return BatchItem(_status(outcome), _answer(outcome, report))
    return _refused(outcome)


def _refused(outcome: Rejected) -> BatchItem:
    error = outcome.error
    return BatchItem(error.status, error=Refused(error.code, access.say(error), error.field))
