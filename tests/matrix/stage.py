"""One small county with a case of each kind and somebody for each column; everything in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.test import Client

from liandong.contexts.batches import public as batches
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Attachment, Case, Message
from liandong.contexts.cases.public import CaseRow
from liandong.contexts.handovers import public as handovers
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Document, Report
from liandong.contexts.joint import public as joint
from liandong.contexts.notifications.models import ChatAddress, Delivery, Notification
from liandong.contexts.opening.models import Upload
from liandong.foundation.access import public as access
from liandong.foundation.access.models import ApiKey, Staff
from liandong.foundation.events.models import DeadLetter, Event
from liandong.foundation.files import public as files
from liandong.foundation.jobs.models import Job
from liandong.foundation.ledger.keys import signing_key
from liandong.foundation.registers.public import Cached
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.intake.pages import jpeg
from tests.matrix.cast import CAST, KINDS, MACHINES, username

_COLOURS = ("red", "green", "blue", "navy", "teal", "olive", "purple", "gray")
_BESIDE = [
    access.StaffInput("coordinator2", "统筹二岗", "coordinator", "Coordinator 2", "SGC"),
    *(
        access.StaffInput(f"{office}{n}", f"{name}{n}岗", "handler", f"{office} {n}", code)
        for office, name, code in (
            ("hud", "住建", "HUD"),
            ("law", "执法", "LAW"),
            ("jus", "司法", "JUS"),
            ("sup", "监督", "SUP"),
            ("twn", "青坪镇经办", "TWN-A"),
        )
        for n in (1, 2, 3)
    ),
]
_TOLD = ("clerk", "coordinator", "leader", "admin", "grid_a1", "hud1", "town_a")


@dataclass
class Stage:
    """`cases`, `reports` by kind; `others`: a second case that is like it; `marks`: what else stands in an address."""

    cases: "dict[str, CaseRow]" = field(default_factory=dict)
    others: "dict[str, CaseRow]" = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    photos: dict[str, files.PhotoRef] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    attachments: dict[str, int] = field(default_factory=dict)
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    upload: UUID = field(default_factory=uuid4)
    sessions: dict[str, str] = field(default_factory=dict)
    browsers: dict[bool, Client] = field(default_factory=dict)

    def client(self, column: str, kind: str, *, armed: bool = False) -> Client:
        """A browser of the post of this column, or none's; `armed`: it has to send the token of its form. It is one
        browser whose cookies change: a new one takes longer than most answers.
        """
        client = self.browsers[armed]
        client.cookies.clear()
        name = username(column, kind)
        if name:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return client

    def headers(self, column: str) -> dict[str, str]:
        return {"x-api-key": self.keys[column]} if column in MACHINES else {}

    @contextmanager
    def scene(self, column: str, kind: str) -> Iterator[None]:
        """What is done inside is undone; who is complained of is so here."""
        with transaction.atomic():
            if kind in KINDS and column in ("complained", "complained_office"):
                self._complain(column, kind)
            yield
            transaction.set_rollback(True)

    def _complain(self, column: str, kind: str) -> None:
        row = self.cases[kind]
        post = county.post(username(column, kind))
        of = {"complained_staff_id": post.id} if column == "complained" else {"complained_office_id": post.office_id}
        Case.objects.filter(pk__in=[row.id, row.joined_to_id or row.id, self.others[kind].id]).update(**of)


def build(blobs: Path) -> Stage:
    """Runs inside a transaction that is rolled back; `blobs`: where photos go."""
    blobs.mkdir(parents=True, exist_ok=True)
    stage = Stage()
    for armed in (False, True):
        stage.browsers[armed] = Client(enforce_csrf_checks=armed, headers={"accept-language": "zh-hans"})
    signing_key()
    access.import_staff(actor=SYSTEM, rows=_BESIDE)
    county.grid_worker_beside("grid_a1")
    for kind, colour in zip(KINDS, _COLOURS, strict=True):
        upload = jpeg(colour)
        stage.photos[kind] = files.keep_photo(cast("Any", upload.file), upload.size or 0)
        stage.others[kind] = _case(stage, kind, ())
        stage.cases[kind] = _case(stage, kind, (stage.photos[kind],))
    _attach(stage)
    _end(stage)
    for absent, deputy in (("hud1", "hud3"), ("law1", "law3"), ("jus1", "jus3"), ("sup1", "sup3"), ("twn1", "twn3")):
        county.away(absent, deputy)
    county.away("grid_a1", "grid_a1_beside")
    _keys(stage)
    _sign_in(stage)
    _marks(stage)
    return stage


_MATTER = {
    "public": (county.POTHOLE, "LAW", "HUD"),
    "town": (county.BURNING, "LAW", "TWN-A"),
    "private": (county.NEIGHBOURS, "LAW", "JUS"),
    "confidential": (county.EMISSION, "HUD", "LAW"),
    "complaint": (county.CONDUCT, "LAW", "SUP"),
    "received": (county.WATER, "", ""),
    "joined": (county.POTHOLE, "LAW", "HUD"),
    "ended": (county.POTHOLE, "LAW", "HUD"),
}
"""Category, former and present lead office."""


def _papers(photos: tuple[files.PhotoRef, ...]) -> tuple[files.DocumentRef, ...]:
    """A document for the case that has photos too."""
    content = b"%PDF-1.7 of nothing"
    return (files.DocumentRef(files.keep(content), "application/pdf", len(content), "a.pdf"),) if photos else ()


def _attach(stage: Stage) -> None:
    """To each case a message that its reporter may read, with a photo."""
    for kind, row in stage.cases.items():
        cases.add_note(
            actor=county.post("coordinator"), case_id=row.id, text="现场照片见附件", files=[stage.photos[kind]]
        )
        Message.objects.filter(case_id=row.id, kind="note").update(public=True)
        stage.attachments[kind] = Attachment.objects.get(case_id=row.id).pk
        stage.documents[kind] = Document.objects.get(report__case_id=row.id).pk


def _case(stage: Stage, kind: str, photos: tuple[files.PhotoRef, ...]) -> cases.CaseRow:
    category, former, lead = _MATTER[kind]
    of = {"complained_office_id": county.office("HUD")} if kind == "complaint" else {}
    contact = intake.ContactInput("王某", "13900000000", "wang@example.org")
    row = county.receive(
        "路面破损，请来看看",
        category_code=category,
        office_code=former,
        contact=contact,
        photos=photos,
        documents=_papers(photos),
        **of,
    )
    if photos:
        stage.reports[kind] = Report.objects.get(case_id=row.id)
    if not lead:
        return row
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office(lead), text="职责在这个部门"
    )
    return cases.accept_case(actor=county.post(CAST[kind]["assignee"]), case_id=row.id)


def _end(stage: Stage) -> None:
    clerk, coordinator = county.post("clerk"), county.post("coordinator")
    joined, ended = stage.cases["joined"], stage.cases["ended"]
    stage.cases["joined"] = cases.join_case(actor=clerk, case_id=joined.id, to=stage.others["joined"].id)
    stage.cases["ended"] = cases.close_case(actor=coordinator, case_id=ended.id, text="已经修好")


def _keys(stage: Stage) -> None:
    for name in MACHINES:
        stage.keys[name] = access.create_api_key(actor=SYSTEM, name=name)
    ApiKey.objects.filter(name="client_off").update(active=False)
    Cached.forget_all("api_keys")


def _sign_in(stage: Stage) -> None:
    Staff.objects.update(password=make_password("fictional-password"))
    for name in {name for cast_of in CAST.values() for name in cast_of.values()}:
        client = Client()
        client.force_login(Staff.objects.get(username=name))
        stage.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value


def _marks(stage: Stage) -> None:
    """Rows of a post's own, by user name: what an address names that is nobody else's."""
    now = time.now()
    event = Event.objects.order_by("id").values("stream_kind", "stream_id", "type", "payload", "at", event_id=F("id"))[
        0
    ]
    letter = DeadLetter.objects.create(subscriber="matrix", attempts=9, error="", died_at=now, **event)
    job = Job.objects.create(kind="matrix", attempts=9, created_at=now, next_at=now, died_at=now)
    delivery = Delivery.objects.create(
        staff_id=county.post("admin").id, means="mail", state="dead", created_at=now, next_at=now
    )
    chat = ChatAddress.objects.create(staff_id=county.post("admin").id, url="json://127.0.0.1/", set_at=now)
    everybodys = {"letter_id": letter.pk, "job_id": job.pk, "delivery_id": delivery.pk, "address_id": chat.pk}
    row = stage.others["public"]
    for name in _TOLD:
        note = Notification.objects.create(
            staff_id=county.post(name).id, case_id=row.id, kind="assigned", key="matrix", at=now
        )
        stage.marks[name] = {**everybodys, "notification_id": note.pk}
    stage.marks["coordinator2"] = dict(everybodys)
    for name in ("coordinator", "coordinator2", "town_a"):
        kept = "town" if name == "town_a" else "public"
        stage.marks[name]["batch_id"] = batches.begin(
            actor=county.post(name), action="urge", versions=[(stage.others[kept].id, stage.others[kept].version)]
        )
    Upload.objects.create(
        key=stage.upload,
        what="offices",
        file_name="o.csv",
        size=1,
        staff_id=county.post("admin").id,
        state="checked",
        created_at=now,
    )
    absence = next(row for row in access.absences(county.post("coordinator")) if row.staff_id == county.post("hud1").id)
    handover = handovers.write_handover(
        actor=county.post("hud2"), to_staff_id=county.post("hud1").id, text="请接着办", lines=[]
    )
    part = joint.give_part(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("POL"), asked="请到现场维持秩序"
    )
    for marks in stage.marks.values():
        marks |= {"absence_id": absence.id, "handover_id": handover, "part_id": part.id}
