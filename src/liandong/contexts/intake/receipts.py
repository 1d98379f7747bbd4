"""The receipt 回执: number and code open the status page and let the reporter act; no account is needed."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.ledger import public as ledger
from liandong.kernel import ids, time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, LiandongError, NotAllowed, NotFound
from liandong.kernel.kept import FileRef
from liandong.kernel.roles import Role

from .domain import rights
from .domain.calls import LOOK_UP_PURPOSES
from .domain.events import ContactRead
from .models import Contact, ContactReading, Report
from .queries import MaskedContact, ReadingRow, ReportRow, contact_masked, own_report, readings_of

ATTEMPTS, ATTEMPTS_WINDOW_S = 10, 600
ADDED_AT_MOST, ADDED_WINDOW_S = 10, 3600
PURPOSES = {
    "clarify": "核实诉求内容",
    "callback": "回访评价",
    "visit": "约定上门或现场核查",
    "rights": "办理个人信息权利请求",
}
PURPOSE_NAMES = PURPOSES | dict(LOOK_UP_PURPOSES)
"""All that a reading of the contact may have been for, as its reporter is told."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An opened receipt with its matter. `proof`: ledger stream, entry hash (hex) and the salt that, with the report,
    makes it. `post`: the signed-in post that reported it itself, where it was opened without the code.
    """

    report: ReportRow
    matter: cases.Matter
    code: str
    entry_hash: str
    salt: str
    commitment: str
    contact: MaskedContact | None
    readings: list[ReadingRow]
    entries: list[ledger.EntryRow]
    post: Actor | None = None

    @property
    def actor(self) -> Actor:
        return Actor(kind="reporter", id=self.report.id, role=Role.REPORTER, label="上报人")

    @property
    def case(self) -> cases.CaseRow:
        """The reporter's own case."""
        return self.matter.own


def open_receipt(*, number: str, code: str, source: str = "") -> Receipt:
    """The receipt of a case number and code; `source`: the asking address, counted against guessing. The right code
    opens at any time: 60 random bits aren't guessed, and so nobody can lock a reporter out.

    Raises InvalidInput for a misspelt number or code, NotFound where they don't belong together, TooMany.
    """
    return _receipt(_find(number, code, source))


def open_own(*, actor: Actor, number: str) -> Receipt:
    """The receipt of what the post reported itself: it is signed in, so no code is asked for. It reads what a reporter
    may, whatever its scope. Raises NotFound, also where the case complains of it.
    """
    case_id = ids.parse_case_number(number)
    row = own_report(staff_id=actor.id, case_id=case_id) if actor.kind == "staff" else None
    if row is None or cases.is_complained_of(cases.find(case_id), actor):
        raise NotFound("没有找到这个事件编号。")
    return replace(_receipt(row), post=actor)


def may_judge(receipt: Receipt) -> LiandongError | None:
    """The refusal of a post that would judge its own answer or its office's."""
    return cases.may_judge(receipt.matter.main, receipt.post) if receipt.post else None


def report_of(*, number: str, code: str, source: str = "") -> int:
    """The id of the report that a receipt opens. Raises as `open_receipt` does."""
    return int(_find(number, code, source).pk)


def _find(number: str, code: str, source: str) -> Report:
    case_id, wanted = ids.parse_case_number(number), ids.normalise_receipt_code(code)
    rows = Report.objects.filter(case_id=case_id).order_by("id")
    found = next((row for row in rows if hmac.compare_digest(row.receipt_code, wanted)), None)
    if found is None:
        for key in filter(None, (f"receipt:{case_id}", source and f"receipt-from:{source}")):
            access.count_attempt(key=key, limit=ATTEMPTS, window_s=ATTEMPTS_WINDOW_S)
        raise NotFound("编号与回执码不匹配，请核对后再试。")
    return found


def _receipt(row: Report) -> Receipt:
    entries = ledger.entries(("case", row.case_id))
    contacts = [contact for contact in contact_masked(row.case_id) if contact.report_id == row.pk]
    return Receipt(
        report=ReportRow(*(getattr(row, name) for name in ReportRow.__slots__)),
        matter=cases.matter_of(cases.find(row.case_id)),
        code=row.receipt_code,
        entry_hash=entries[0].hash.hex(),
        salt=bytes(row.salt).hex() if row.salt else "",
        commitment=bytes(row.commitment).hex(),
        contact=contacts[0] if contacts else None,
        readings=readings_of(row.pk),
        entries=entries,
    )


