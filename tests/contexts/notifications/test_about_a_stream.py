"""A notification is about a stream: one of another sort may have the number of any case, and is never taken for it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Action
from liandong.contexts.intake.public import ContactInput
from liandong.contexts.notifications import filling, outbox, telling
from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications.models import Notification
from liandong.foundation.events import public as events
from liandong.foundation.ledger.public import Stream
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from tests import an_order, county
from tests.contexts.cases.acting import take
from tests.contexts.console.reading import signed_in, words
from tests.contexts.notifications.outside import give_mailbox, mail_server, sent_after, told
from tests.ports.sinks import HookSink, running

pytestmark = pytest.mark.usefixtures("small_county")
CONTACT = ContactInput(name="某人", phone="13900000000", email="someone@home.example")
HOLDERS = "tests.contexts.notifications.test_about_a_stream.holders"


def holders(order: an_order.Order, facts: object) -> list[int]:
    return [county.post("hud1").id]


ROOM = replace(
    an_order.ROOM,
    kinds=(
        rooms.Kind("order_issued", "督办单已下达", rooms.Group.TASKS, ("OrderIssued",), (HOLDERS,), about="order"),
        rooms.Kind("order_told", "督办单告知上报人", None, ("OrderIssued",), about="order"),
        rooms.Kind(
            "order_red", "督办单超期", rooms.Group.DEADLINES, (), (HOLDERS,), about="order", light=rooms.Light.RED
        ),
    ),
)


@pytest.fixture(autouse=True)
def row(small_county: None) -> Iterator[cases.CaseRow]:
    """A case, and an order of the same number that is about nothing of it."""
    with time.at(county.MONDAY), rooms.one_more(ROOM):
        found = county.receive(contact=CONTACT)
        told()
        Notification.objects.all().delete()
        an_order.ORDERS[found.id] = an_order.Order(found.id, 0, "请三日内答复")
        yield found
        an_order.ORDERS.clear()


def issued(row: cases.CaseRow, event_id: int = 901) -> None:
    telling.tell([events.EventRow(event_id, "OrderIssued", Stream("order", row.id), {}, time.now())])


def urged(row: cases.CaseRow) -> None:
    take(Action.URGE, county.post("coordinator"), row.id)
    told()


def test_bell_and_page_lead_each_to_its_own_and_reading_one_leaves_the_other(row: cases.CaseRow) -> None:
    issued(row)
    urged(row)
    handler = signed_in("hud1")
    for address in ("/notifications/panel/", "/notifications/"):
        said = words(html.fromstring(handler.get(address).content.decode()))
        assert "督办单已下达 请三日内答复" in said
        assert "有人催办" in said
    of_order, of_case = (
        Notification.objects.get(kind=kind, staff=county.post("hud1").id) for kind in ("order_issued", "urged")
    )
    assert (of_order.about, of_order.about_id) == ("order", row.id)
    assert (of_case.about, of_case.about_id) == ("case", row.id)
    assert handler.get(f"/notifications/{of_order.pk}/open/").headers["Location"] == f"/orders/{row.id}/"
    unread = Notification.objects.filter(staff=county.post("hud1").id, read_at=None)
    assert list(unread.values_list("kind", flat=True)) == ["urged"]
    assert handler.get(f"/notifications/{of_case.pk}/open/").headers["Location"] == f"/console/case/{row.number}/"


def test_of_what_is_no_case_the_list_shows_neither_number_nor_light_of_one(row: cases.CaseRow) -> None:
    issued(row)
    (note,) = html.fromstring(signed_in("hud1").get("/notifications/").content.decode()).xpath(
        "//li[contains(@class, 'note')]"
    )
    assert row.number[-6:] not in words(note)
    assert not note.xpath(".//*[contains(@class, 'light')]")


def test_mail_and_chat_say_and_link_each_its_own(row: cases.CaseRow) -> None:
    with mail_server() as sink, running(HookSink()) as hook:
        give_mailbox("hud1")
        chosen = notifications.PreferenceRow(tasks="mail", deadlines="mail", progress="mail", interval_min=0)
        notifications.save_preference(actor=county.post("hud1"), chosen=chosen)
        issued(row)
        urged(row)
        assert sent_after(1) == 1
        text = sink.mails[0].get_content()
        assert f"督办单已下达 · 请三日内答复\nhttps://county.example/orders/{row.id}/" in text
        assert f"https://county.example/console/case/{row.number}/" in text
        notifications.set_chat_address(
            actor=county.post("admin"), url=f"json://127.0.0.1:{hook.port}/hud", office_id=county.office("HUD")
        )
        chat = notifications.PreferenceRow(tasks="chat", deadlines="chat", progress="chat", interval_min=0)
        notifications.save_preference(actor=county.post("hud1"), chosen=chat)
        issued(row, 902)
        assert sent_after(2) == 1
        ((_, post),) = hook.posts
        assert f"/orders/{row.id}/" in post["message"]
        assert "/console/case/" not in post["message"]


def test_who_reported_the_case_of_that_number_is_told_nothing_of_the_other(row: cases.CaseRow) -> None:
    issued(row)
    assert not Notification.objects.filter(report__isnull=False).exists()
    assert set(Notification.objects.values_list("kind", flat=True)) == {"order_issued"}


def test_the_light_of_a_case_is_told_by_no_kind_that_is_about_something_else(row: cases.CaseRow) -> None:
    telling.tell_turned_lights()
    with time.at(county.MONDAY + county.days(30)):
        telling.tell_turned_lights()
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert "red" in kinds
    assert "order_red" not in kinds


def test_nobody_is_told_the_same_twice_and_of_two_streams_of_one_number_of_both(row: cases.CaseRow) -> None:
    for _ in range(2):
        issued(row)
    same = {"staff_id": county.post("hud1").id, "kind": "order_issued", "at": time.now()}
    Notification.objects.create(about="case", about_id=row.id, case_id=row.id, key="901", **same)
    assert sorted(Notification.objects.values_list("about", flat=True)) == ["case", "order"]


def test_what_the_version_before_writes_is_about_its_case_too(row: cases.CaseRow) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_notification (staff_id, case_id, kind, key, count, urgent, at, pending)"
            " VALUES (%s, %s, 'urged', '77', 1, false, %s, true)",
            [county.post("hud1").id, row.id, time.now()],
        )
    outbox.put_together()
    kept = Notification.objects.get(key="77")
    assert (kept.about, kept.about_id) == ("case", row.id)
    assert (
        signed_in("hud1").get(f"/notifications/{kept.pk}/open/").headers["Location"] == f"/console/case/{row.number}/"
    )


def test_what_is_left_of_before_is_filled_by_the_worker_in_portions(
    row: cases.CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    urged(row)
    issued(row)
    monkeypatch.setattr(filling, "AT_A_TIME", 1)
    Notification.objects.filter(about="case").update(about_id=None)
    left = filling.lacking().count()
    assert left >= 1
    for _ in range(left):
        assert filling.fill_some()
    assert not filling.fill_some()
    assert set(Notification.objects.filter(about="case").values_list("about_id", flat=True)) == {row.id}
    assert Notification.objects.get(kind="order_issued").about == "order"


def test_no_notification_reads_the_column_of_the_case(row: cases.CaseRow) -> None:
    urged(row)
    Notification.objects.update(case=None)
    note = Notification.objects.get(kind="urged", staff=county.post("hud1").id)
    handler = signed_in("hud1")
    assert handler.get(f"/notifications/{note.pk}/open/").headers["Location"] == f"/console/case/{row.number}/"
    assert row.number[-6:] in handler.get("/notifications/").content.decode().replace(" ", "")
