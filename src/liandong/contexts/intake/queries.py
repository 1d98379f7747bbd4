from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Q

from liandong.contexts.cases import public as cases
from liandong.foundation.by_key import ByKey
from liandong.foundation.ledger import public as ledger
from liandong.foundation.rooms import public as rooms
from liandong.kernel.errors import NotFound

from .domain.events import ContactErased
from .models import Contact, ContactReading, Document, Photo, Report


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as it came; no contact data. `payload`: what else the channel delivered, for example `attributes`."""

    id: int
    case_id: int
    channel: str
    received_at: datetime
    text: str
    address: str
    lon: float | None
    lat: float | None
    crs: str
    category_code: str
    erased_at: datetime | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A stored photo; its file lies under its SHA-256."""

    id: int
    report_id: int
    sha256: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A stored document; its file lies under its SHA-256."""

    id: int
    report_id: int
    sha256: str
    media_type: str
    bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class MaskedContact:
    """A contact as anybody at work on the case may see it: that there is one, and its last signs."""

    report_id: int
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Somebody read the contact: which post, when, for which purpose."""

    staff_id: int
    purpose: str
    at: datetime


def _report(*columns: Any) -> ReportRow:
    payload = msgspec.json.decode(columns[-1])
    return ReportRow(*(*columns[:-1], payload))


def _masked(report_id: int, name: str, phone: str, email: str) -> MaskedContact:
    return MaskedContact(report_id, name[:1] + "*" * (len(name) > 0), _tail(phone), _mail(email))


_reports = ByKey(_report, lambda: Report.objects.order_by("id").values_list(*ReportRow.__slots__), "case_id")
_photos = ByKey(PhotoRow, lambda: Photo.objects.order_by("id").values_list(*PhotoRow.__slots__), "report__case_id")
_documents = ByKey(
    DocumentRow, lambda: Document.objects.order_by("id").values_list(*DocumentRow.__slots__), "report__case_id"
)
_contacts = ByKey(
    _masked,
    lambda: Contact.objects.order_by("report_id").values_list("report_id", "name", "phone", "email"),
    "report__case_id",
)


def reports_of(case_id: int) -> list[ReportRow]:
    return _reports.of(case_id)


def reports_shown(look: rooms.Look[cases.CaseRow]) -> list[ReportRow]:
    """Those of the page's case: panels and forms share them."""
    return reports_of(look.row.id)


def reports_of_cases(case_ids: Collection[int]) -> list[ReportRow]:
    """The reports of some cases, the oldest first; one statement."""
    return _reports.of_any(case_ids)


def first_texts(case_ids: Collection[int], *, without_origin: str = "") -> dict[int, str]:
    """Words of the first report of each case, by case id; "" once they were erased. One statement.

    Cases whose first report came from `without_origin` are left out.
    """
    rows = Report.objects.filter(case_id__in=case_ids).order_by("case_id", "id").distinct("case_id")
    found = rows.values_list("case_id", "text", "origin")
    return {case_id: text for case_id, text, origin in found if not without_origin or origin != without_origin}


def cases_of_origin(origin: str, keys: Collection[str]) -> dict[str, int]:
    """The case of each report that a source named so, by its name."""
    rows = Report.objects.filter(origin=origin, origin_key__in=keys)
    return dict(rows.values_list("origin_key", "case_id"))


def count_recorded_since(report_ids: Sequence[int], moment: datetime) -> int:
    """How often reports that were recorded at a moment or later stand in a list, each as often as it is named."""
    recorded = set(Report.objects.filter(pk__in=report_ids, recorded_at__gte=moment).values_list("pk", flat=True))
    return sum(report_id in recorded for report_id in report_ids)


def photos_of(case_id: int) -> list[PhotoRow]:
    return _photos.of(case_id)


def photos_of_cases(case_ids: Collection[int]) -> list[PhotoRow]:
    """The photos of some cases, the oldest first; one statement."""
    return _photos.of_any(case_ids)


def documents_of(case_id: int) -> list[DocumentRow]:
    return _documents.of(case_id)


def documents_of_cases(case_ids: Collection[int]) -> list[DocumentRow]:
    """The documents of some cases, the oldest first; one statement."""
    return _documents.of_any(case_ids)


def document_row(document_id: int) -> tuple[int, DocumentRow]:
    """The case of a document, and the document. Raises NotFound."""
    rows = Document.objects.filter(pk=document_id).values_list("report__case_id", *DocumentRow.__slots__)
    for case_id, *row in rows:
        return case_id, DocumentRow(*row)
    raise NotFound


def has_photo(report_id: int, sha256: str) -> bool:
    """Whether the picture belongs to this report."""
    return Photo.objects.filter(report_id=report_id, sha256=sha256).exists()


def cases_with_photo(sha256: str) -> list[int]:
    """Ids of all cases that show this picture; the same one may have been sent more than once."""
    shown = Photo.objects.filter(sha256=sha256).order_by("report__case_id")
    return list(shown.values_list("report__case_id", flat=True).distinct())


def erased_contacts(report_ids: Collection[int]) -> set[int]:
    """Those of the reports whose contact was erased; one select."""
    erased = ledger.entries_of("contact", report_ids, [ContactErased.__name__])
    return {entry.stream.id for entry in erased}


def contact_masked(case_id: int) -> list[MaskedContact]:
    return _contacts.of(case_id)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact in clear, for the system that sends, never for a page."""

    report_id: int
    case_id: int
    phone: str
    email: str
    code: str


def contacts_of(report_ids: Collection[int]) -> list[ContactRow]:
    rows = Contact.objects.filter(pk__in=report_ids).exclude(phone="", email="")
    return [
        ContactRow(*row)
        for row in rows.values_list("report_id", "report__case_id", "phone", "email", "report__receipt_code")
    ]


@dataclass(frozen=True, slots=True)
class ToReach:
    """A report whose reporter can be reached; `main_id`: its matter's main case. `staff_id`: the post, where one
    reported it.
    """

    id: int
    case_id: int
    main_id: int
    staff_id: int | None = None


def reports_to_reach(case_ids: Collection[int]) -> list[ToReach]:
    """Reports of these cases, and of those joined to them, where a telephone number or e-mail address was left, and
    those of posts; none of devices. Two statements: the cases first, by their own indexes.
    """
    concerned = cases.reported_in(case_ids)
    rows = Report.objects.filter(case_id__in=concerned).exclude(channel__in=cases.WITHOUT_REPORTER)
    told = rows.filter(~Q(contact__phone="", contact__email="") & Q(contact__isnull=False) | Q(staff__isnull=False))
    return [
        ToReach(report_id, case_id, concerned[case_id], staff_id)
        for report_id, case_id, staff_id in told.order_by("pk").values_list("pk", "case_id", "staff_id")
    ]


def own_report(*, staff_id: int, case_id: int) -> Report | None:
    """The report that the post itself made of this case."""
    return Report.objects.filter(staff_id=staff_id, case_id=case_id).order_by("pk").first()


def cases_reported_by(staff_id: int, *, before: int | None, limit: int) -> list[tuple[int, int]]:
    """(report, case) of what the post reported itself, the newest first, below the report `before`."""
    rows = Report.objects.filter(staff_id=staff_id).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.values_list("pk", "case_id")[:limit])


def readings_of(report_id: int) -> list[ReadingRow]:
    rows = ContactReading.objects.filter(report_id=report_id).order_by("-at").values_list("staff_id", "purpose", "at")
    return [ReadingRow(*row) for row in rows]


def _tail(phone: str) -> str:
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if phone else ""


def _mail(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if email else ""