def judge(
    *,
    receipt: Receipt,
    solved: bool,
    satisfied: int | None,
    text: str,
    files: Sequence[FileRef] = (),
    reason: str = "",
) -> cases.CaseRow:
    """The reporter's verdict on the answer, `files` with its words, `reason` why it isn't solved. Raises NotAllowed for
    a post that would judge its own.
    """
    if (error := may_judge(receipt)) is not None:
        raise error
    return cases.judge_matter(
        actor=receipt.actor,
        own=receipt.case,
        solved=solved,
        satisfied=satisfied,
        text=text,
        files=files,
        reason=reason,
    )


def reply(*, receipt: Receipt, text: str, files: Sequence[FileRef] = ()) -> cases.CaseRow:
    """The reporter's reply to a question, `files` with it."""
    return cases.record_reply(actor=receipt.actor, case_id=receipt.case.id, text=text, files=files)


def count_supplement(receipt: Receipt) -> None:
    """Raises TooMany for the eleventh within an hour, files or not."""
    access.count_attempt(key=f"supplement:{receipt.report.id}", limit=ADDED_AT_MOST, window_s=ADDED_WINDOW_S)


def supplement(*, receipt: Receipt, text: str, files: Sequence[FileRef] = ()) -> cases.CaseRow:
    """Words that the reporter adds unasked, `files` with them; files that come alone are led by our own words."""
    text = text or (gettext("补充了照片或文件。") if files else "")
    return cases.add_supplement(actor=receipt.actor, case_id=receipt.case.id, text=text, files=files)


def withdraw(*, receipt: Receipt, text: str) -> cases.CaseRow:
    """The reporter takes the matter back."""
    return cases.withdraw_case(actor=receipt.actor, case_id=receipt.case.id, text=text)


def urge(*, receipt: Receipt) -> cases.CaseRow:
    """The reporter asks after it once the promised date has passed."""
    return cases.urge_as_reporter(actor=receipt.actor, case_id=receipt.case.id)


def read_contact(*, actor: Actor, report_id: int, purpose: str) -> tuple[str, str, str]:
    """(name, phone, email) unmasked, for one of `PURPOSES`, recorded where the reporter can see it.

    The desk may, and the post of the lead office that works on the case now; of a confidential case the desk alone.
    Raises NotAllowed, NotFound.
    """
    if purpose not in PURPOSES:
        raise InvalidInput("请选择查看联系方式的目的。", field="purpose")
    with transaction.atomic():
        contacts = Contact.objects.select_for_update(of=("self",)).select_related("report")
        row = contacts.filter(pk=report_id).first()
        if row is None:
            raise NotFound("没有留下联系方式。")
        case = cases.visible_case(actor=actor, case_id=row.report.case_id)
        check_contact_reader(actor, case)
        ContactReading.objects.create(report_id=report_id, staff_id=actor.id, purpose=purpose, at=time.now())
        ledger.record(actor=actor, stream=("contact", report_id), facts=ContactRead(purpose=purpose))
    return row.name, row.phone, row.email


def check_contact_reader(actor: Actor, case: cases.CaseRow) -> None:
    """Raises NotAllowed with the reason for a post that may not read contacts of the case unmasked."""
    if actor.may(rights.READ_CONTACTS):
        return
    if case.is_confidential:
        raise NotAllowed("上报人要求保密，只有受理岗位可以联系。")
    if cases.is_asked_for_consent(case, actor):
        raise NotAllowed("同意承办以后才能查看联系方式。")
    if not may_read_contact(actor, case):
        raise NotAllowed("只有受理岗位和正在办理这件事的岗位可以查看联系方式。")


def may_read_contact(actor: Actor, case: cases.CaseRow) -> bool:
    """Whether the post may read contacts of the case unmasked: the desk, and the post of the lead office that works on
    it now, or its deputy; not of a confidential case, nor once it has ended.
    """
    if actor.may(rights.READ_CONTACTS):
        return True
    return not case.is_confidential and case.is_open and cases.works_on(case, actor)
