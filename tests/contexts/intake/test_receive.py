"""`receive`: what becomes of a report, where it lies, what is recorded, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Life, State
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Contact, Photo, Report
from liandong.contexts.intake.public import ContactInput, Past, Received, Rejected
from liandong.foundation.events.models import Event
from liandong.foundation.ledger import public as ledger
from liandong.foundation.places import public as places
from liandong.kernel import geo, ids, time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import InvalidInput
from liandong.kernel.kept import PhotoRef
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
MONDAY = county.MONDAY


@pytest.fixture(autouse=True)
def monday():
    with time.at(MONDAY):
        yield


def receive(*reports: intake.Incoming, pasts: list[Past | None] | None = None) -> list[Received | Rejected]:
    return intake.receive(actor=SYSTEM, batch=reports, pasts=pasts)


def refused(**fields: object) -> InvalidInput:
    (answer,) = receive(county.report(**fields))
    assert isinstance(answer, Rejected), answer
    assert isinstance(answer.error, InvalidInput)
    assert (Report.objects.count(), Event.objects.count()) == (0, 0)
    return answer.error


def test_a_report_becomes_a_case_with_a_number_a_receipt_an_office_and_a_date() -> None:
    (answer,) = receive(county.report())
    row = cases.find(answer.case_id)
    assert answer == Received(
        report_id=Report.objects.get().pk,
        case_id=row.id,
        number=ids.case_number(row.id),
        receipt_code=Report.objects.get().receipt_code,
        state="dispatched",
        office_id=county.office("HUD"),
        due_at=county.local(14, 17, 30),
        category_code=county.POTHOLE,
    )
    assert ids.normalise_receipt_code(answer.receipt_code) == answer.receipt_code


def test_a_report_is_kept_exactly_as_it_came() -> None:
    lon, lat = geo.from_wgs84(*county.POINTS["A11"], geo.Crs.GCJ02)
    receive(
        county.report(
            "  井盖\n\n坏了 ", lon=lon, lat=lat, crs="gcj02", address="人民路1号旁", language="zh", origin_key="k1",
            payload={"media_url": "https://example.invalid/a.jpg", "attribute": {"A": ["1", 2, None, True]}},
        )
    )  # fmt: skip
    row = Report.objects.get()
    assert (row.text, row.address, row.lon, row.lat, row.crs) == ("  井盖\n\n坏了 ", "人民路1号旁", lon, lat, "gcj02")
    assert row.payload == {
        "media_url": "https://example.invalid/a.jpg",
        "attribute": {"A": ["1", 2, None, True]},
    }
    assert (row.channel, row.origin, row.origin_key, row.actor) == ("web", "web", "k1", SYSTEM.ref)
    assert (row.received_at, row.recorded_at) == (MONDAY, MONDAY)
    case = cases.find(row.case_id)
    assert (round(case.lon, 6), round(case.lat, 6)) == tuple(round(each, 6) for each in county.POINTS["A11"])


def test_many_reports_are_answered_in_their_order() -> None:
    answers = receive(*(county.report(f"第{n}件：路面坑洞", origin_key=f"k{n}") for n in range(20)))
    assert [cases.find(answer.case_id).title for answer in answers] == [f"第{n}件：路面坑洞" for n in range(20)]
    assert len({answer.receipt_code for answer in answers}) == 20


def test_an_empty_batch_is_nothing() -> None:
    assert receive() == []


def test_a_batch_is_written_with_as_many_statements_as_one_report(django_assert_num_queries) -> None:
    receive(county.report())
    with django_assert_num_queries(4):  # savepoints of the test's transaction, two a statement; ours go past Django
        receive(county.report())
    with django_assert_num_queries(6):  # and one look for keys that are known already
        receive(*(county.report(origin_key=f"k{n}") for n in range(50)))


PLACES = [
    ("a point in a cell", {"at": "B12"}, "B12", True),
    ("a picked place", {"lon": None, "lat": None, "place": "南沟水库"}, "B11", True),
    ("an address that names a place", {"lon": None, "lat": None, "address": "就在南沟水库大坝上"}, "B11", True),
    ("an address of the register", {"lon": None, "lat": None, "address": "青坪镇东坪村人民路1号门前"}, "A11", True),
    ("a point wins over an address", {"at": "A22", "address": "南沟水库"}, "A22", True),
]


@pytest.mark.parametrize(("what", "fields", "cell", "point"), PLACES, ids=[what for what, *_ in PLACES])
def test_the_place_comes_from(what: str, fields: dict, cell: str, point: bool) -> None:
    fields = dict(fields)
    if name := fields.pop("place", None):
        fields["place_id"] = places.search(name)[0].id
    row = county.receive(**fields)
    assert row.cell_id == row.division_id == county.division(county.CELLS[cell])
    assert row.village_id == county.division(county.VILLAGES[cell[:2]])
    assert row.town_id == county.division(county.TOWN_A if cell[0] == "A" else county.TOWN_B)
    assert (round(row.lon, 6), round(row.lat, 6)) == tuple(round(each, 6) for each in county.POINTS[cell])


@pytest.mark.parametrize(("level", "known"), [("TOWN", {"town"}), ("VILLAGE", {"town", "village"}), ("COUNTY", set())])
def test_a_named_division_is_the_place_as_far_as_it_goes(level: str, known: set[str]) -> None:
    code = {"TOWN": county.TOWN_B, "VILLAGE": county.VILLAGES["B2"], "COUNTY": county.COUNTY}[level]
    row = county.receive(lon=None, lat=None, division_code=code)
    assert row.division_id == county.division(code)
    assert {kind for kind in ("town", "village", "cell") if getattr(row, f"{kind}_id")} == known
    assert (row.lon, row.lat) == (None, None)


def test_a_point_beside_a_named_division_is_kept() -> None:
    row = county.receive(at="A12", division_code=county.TOWN_A)
    assert (row.division_id, row.lon) == (county.division(county.TOWN_A), county.POINTS["A12"][0])


def test_a_report_without_any_place_is_lawful() -> None:
    row = county.receive(lon=None, lat=None)
    assert (row.division_id, row.lon, row.town_id) == (None, None, None)


def test_a_point_on_the_edge_of_two_cells_lies_in_the_one_of_the_lower_code() -> None:
    assert county.receive(lon=105.1, lat=35.05).cell_id == county.division(county.CELLS["A11"])


REFUSED = [
    ("a channel that isn't one", {"channel": "fax"}, "channel"),
    ("a text that is too long", {"text": "字" * 4001}, "text"),
    ("an address that is too long", {"address": "路" * 201}, "address"),
    ("a key that is too long", {"origin_key": "k" * 121}, "idempotency_key"),
    ("a language that is too long", {"language": "zh-Hans-CN-x"}, "language"),
    ("longitude alone", {"lat": None}, "lat"),
    ("latitude alone", {"lon": None}, "lon"),
    ("a point outside the county", {"lon": county.OUTSIDE[0], "lat": county.OUTSIDE[1]}, "lon"),
    ("no number", {"lon": float("nan")}, "lon"),
    ("no finite number", {"lat": float("inf")}, "lat"),
    ("a point off the Earth", {"lon": 500.0}, "lon"),
    ("swapped coordinates", {"lon": 35.05, "lat": 105.05}, "lat"),
    ("a device without fix", {"lon": 0.0, "lat": 0.0}, "lon"),
    ("a coordinate system that isn't known", {"crs": "epsg:4326"}, "crs"),
    ("a category that isn't there", {"category_code": "999999"}, "category_code"),
    ("a category that isn't a leaf", {"category_code": "0201"}, "category_code"),
    ("an office that isn't there", {"office_code": "NOBODY"}, "office_code"),
    ("a division that isn't there", {"division_code": "000"}, "division_code"),
    ("a place that isn't there", {"place_id": 10**15, "lon": None, "lat": None}, "place_id"),
    ("a complaint of no office", {"complained_office_id": 10**15}, "complained_office_id"),
    ("a complaint of no post", {"complained_staff_id": 10**15}, "complained_staff_id"),
    ("a time without zone", {"received_at": datetime(2026, 5, 1)}, "received_at"),  # noqa: DTZ001
    ("a time to come", {"received_at": MONDAY + timedelta(minutes=6)}, "received_at"),
    ("a time before computers", {"received_at": datetime(1889, 12, 31, tzinfo=UTC)}, "received_at"),
    ("null in the text", {"text": "a\0b"}, "text"),
    ("half a pair in the text", {"text": "a\ud83d"}, "text"),
    ("null in the payload", {"payload": {"a": ["b\0"]}}, "payload"),
    ("null in a key of the payload", {"payload": {"a": {"b\0": 1}}}, "payload"),
    ("half a pair in the payload", {"payload": {"a": "\ud83d"}}, "payload"),
    ("a phone number without digits", {"contact": ContactInput(phone="call me")}, "phone"),
    ("an address without @", {"contact": ContactInput(email="nobody")}, "email"),
    ("an endless name", {"contact": ContactInput(name="名" * 81)}, "name"),
    ("null in a name", {"contact": ContactInput(name="a\0")}, "name"),
]


@pytest.mark.parametrize(("what", "fields", "field"), REFUSED, ids=[what for what, *_ in REFUSED])
def test_what_cannot_be_is_refused_with_the_field_and_nothing_is_kept(what: str, fields: dict, field: str) -> None:
    assert refused(**fields).field == field


def test_a_clock_that_is_up_to_five_minutes_fast_is_forgiven() -> None:
    for minutes in (4, 5):
        at = MONDAY + timedelta(minutes=minutes)
        assert county.receive(received_at=at).received_at == at


def test_of_a_batch_the_good_ones_are_taken_and_the_bad_ones_named() -> None:
    answers = receive(
        county.report("第一件：路面坑洞"),
        county.report("第二件", category_code="999999"),
        county.report("第三件", payload={"a": "\0"}),
        county.report("第四件：路面坑洞"),
    )
    assert [type(answer) for answer in answers] == [Received, Rejected, Rejected, Received]
    assert sorted(Report.objects.values_list("text", flat=True)) == ["第一件：路面坑洞", "第四件：路面坑洞"]


TELLING = "报料人张三丰，电话13800001234，家住南沟村"


def test_the_ledger_proves_the_report_without_telling_it() -> None:
    contact = ContactInput("张三丰", "13800001234", "z@example.invalid")
    (answer,) = receive(county.report(TELLING, address="南沟村口", contact=contact, payload={"extra": TELLING}))
    report = Report.objects.get()
    (entry,) = ledger.entries(("case", answer.case_id))
    assert (entry.seq, entry.action, entry.actor, entry.at) == (1, "CaseReceived", SYSTEM.ref, MONDAY)
    assert entry.hash == ledger.entry_hash(
        bytes(32), entry.stream, 1, entry.at, entry.actor, entry.action, entry.payload
    )
    lon, lat = county.POINTS["A11"]
    told = {
        "text": TELLING,
        "address": "南沟村口",
        "lon": round(lon * 1_000_000),
        "lat": round(lat * 1_000_000),
        "contact": ledger.commitment(
            bytes(Contact.objects.get(pk=report.pk).salt),
            {"name": "张三丰", "phone": "13800001234", "email": "z@example.invalid"},
        ).hex(),
    }
    commitment = ledger.commitment(bytes(report.salt), told)
    assert entry.payload["commitment"] == commitment.hex() == bytes(report.commitment).hex()
    assert len(report.salt) == 32


def test_ledger_and_event_hold_ids_and_codes_only() -> None:
    contact = ContactInput("张三丰", "13800001234", "z@example.invalid")
    (answer,) = receive(county.report(TELLING, address="南沟村口", contact=contact, title="张三丰的报料"))
    (event,) = Event.objects.all()
    (entry,) = ledger.entries(("case", answer.case_id))
    assert (event.type, event.stream_kind, event.stream_id, event.at) == (
        "CaseReceived",
        "case",
        answer.case_id,
        MONDAY,
    )
    assert event.payload == county.facts(entry)
    assert set(county.facts(entry)) == {
        "state", "category", "lead_office", "division", "channel", "report", "commitment", "contact",
    }  # fmt: skip
    for word in ("张三丰", "13800001234", "南沟", "example", "105.", answer.receipt_code):
        assert word not in str(entry.payload)


def test_contact_data_stands_in_its_table_only_and_only_if_there_is_any() -> None:
    (with_contact, _) = receive(
        county.report(contact=ContactInput("张三丰", "13800001234")), county.report(contact=ContactInput())
    )
    contact = Contact.objects.get()
    assert (contact.report_id, contact.name, contact.phone, contact.email) == (
        with_contact.report_id, "张三丰", "13800001234", "",
    )  # fmt: skip
    report = Report.objects.filter(pk=with_contact.report_id).values().get()
    case = cases.find(with_contact.case_id)
    assert "13800001234" not in f"{report} {case}"


def test_photos_belong_to_their_report() -> None:
    photo = PhotoRef("ab" * 32, "image/jpeg", 640, 480, 12345)
    (answer, _) = receive(county.report(photos=(photo, photo)), county.report())
    assert (
        list(Photo.objects.values_list("report_id", "sha256", "media_type", "width", "height", "bytes"))
        == [(answer.report_id, *(photo.sha256, photo.media_type, 640, 480, 12345))] * 2
    )


TITLES = [
    ("路灯坏了三天，晚上很黑。请尽快来修，谢谢！", "路灯坏了三天，晚上很黑"),
    ("好。路灯坏了三天没有人来修", "好。路灯坏了三天没有人来修"),
    ("字" * 100, "字" * 59 + "…"),
    ("  a\n\n b  ", "a b"),
    ("", "城乡道路坑洞破损"),
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_the_title_is_the_first_sentence(text: str, title: str) -> None:
    assert county.receive(text).title == title


def test_a_title_that_was_given_stands_and_one_for_nothing_says_so() -> None:
    assert county.receive(title="路面塌陷" + "字" * 200).title == "路面塌陷" + "字" * 116
    assert county.receive("", category_code="").title == "（无文字说明）"


def past(state: State, **lived: object) -> Past:
    return Past(Life(state, **lived))


def test_an_ended_case_of_the_past_has_no_task_no_light_and_makes_no_event() -> None:
    early = MONDAY - timedelta(days=400)
    life = Life(
        State.CLOSED, early + timedelta(hours=1), early + timedelta(days=2), early + timedelta(days=3), solved=True
    )
    (answer,) = receive(county.report(received_at=early), pasts=[Past(life, answer="已修补")])
    row = cases.find(answer.case_id)
    assert (row.state, row.solved, row.closed_at, row.light) == ("closed", True, life.closed_at, "none")
    assert row.changed_at == life.closed_at
    assert cases.tasks(row.id) == []
    assert [line.kind for line in cases.deadline_entries(row.id)] == ["start", "accept", "stop"]
    (message,) = cases.messages(row.id, reader=cases.THE_REPORTER)
    assert (message.kind, message.text, message.at) == ("answer", "已修补", life.answered_at)
    assert not Event.objects.exists()
    assert len(ledger.entries(("case", row.id))) == 1


def test_an_ended_case_without_clocks_promises_nothing() -> None:
    row = county.receive(
        past=past(State.CLOSED, closed_at=MONDAY, clocks=False), received_at=MONDAY - timedelta(days=9)
    )
    assert (row.due_at, row.accept_due_at, row.red_at) == (None, None, None)
    assert cases.deadline_entries(row.id) == []


@pytest.mark.parametrize("state", [State.DISPATCHED, State.HANDLING, State.ASKED, State.COORDINATING])
def test_an_open_case_of_the_past_goes_on_here(state: State) -> None:
    row = county.receive(past=past(state, accepted_at=MONDAY), received_at=MONDAY - timedelta(days=1))
    assert row.state == state
    (task,) = cases.tasks(row.id)
    assert task.kind == ("coordinate" if state is State.COORDINATING else "handle")
    assert not Event.objects.exists()


def test_an_open_case_of_the_past_that_is_under_way_waits_in_no_queue() -> None:
    row = county.receive("门口有情况", category_code="", past=past(State.HANDLING, accepted_at=MONDAY))
    assert (row.state, row.queue) == ("handling", "")


def test_a_past_without_category_is_not_guessed() -> None:
    row = county.receive("井盖丢了", category_code="", past=past(State.CLOSED, closed_at=MONDAY))
    assert row.category_code == ""


VILLAGE_ONLY = [
    ("南沟村三组路边", "B1", "duty"),
    ("青坪镇某处", "", "duty"),
    ("人民路", None, "place"),
    ("东坪村与南沟村之间", None, "place"),
]


@pytest.mark.parametrize(("address", "village", "queue"), VILLAGE_ONLY)
def test_a_village_or_town_that_the_address_names_is_known_without_a_point(
    address: str, village: str | None, queue: str
) -> None:
    row = county.receive(lon=None, lat=None, address=address, category_code=county.WATER)
    assert (row.lon, row.queue) == (None, queue)
    assert row.village_id == (county.division(county.VILLAGES[village]) if village else None)
    assert (row.town_id is not None) == (village is not None)


def test_of_namesakes_none_gives_a_point(small_county) -> None:
    named = [places.PlaceInput("卫生室", *county.POINTS[cell], source="t", source_id=cell) for cell in ("A11", "B11")]
    places.import_places(actor=SYSTEM, rows=named)
    assert county.receive(lon=None, lat=None, address="卫生室门口").lon is None
    row = county.receive(lon=None, lat=None, address="南沟村卫生室门口")
    assert (row.lon, row.lat) == county.POINTS["B11"]
