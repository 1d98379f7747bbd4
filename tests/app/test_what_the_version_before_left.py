"""A county may go back to the version before and come again: what that one left in its own way is taken up."""

import pytest

from liandong.contexts.batches import commands as batches
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.actions import recomputing
from liandong.contexts.cases.models import Attachment, Message, Recomputation
from liandong.contexts.intake.models import Document, Report
from liandong.contexts.notifications import outbox
from liandong.contexts.notifications.models import Delivery
from liandong.foundation.jobs import public as jobs
from liandong.foundation.jobs.models import Job
from liandong.kernel import time
from tests import county
from tests.contexts.console.test_bulk import planned
from tests.contexts.notifications.outside import give_mailbox, mail_server, send_due
from tests.foundation.files import papers
from tests.foundation.files.test_files_of_any_room import document

pytestmark = pytest.mark.usefixtures("small_county")


def taken_up(name: str) -> None:
    """What the worker does with one backfill when it starts."""
    assert jobs.lacking() == [name]
    assert jobs.finish([name], within_s=60)
    assert jobs.lacking() == []


def test_an_order_to_follow_the_calendar_is_followed() -> None:
    Recomputation.objects.create(ordered_at=time.now(), done_until=7)
    taken_up("cases.calendar")
    assert Job.objects.filter(kind=recomputing.KIND).count() == 1


def test_a_batch_at_work_goes_on(monkeypatch) -> None:
    monkeypatch.setattr(batches, "AT_ONCE_S", 0.0)
    desk = planned(county.receive_all([county.report() for _ in range(3)])).confirm()
    Job.objects.filter(kind=batches.KIND).delete()
    assert "waiting" in desk.outcomes
    taken_up("batches.jobs")
    with time.at(time.now() + county.hours(1)):
        jobs.work_off()
    assert desk.outcomes == ["done"] * 3
    assert jobs.lacking() == []


@pytest.mark.parametrize("state", ["waiting", "failed"])
def test_a_message_that_waits_is_sent(state: str) -> None:
    with mail_server() as sink:
        give_mailbox("hud1")
        now, hud = time.now(), county.post("hud1").id
        outbox.put([Delivery(staff_id=hud, means="mail", is_password_link=True, created_at=now, next_at=now)])
        Delivery.objects.update(state=state)
        Job.objects.filter(kind=outbox.KIND).delete()
        for ended in ("sent", "dead", "dropped"):
            Delivery.objects.create(staff_id=hud, means="mail", state=ended, created_at=now, next_at=now)
        taken_up("notifications.jobs")
        assert send_due() == 1
        assert len(sink.mails) == 1
    assert jobs.lacking() == []


def test_what_was_erased_there_loses_its_documents_too() -> None:
    kept, gone = (county.receive(documents=(document(papers.pdf(pages)),)) for pages in (1, 2))
    for row in (kept, gone):
        cases.add_note(
            actor=county.post("coordinator"), case_id=row.id, text="现场如图", files=(document(papers.pdf(3)),)
        )
    Report.objects.filter(case_id=gone.id).update(erased_at=time.now())
    Message.objects.filter(case_id=gone.id).update(text="", salt=None)
    assert sorted(jobs.lacking()) == ["cases.erased", "intake.erased"]
    assert jobs.finish(["cases.erased", "intake.erased"], within_s=60)
    assert list(Document.objects.values_list("report__case_id", flat=True)) == [kept.id]
    assert list(Attachment.objects.values_list("case_id", flat=True)) == [kept.id]
