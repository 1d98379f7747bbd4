"""`receive` is the only way in: one report over HTTP, hundreds at a time from importer and seed."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import IntegrityError

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.joint import public as joint
from liandong.foundation.access import public as access
from liandong.foundation.facts import payload_of
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.kernel import geo, ids, telephone, time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Busy, Conflict, InvalidInput, LiandongError

from .domain import rights
from .domain.incoming import OF_RESIDENTS, Incoming, Received, Rejected, check
from .domain.sent_again import digest_of, is_same
from .models import Contact, Document, Photo
from .queries import erased_contacts
from .writing import NewIds, Rows, known, new_ids, write
from .writing import bound as bound_rows


@dataclass(frozen=True, slots=True)
class Past:
    """For importer and seed: what the case has lived through, and the answer its reporter got."""

    life: cases.Life
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A report and who sent it: ledger and rows name this actor."""

    actor: Actor
    report: Incoming
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A report that passed: its place in the batch and the case drafted for it."""

    place: int
    actor: Actor
    report: Incoming
    received_at: datetime
    draft: cases.CaseDraft
    parts: list[joint.PartDraft]
    past: Past | None


def receive(
    *, actor: Actor, batch: Sequence[Incoming], pasts: Sequence[Past | None] | None = None
) -> list[Received | Rejected]:
    """Takes reports in, each whole or not at all, those taken in one transaction; answers in the batch's order.

    A report whose (origin, origin_key) is known is answered with what it became; the same key with anything else than
    before, or of a report that was erased, is rejected as Conflict. Nothing outside is asked, no NOTIFY is fired, no
    shared row is touched. Raises Busy where others keep sending the same keys at the same moment.
    """
    return receive_sent(
        batch=[Sent(actor, report, pasts[place] if pasts else None) for place, report in enumerate(batch)]
    )


def receive_sent(*, batch: Sequence[Sent]) -> list[Received | Rejected]:
    """As `receive`, for reports of several actors."""
    for attempt in range(_ATTEMPTS):
        try:
            return _receive(batch, look_first=attempt > 0 or len(batch) > 1)
        except IntegrityError as error:
            if "report_once_per_origin" not in str(error):
                raise
    raise Busy


_ATTEMPTS = 6
"""Each finds what somebody else has committed meanwhile."""


def _receive(sent: Sequence[Sent], *, look_first: bool) -> list[Received | Rejected]:
    now = time.now()
    batch = [each.report for each in sent]
    answers = _impossible(batch, now)
    if look_first:
        answers |= _known(batch, answers)
    admitted: list[_Admitted] = []
    first_of_key: dict[tuple[str, str], int] = {}
    twins: dict[int, int] = {}
    for place, report in enumerate(batch):
        if place in answers:
            continue
        key = (report.origin, report.origin_key or f"\0{place}")
        if key in first_of_key:
            twins[place] = first_of_key[key]
            continue
        try:
            admitted.append(_admit(place, sent[place], now))
        except LiandongError as error:
            answers[place] = Rejected(error)
        else:
            first_of_key[key] = place
    if admitted:
        answers |= _write(admitted, now)
    for place, first in twins.items():
        answers[place] = _answer_twin(answers[first], batch[first], batch[place])
    return [answers[place] for place in range(len(batch))]


def _answer_twin(first: Received | Rejected, known: Incoming, twin: Incoming) -> Received | Rejected:
    if isinstance(first, Rejected):
        return first
    return replace(first, repeated=True) if is_same(known, twin) else Rejected(_other_content())


def _impossible(batch: Sequence[Incoming], now: datetime) -> dict[int, Received | Rejected]:
    """Refusals of what can't be taken whatever else is known, by place in the batch: before anything is done with it,
    so that one report never costs the others.
    """
    found: dict[int, Received | Rejected] = {}
    for place, report in enumerate(batch):
        try:
            check(report, now)
            if report.contact.email:
                access.check_email(report.contact.email)
        except LiandongError as error:
            found[place] = Rejected(error)
    return found


def _admit(place: int, sent: Sent, now: datetime) -> _Admitted:
    actor, report, past = sent.actor, sent.report, sent.past
    located, lon, lat = _locate(report)
    category = categories.taxonomy().by_code.get(report.category_code) if report.category_code else None
    if report.category_code and (category is None or not category.leaf):
        raise InvalidInput("没有这个事项分类。", field="category_code")
    if category and past is None and not _may_choose(report, category):
        raise InvalidInput("没有这个事项分类。", field="category_code")
    _check_complained(report)
    office = _office_id(report.office_code)
    received_at = report.received_at or now
    matter = cases.Reported(
        text=report.text,
        title=report.title,
        received_at=received_at,
        channel=report.channel,
        located=located,
        lon=lon,
        lat=lat,
        source_crs=report.crs if lon is not None else "",
        address=report.address,
        category_code=report.category_code or None,
        language=report.language,
        office_id=office,
        complained_office_id=report.complained_office_id,
        complained_staff_id=report.complained_staff_id,
        life=past.life if past else None,
        reporters=report.reporters,
        may_publish=report.may_publish,
    )
    draft = cases.draft_case(matter, recorded_by=actor.ref)
    parts = joint.draft_parts(draft, recorded_by=actor.ref) if past is None else []
    return _Admitted(place, actor, report, received_at, draft, parts, past)


def _may_choose(report: Incoming, category: categories.CategoryRow) -> bool:
    """Residents choose none of the leaves of devices, vehicles and hand-overs, whichever system they write in; what is
    the same as such a case has its leaf.
    """
    is_own = bool((report.as_sent or report).category_code)
    return category.is_for_residents or not is_own or report.channel not in OF_RESIDENTS


def _locate(report: Incoming) -> tuple[places.Located, float | None, float | None]:
    """Division and WGS-84 point: from the point, the picked place, the named division or the address text: a point only
    where that names a place exactly, else the one village or town that it names.
    """
    index = places.index()
    lon, lat = report.lon, report.lat
    place = _named_place(report) if lon is None or report.place_id is not None else None
    if lon is not None and lat is not None:
        lon, lat = geo.to_wgs84(lon, lat, geo.Crs(report.crs))
    elif place:
        lon, lat = place.lon, place.lat
    if report.division_code:
        division = orgs.organisation().by_code.get(report.division_code)
        if division is None:
            raise InvalidInput("没有这个区划代码。", field="division_code")
        return index.of_division(division.id), lon, lat
    if lon is None or lat is None:
        return index.of_division(places.named_division(report.address)), None, None
    located = index.locate(lon, lat)
    if index.knows_outlines and not located.inside:
        raise InvalidInput("这个位置不在本县范围内。", field="lon")
    return located, lon, lat


def _named_place(report: Incoming) -> places.PlaceRow | None:
    if report.place_id is None:
        return places.resolve(report.address) if report.address and not report.division_code else None
    place = places.by_id(report.place_id)
    if place is None:
        raise InvalidInput("没有这个地点。", field="place_id")
    return place


def _check_complained(report: Incoming) -> None:
    if report.complained_office_id is not None and report.complained_office_id not in orgs.organisation().offices:
        raise InvalidInput("没有这个部门。", field="complained_office_id")
    if report.complained_staff_id is not None and report.complained_staff_id not in access.staff():
        raise InvalidInput("没有这个岗位。", field="complained_staff_id")


def _office_id(code: str) -> int | None:
    if not code:
        return None
    office = orgs.organisation().office_by_code.get(code)
    if office is None:
        raise InvalidInput("没有这个部门。", field="office_code")
    return office.id


class _KnownRow(NamedTuple):
    origin: str
    origin_key: str
    salt: bytes | None
    commitment: bytes
    delivered: bytes | None
    chosen_category: str
    report_id: int
    receipt_code: str
    case_id: int
    state: str
    office_id: int | None
    due_at: datetime | None
    category_code: str
    complained_office_id: int | None
    complained_staff_id: int | None
    text: str
    address: str
    lon: float | None
    lat: float | None


def _known(batch: Sequence[Incoming], answered: Container[int]) -> dict[int, Received | Rejected]:
    """Answers for reports that are here already, by their place in the batch; without those `answered` before."""
    places_of: dict[tuple[str, str], list[int]] = {}
    for place, report in enumerate(batch):
        if report.origin_key and place not in answered:
            places_of.setdefault((report.origin, report.origin_key), []).append(place)
    found: dict[int, Received | Rejected] = {}
    for row in map(_KnownRow._make, known(places_of) if places_of else ()):
        found |= {place: _answer_known(row, batch[place]) for place in places_of[row.origin, row.origin_key]}
    return found


def _answer_known(row: _KnownRow, report: Incoming) -> Received | Rejected:
    if row.salt is None:
        return Rejected(_erased())
    if not _is_same_as_known(row, bytes(row.salt), report):
        return Rejected(_other_content())
    return Received(
        report_id=row.report_id,
        case_id=row.case_id,
        number=ids.case_number(row.case_id),
        receipt_code=row.receipt_code,
        state=row.state,
        office_id=row.office_id,
        due_at=row.due_at,
        category_code=row.category_code,
        repeated=True,
    )


def _erased() -> Conflict:
    return Conflict("用这个幂等键的上报已应本人要求删除。要另报，请换一个幂等键。", field="idempotency_key")


def _is_same_as_known(row: _KnownRow, salt: bytes, report: Incoming) -> bool:
    """By the digest of all that was delivered; a report from before there was one by what was kept of it."""
    if row.delivered is not None:
        return digest_of(report, salt) == bytes(row.delivered)
    if not _says_the_same(row, salt, report):
        return False
    if report.is_archived:
        return True
    post = access.staff().get(report.complained_staff_id or 0)
    office_id = report.complained_office_id or (post.office_id if post else None)
    photos = Photo.objects.filter(report_id=row.report_id).values_list("sha256", flat=True)
    documents = Document.objects.filter(report_id=row.report_id).values_list("sha256", flat=True)
    return (
        row.chosen_category == report.category_code
        and (row.complained_office_id, row.complained_staff_id) == (office_id, report.complained_staff_id)
        and set(photos) == {photo.sha256 for photo in report.photos}
        and set(documents) == {document.sha256 for document in report.documents}
    )


def _says_the_same(row: _KnownRow, salt: bytes, report: Incoming) -> bool:
    """By the commitment of old reports, else by the row and the contact, unless that was erased."""
    contact = report.contact
    told = _committed(report, [contact.name, contact.phone, contact.email])
    if ledger.commitment(salt, told) == bytes(row.commitment):
        return True
    kept = Contact.objects.filter(pk=row.report_id).values_list("name", "phone", "email").first()
    words = (row.text, row.address, row.lon, row.lat)
    if words != (report.text, report.address, report.lon, report.lat):
        return False
    is_erased = bool(erased_contacts([row.report_id]))
    return is_erased or (kept or ("", "", "")) == (contact.name, contact.phone, contact.email)


def _other_content() -> Conflict:
    return Conflict(
        "同一幂等键已用于另一份内容，这次的没有保存。内容有增改的，请换一个幂等键再报。", field="idempotency_key"
    )


def _contact_commitment(report: Incoming, salt: bytes) -> str:
    """Stands for the contact, under a salt that goes with it; "" where none was left."""
    contact = report.contact
    told = {"name": contact.name, "phone": contact.phone, "email": contact.email}
    return ledger.commitment(salt, told).hex() if contact else ""


def _committed(report: Incoming, contact: object) -> dict[str, object]:
    """The commitment covers words, place as micro-degrees, and what stands for the contact."""
    return {
        "text": report.text,
        "address": report.address,
        "lon": None if report.lon is None else round(report.lon * 1_000_000),
        "lat": None if report.lat is None else round(report.lat * 1_000_000),
        "contact": contact,
    }


_RECEIVED = cases.CaseReceived.__name__


def _write(admitted: list[_Admitted], now: datetime) -> dict[int, Received | Rejected]:
    rows = Rows()
    told: dict[int, dict[str, object]] = {}
    actors: dict[int, Actor] = {}
    answers: dict[int, Received | Rejected] = {}
    drawn = _draw(admitted)
    for item, case_id, report_id in zip(admitted, drawn.cases, drawn.reports, strict=True):
        salt, contact_salt, code = ledger.new_salt(), ledger.new_salt(), ids.receipt_code()
        contact = _contact_commitment(item.report, contact_salt)
        commitment = ledger.commitment(salt, _committed(item.report, contact))
        received = msgspec.structs.replace(
            item.draft.facts,
            report=report_id,
            commitment=commitment.hex(),
            contact=contact,
            assisting=[each.assist.office_id for each in item.parts],
        )
        told[case_id] = payload_of(received)
        actors[case_id] = item.actor
        _add_case(rows, item, case_id, item.actor)
        _add_report(rows, item, case_id, report_id, item.actor, now, salt, contact_salt, commitment, code)
        if item.past is None:
            rows.events_event.append(
                {
                    "type": _RECEIVED,
                    "stream_kind": "case",
                    "stream_id": case_id,
                    "payload": told[case_id],
                    "at": now,
                }
            )
        case = item.draft.case
        answers[item.place] = Received(
            report_id=report_id,
            case_id=case_id,
            number=ids.case_number(case_id),
            receipt_code=code,
            state=case["state"],
            office_id=case["office_id"],
            due_at=case["due_at"],
            category_code=case["category_code"],
        )
    _name(rows, drawn)
    bound = bound_rows(rows)
    entries: dict[Actor, list[ledger.NewEntry]] = {}
    for case_id, payload in told.items():
        entry = ledger.NewEntry(("case", case_id), _RECEIVED, {**payload, ledger.BOUND: bound[case_id]})
        entries.setdefault(actors[case_id], []).append(entry)
    rows.intake_report.sort(key=_key)
    for actor, own in entries.items():
        rows.ledger_entry += _entry_rows(own, actor, now)
    write(rows)
    return answers


def _draw(admitted: list[_Admitted]) -> NewIds:
    """The ids of all rows that the batch will have: each is bound by its id."""
    return new_ids(
        reports=len(admitted),
        tasks=sum((item.draft.task is not None) + len(item.parts) for item in admitted),
        involvements=sum((item.draft.involvement is not None) + len(item.parts) for item in admitted),
        deadlines=sum(len(item.draft.deadlines) + len(item.parts) for item in admitted),
        messages=sum(bool(item.past and item.past.answer) for item in admitted),
        photos=sum(len(item.report.photos) for item in admitted),
        documents=sum(len(item.report.documents) for item in admitted),
    )


_ASSISTS = "assists"
"""Until the tasks have ids: whose task a line or a part belongs to."""


def _name(rows: Rows, drawn: NewIds) -> None:
    """Gives the rows their ids, and lines and parts that of their task."""
    for written, row_ids in (
        (rows.cases_task, drawn.tasks),
        (rows.cases_involvement, drawn.involvements),
        (rows.cases_deadline_entry, drawn.deadlines),
        (rows.cases_message, drawn.messages),
        (rows.intake_photo, drawn.photos),
        (rows.intake_document, drawn.documents),
    ):
        written[:] = [{"id": row_id, **row} for row_id, row in zip(row_ids, written, strict=True)]
    task_of = {
        (row["case_id"], row["office_id"] if row["kind"] == "assist" else None): row["id"] for row in rows.cases_task
    }
    for lines in (rows.cases_deadline_entry, rows.joint_part):
        lines[:] = [_of_its_task(line, task_of) for line in lines]


def _of_its_task(line: Mapping[str, Any], task_of: Mapping[tuple[int, int | None], int]) -> dict[str, Any]:
    task_id = task_of.get((line["case_id"], line.get(_ASSISTS)))
    return {**{name: value for name, value in line.items() if name != _ASSISTS}, "task_id": task_id}


def _key(row: Mapping[str, object]) -> tuple[str, str]:
    """Two batches that overlap meet their common keys in the same order: one waits for the other, never both."""
    return str(row["origin"]), str(row["origin_key"])


def _row_salt() -> str:
    return "\\x" + ledger.new_row_salt().hex()


def _add_case(rows: Rows, item: _Admitted, case_id: int, actor: Actor) -> None:
    draft = item.draft
    rows.cases_case.append({"id": case_id, **draft.case, "salt": _row_salt()})
    if draft.publication:
        answer = cases.shown_to_anybody(item.past.answer, item.report.reporters) if item.past else ""
        rows.cases_publication.append({"case_id": case_id, **draft.publication, "answer": answer, "salt": _row_salt()})
    if draft.task:
        rows.cases_task.append({"case_id": case_id, **draft.task})
    if draft.involvement:
        rows.cases_involvement.append({"case_id": case_id, **draft.involvement})
    rows.cases_deadline_entry += [{"case_id": case_id, **line} for line in draft.deadlines]
    for each in item.parts:
        rows.cases_task.append({"case_id": case_id, **each.assist.task})
        rows.cases_involvement.append({"case_id": case_id, **each.assist.involvement})
        of = {"case_id": case_id, _ASSISTS: each.assist.office_id}
        rows.cases_deadline_entry.append({**of, **each.assist.deadline})
        rows.joint_part.append({**of, **each.part})
    if item.past and item.past.answer:
        rows.cases_message.append(
            {
                "case_id": case_id,
                "kind": "answer",
                "public": True,
                "audience": cases.Audience.REPORTER.value,
                "text": item.past.answer,
                "actor": actor.ref,
                "office_id": draft.case["office_id"],
                "at": item.past.life.answered_at or item.past.life.closed_at or item.received_at,
                "salt": _row_salt(),
            }
        )


def _add_report(
    rows: Rows,
    item: _Admitted,
    case_id: int,
    report_id: int,
    actor: Actor,
    now: datetime,
    salt: bytes,
    contact_salt: bytes,
    commitment: bytes,
    code: str,
) -> None:
    report = item.report
    rows.intake_report.append(
        {
            "id": report_id,
            "case_id": case_id,
            "channel": report.channel,
            "origin": report.origin,
            "origin_key": report.origin_key,
            "received_at": item.received_at,
            "recorded_at": now,
            "text": report.text,
            "address": report.address,
            "lon": report.lon,
            "lat": report.lat,
            "crs": report.crs if report.lon is not None else "",
            "category_code": report.category_code,
            "payload": _plain({**report.payload, "may_publish": True} if report.may_publish else report.payload),
            "actor": actor.ref,
            "receipt_code": code,
            "salt": "\\x" + salt.hex(),
            "commitment": "\\x" + commitment.hex(),
            "delivered": "\\x" + digest_of(report, salt).hex(),
            "staff_id": _own(actor, report),
        }
    )
    if report.contact:
        rows.intake_contact.append(
            {
                "report_id": report_id,
                "name": report.contact.name,
                "phone": report.contact.phone,
                "email": report.contact.email,
                "phone_keys": telephone.stored_keys(report.contact.phone) if report.contact.phone else None,
                "salt": "\\x" + contact_salt.hex(),
            }
        )
    rows.intake_photo += [
        {
            "report_id": report_id,
            "sha256": photo.sha256,
            "media_type": photo.media_type,
            "width": photo.width,
            "height": photo.height,
            "bytes": photo.bytes,
        }
        for photo in report.photos
    ]
    rows.intake_document += [
        {
            "report_id": report_id,
            "sha256": document.sha256,
            "media_type": document.media_type,
            "bytes": document.bytes,
            "name": document.name,
            "salt": _row_salt(),
        }
        for document in report.documents
    ]


def _own(actor: Actor, report: Incoming) -> int | None:
    """The post, where it reports what it found itself: on a round where it goes on rounds. With a contact it took down
    what somebody told it.
    """
    is_own = (
        actor.kind == "staff" and report.channel in cases.OF_POSTS and not report.contact and not report.is_archived
    )
    return actor.id if is_own and (report.channel != "grid" or actor.may(rights.REGISTER_ON_SITE)) else None


def _plain(payload: Mapping[str, object]) -> object:
    """As JSON will hold it: a source's own moments and numbers become text, so that what is bound is what is kept."""
    return msgspec.to_builtins(payload)


def _entry_rows(entries: list[ledger.NewEntry], actor: Actor, now: datetime) -> list[dict[str, object]]:
    return [
        {
            "stream_kind": draft.stream.kind,
            "stream_id": draft.stream.id,
            "seq": draft.seq,
            "at": draft.at,
            "actor": draft.actor,
            "action": draft.action,
            "payload": msgspec.Raw(draft.payload.encode()),
            "hash": "\\x" + draft.hash.hex(),
            "mac": "\\x" + draft.mac.hex() if draft.mac else None,
        }
        for draft in ledger.first_entries(entries, actor=actor, at=now)
    ]
