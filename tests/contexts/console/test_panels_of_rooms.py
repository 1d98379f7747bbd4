"""A room on top of the house, on the case page: its panels, its say on other rooms' actions, its events, its kinds."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.test import override_settings
from lxml import html

from liandong.contexts.cases import public as cases
from liandong.contexts.intake.story import Story
from liandong.contexts.intake.web import progress
from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications import telling
from liandong.contexts.notifications.models import Notification
from liandong.foundation.events import public as events
from liandong.foundation.ledger import public as ledger
from liandong.foundation.ledger.public import Stream
from liandong.foundation.rooms import composed
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time
from liandong.kernel.errors import Conflict
from tests import an_order, county
from tests.contexts.console.reading import signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
PAGES = {
    "orders.html": "{% for order in orders %}<p class='order'>{{ order.words }} {{ case.row.number }}</p>{% endfor %}",
    "thing.html": "{{ thing }}",
}


def with_pages() -> list[dict[str, object]]:
    engines = deepcopy(settings.TEMPLATES)
    engine = next(each for each in engines if "django.template.backends.django" in each["BACKEND"])
    engine.pop("APP_DIRS", None)
    engine["OPTIONS"]["loaders"] = [
        ("django.template.loaders.locmem.Loader", PAGES),
        "django.template.loaders.app_directories.Loader",
    ]
    return engines


@pytest.fixture(autouse=True)
def orders() -> Iterator[None]:
    an_order.ORDERS.clear()
    with time.at(county.MONDAY), rooms.one_more(an_order.ROOM), override_settings(TEMPLATES=with_pages()):
        yield
    an_order.ORDERS.clear()


@pytest.fixture
def row() -> cases.CaseRow:
    return cases.accept_case(actor=county.post("hud1"), case_id=county.receive().id)


def order_on(row: cases.CaseRow, id_: int = 7, words: str = "急，限三日内答复") -> None:
    an_order.ORDERS[id_] = an_order.Order(id_, row.id, words)


def page_of(row: cases.CaseRow, username: str) -> html.HtmlElement:
    return html.fromstring(signed_in(username).get(f"/console/case/{row.number}/").content.decode())


def test_a_panel_of_a_room_stands_on_the_case_page_where_the_room_wants_it(row: cases.CaseRow) -> None:
    assert page_of(row, "hud1").xpath("//p[@class='order']") == []
    order_on(row)
    (panel,) = page_of(row, "hud1").xpath("//section[@aria-labelledby='task-title']//p[@class='order']")
    assert words(panel) == f"急，限三日内答复 {row.number}"
    assert panel.getprevious().get("class") == "promise-line"


def test_a_panel_for_some_roles_is_seen_by_those(row: cases.CaseRow) -> None:
    order_on(row)
    assert len(page_of(row, "hud1").xpath("//p[@class='order']")) == 1
    assert len(page_of(row, "leader").xpath("//p[@class='order']")) == 2


def test_what_a_room_tells_of_a_case_stands_in_the_timeline_and_on_the_reporters_page(row: cases.CaseRow) -> None:
    entry = ledger.NewEntry(("case", row.id), "OrderIssued", {})
    ledger.append_many(actor=county.post("coordinator"), entries=[entry])
    assert "下达督办单" in words(page_of(row, "hud1"))
    story = Story.told(cases.matter_of(row), ledger.entries(("case", row.id)))
    assert "县里正在督办" in [step.title for step in progress.steps(story, {})]


@pytest.mark.parametrize("action", [cases.Action.CLOSE, cases.Action.OVERRIDE])
def test_an_open_order_forbids_on_the_page_what_it_forbids(row: cases.CaseRow, action: cases.Action) -> None:
    coordinator = county.post("coordinator")
    assert action in cases.possible_actions(row, coordinator)
    order_on(row)
    assert action not in cases.possible_actions(row, coordinator)
    assert not page_of(row, "coordinator").xpath(f"//form[contains(@action, '/do/{action.value}/')]")


def test_an_open_order_forbids_the_command_and_says_why(row: cases.CaseRow) -> None:
    order_on(row)
    with pytest.raises(Conflict, match="督办单尚未答复"):
        cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="已由社区办妥")
    refused = signed_in("coordinator").post(
        f"/console/case/{row.number}/do/close/", {"text": "已由社区办妥", "version": row.version}
    )
    assert refused.status_code == 409
    assert "督办单尚未答复" in words(html.fromstring(refused.content.decode()))
    an_order.ORDERS.clear()
    cases.close_case(actor=county.post("coordinator"), case_id=row.id, text="已由社区办妥")


def test_an_open_order_forbids_in_the_preview_what_the_command_refuses(row: cases.CaseRow) -> None:
    order_on(row)
    bulk = cases.BulkAction(cases.Action.OVERRIDE, {"budget": "3wd"})
    (foreseen,) = cases.foresee(actor=county.post("coordinator"), bulk=bulk, rows=[row], versions={row.id: row.version})
    assert foreseen.after is None
    assert "督办单尚未答复" in str(foreseen.refusal)


def issued(row: cases.CaseRow, payload: dict[str, object] | None = None) -> None:
    telling.tell([events.EventRow(901, "OrderIssued", Stream("order", row.id), payload or {}, time.now())])


def test_a_notification_is_about_the_stream_of_its_kind_and_not_about_the_case_of_that_number(
    row: cases.CaseRow,
) -> None:
    issued(row)
    assert not Notification.objects.exists()
    order_on(row, row.id)
    issued(row)
    told = Notification.objects.get(staff_id=county.post("leader").id)
    assert (told.about, told.about_id, told.case_id, told.kind) == ("order", row.id, None, "order_issued")
    leader = signed_in("leader")
    page = html.fromstring(leader.get("/notifications/").content.decode())
    assert "督办单已下达 急，限三日内答复" in words(page)
    assert leader.get(f"/notifications/{told.pk}/open/").headers["Location"] == f"/orders/{row.id}/"


def test_a_kind_tells_when_its_condition_holds_and_twice_never(row: cases.CaseRow) -> None:
    order_on(row, words="请答复")
    an_order.ORDERS[row.id] = an_order.Order(row.id, row.id, "请答复")
    issued(row)
    assert not Notification.objects.exists()
    issued(row, {"sharp": True})
    issued(row, {"sharp": True})
    assert Notification.objects.filter(staff_id=county.post("leader").id).count() == 1


def test_an_event_of_a_case_that_stands_in_another_stream_is_told_of_no_case(row: cases.CaseRow) -> None:
    telling.tell([events.EventRow(902, "CaseUrged", Stream("order", row.id), {}, time.now())])
    assert not Notification.objects.exists()


def test_a_room_that_is_switched_off_tells_nothing(row: cases.CaseRow, monkeypatch: pytest.MonkeyPatch) -> None:
    order_on(row, row.id)
    monkeypatch.setattr(composed, "is_on", lambda name: name != "orders")
    issued(row)
    assert not Notification.objects.exists()


def test_a_notification_of_a_room_that_is_gone_is_still_listed(row: cases.CaseRow) -> None:
    Notification.objects.create(
        staff_id=county.post("leader").id, about="boat", about_id=1, kind="boat_sunk", key="1", at=time.now()
    )
    leader = signed_in("leader")
    (one,) = notifications.own(county.post("leader")).rows
    assert leader.get("/notifications/").status_code == 200
    assert leader.get(f"/notifications/{one.id}/open/").headers["Location"] == "/notifications/"
