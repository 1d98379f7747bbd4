"""The receipt: number and code open the status, let the reporter act, and show who read the contact."""

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import ContactReading
from liandong.contexts.intake.public import ContactInput, Receipt
from liandong.contexts.intake.receipts import report_of
from liandong.foundation.events.models import Event
from liandong.foundation.ledger import public as ledger
from liandong.kernel import ids, time
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
CONTACT = ContactInput("张三丰", "13800001234", "zsf@example.invalid")
WRONG = "0000-0000-0000"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def sent(**fields: object) -> intake.Received:
    (answer,) = intake.receive(actor=SYSTEM, batch=[county.report(contact=CONTACT, **fields)])
    return answer


def opened(answer: intake.Received) -> Receipt:
    return intake.open_receipt(number=answer.number, code=answer.receipt_code)


def guess(answer: intake.Received, times: int, *, source: str = "", number: str = "") -> None:
    for _ in range(times):
        with pytest.raises(NotFound):
            intake.open_receipt(number=number or answer.number, code=WRONG, source=source)


def test_number_and_code_open_the_report_and_its_case() -> None:
    answer = sent()
    receipt = opened(answer)
    assert (receipt.report.id, receipt.case.id, receipt.code) == (answer.report_id, answer.case_id, answer.receipt_code)
    assert receipt.actor.ref == f"reporter:{answer.report_id}"
    assert report_of(number=answer.number, code=answer.receipt_code) == answer.report_id


def test_both_are_read_however_they_were_copied() -> None:
    answer = sent()
    spoken = answer.receipt_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert (
        intake.open_receipt(number=f" {answer.number[:4]} {answer.number[4:]}", code=spoken).case.id == answer.case_id
    )


def test_a_misspelt_number_or_code_is_named_and_not_counted_as_a_guess() -> None:
    answer = sent()
    swapped = answer.number[:-2] + ("00" if answer.number[-2:] != "00" else "11")
    for _ in range(30):
        with pytest.raises(InvalidInput) as refused:
            intake.open_receipt(number=swapped, code=answer.receipt_code, source="203.0.113.5")
        assert refused.value.field == "case_number"
        with pytest.raises(InvalidInput) as refused:
            intake.open_receipt(number=answer.number, code="ABC", source="203.0.113.5")
        assert refused.value.field == "receipt_code"
    guess(answer, 1, source="203.0.113.5")


def test_the_code_of_one_case_doesnt_open_another() -> None:
    first, second = sent(), sent()
    with pytest.raises(NotFound):
        intake.open_receipt(number=first.number, code=second.receipt_code)


def test_a_number_that_isnt_there_and_a_wrong_code_are_refused_alike() -> None:
    answer = sent()
    refusals = []
    for number in (answer.number, ids.case_number(10**9)):
        with pytest.raises(NotFound) as refused:
            intake.open_receipt(number=number, code=WRONG)
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]


def test_guessing_at_one_case_ends_after_ten_times_wherever_it_comes_from() -> None:
    answer = sent()
    for n in range(10):
        guess(answer, 1, source=f"203.0.113.{n}")
    with pytest.raises(TooMany):
        intake.open_receipt(number=answer.number, code=WRONG, source="203.0.113.99")


def test_guessing_from_one_address_ends_after_ten_times_whatever_the_case() -> None:
    answers = [sent() for _ in range(11)]
    for answer in answers[:10]:
        guess(answer, 1, source="203.0.113.5")
    with pytest.raises(TooMany):
        intake.open_receipt(number=answers[10].number, code=WRONG, source="203.0.113.5")


def test_who_guesses_doesnt_lock_out_who_has_the_receipt() -> None:
    answer = sent()
    guess(answer, 10, source="203.0.113.5")
    with pytest.raises(TooMany):
        intake.open_receipt(number=answer.number, code=WRONG, source="203.0.113.5")
    assert intake.open_receipt(number=answer.number, code=answer.receipt_code, source="203.0.113.6")


def test_after_ten_minutes_one_may_try_again() -> None:
    answer = sent()
    guess(answer, 10)
    with time.at(county.MONDAY + county.hours(10.1 / 60)):
        guess(answer, 10)
        with pytest.raises(TooMany):
            intake.open_receipt(number=answer.number, code=WRONG)


def test_a_receipt_proves_the_report() -> None:
    answer = sent(address="东坪村口")
    receipt = opened(answer)
    report = receipt.report
    told = {
        "text": report.text,
        "address": report.address,
        "lon": round(report.lon * 1_000_000),
        "lat": round(report.lat * 1_000_000),
        "contact": receipt.entries[0].payload["contact"],
    }
    assert ledger.commitment(bytes.fromhex(receipt.salt), told).hex() == receipt.commitment
    (entry,) = receipt.entries
    assert entry.payload["commitment"] == receipt.commitment
    assert entry.hash.hex() == receipt.entry_hash


def test_a_receipt_shows_that_there_is_a_contact_but_not_the_contact() -> None:
    receipt = opened(sent())
    assert (receipt.contact.name, receipt.contact.phone, receipt.contact.email) == (
        "张*",
        "*" * 9 + "34",
        "z***@example.invalid",
    )
    assert "13800001234" not in str(receipt)


def test_the_reporter_replies_judges_and_withdraws_by_receipt() -> None:
    answer = sent()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=answer.case_id)
    cases.ask_reporter(actor=hud, case_id=answer.case_id, text="在哪一侧？")
    assert intake.reply(receipt=opened(answer), text="左侧").state == "handling"
    cases.answer_case(actor=hud, case_id=answer.case_id, text="已修补")
    assert intake.judge(receipt=opened(answer), solved=False, satisfied=2, text="还有坑").state == "handling"
    assert intake.withdraw(receipt=opened(answer), text="不用了").state == "withdrawn"
    assert [entry.actor for entry in opened(answer).entries if entry.actor.startswith("reporter")] == [
        f"reporter:{answer.report_id}"
    ] * 3


def test_an_old_page_cannot_undo_what_happened_since() -> None:
    answer = sent()
    receipt = opened(answer)
    intake.withdraw(receipt=receipt, text="")
    for act in (
        lambda: intake.withdraw(receipt=receipt, text=""),
        lambda: intake.reply(receipt=receipt, text="左侧"),
        lambda: intake.judge(receipt=receipt, solved=True, satisfied=None, text=""),
    ):
        with pytest.raises(Conflict):
            act()


def test_every_contact_of_a_list_is_an_entry_in_its_own_stream() -> None:
    answers, clerk = [sent(), sent()], county.post("clerk")
    rows = [cases.find(answer.case_id) for answer in answers]
    assert set(intake.read_contacts(actor=clerk, rows=rows, purpose="sample")) == {row.id for row in rows}
    for answer in answers:
        (entry,) = ledger.entries(("contact", answer.report_id))
        assert (entry.action, entry.actor, county.facts(entry)) == ("ContactRead", clerk.ref, {"purpose": "sample"})


def test_reading_a_contact_needs_a_purpose_and_is_shown_to_the_reporter() -> None:
    answer = sent()
    hud = county.post("hud1")
    cases.accept_case(actor=hud, case_id=answer.case_id)
    read = intake.read_contact(actor=hud, report_id=answer.report_id, purpose="clarify")
    assert read == ("张三丰", "13800001234", "zsf@example.invalid")
    (reading,) = opened(answer).readings
    assert (reading.staff_id, reading.purpose, reading.at) == (hud.id, "clarify", county.MONDAY)
    (entry,) = ledger.entries(("contact", answer.report_id))
    assert (entry.action, entry.actor, county.facts(entry)) == ("ContactRead", hud.ref, {"purpose": "clarify"})


@pytest.mark.parametrize("purpose", ["", "curiosity", "回访评价"])
def test_without_a_known_purpose_nothing_is_read_and_nothing_recorded(purpose: str) -> None:
    answer = sent()
    with pytest.raises(InvalidInput) as refused:
        intake.read_contact(actor=county.post("hud1"), report_id=answer.report_id, purpose=purpose)
    assert refused.value.field == "purpose"
    assert not ContactReading.objects.exists()


MAY_READ = [
    ("clerk", True), ("coordinator", True), ("hud1", True), ("hud2", False), ("town_a", False),
    ("grid_a1", False), ("leader", False), ("admin", False),
]  # fmt: skip


@pytest.mark.parametrize(("username", "may"), MAY_READ)
def test_the_desk_and_the_post_at_work_may_read_a_contact_and_nobody_else(username: str, may: bool) -> None:
    answer = sent()
    cases.accept_case(actor=county.post("hud1"), case_id=answer.case_id)
    if may:
        assert intake.read_contact(actor=county.post(username), report_id=answer.report_id, purpose="callback")
        return
    with pytest.raises(NotAllowed):
        intake.read_contact(actor=county.post(username), report_id=answer.report_id, purpose="callback")
    assert not ContactReading.objects.exists()


@pytest.mark.parametrize("username", ["law1", "pol1", "town_b", "grid_b1"])
def test_of_a_case_that_one_may_not_see_there_is_no_contact(username: str) -> None:
    answer = sent()
    with pytest.raises(NotFound):
        intake.read_contact(actor=county.post(username), report_id=answer.report_id, purpose="callback")


@pytest.mark.parametrize(("username", "may"), [("clerk", True), ("coordinator", True), ("law1", False)])
def test_of_a_confidential_case_only_intake_may_read_the_contact(username: str, may: bool) -> None:
    answer = sent(category_code=county.EMISSION)
    actor = county.post(username)
    assert cases.visible_case(actor=actor, case_id=answer.case_id).is_confidential
    if may:
        assert intake.read_contact(actor=actor, report_id=answer.report_id, purpose="callback")
    else:
        with pytest.raises(NotAllowed):
            intake.read_contact(actor=actor, report_id=answer.report_id, purpose="callback")


def test_where_no_contact_was_left_there_is_none_to_read() -> None:
    (answer,) = intake.receive(actor=SYSTEM, batch=[county.report()])
    with pytest.raises(NotFound):
        intake.read_contact(actor=county.post("hud1"), report_id=answer.report_id, purpose="callback")
    assert opened(answer).contact is None


def test_reading_makes_no_event_that_carries_the_contact() -> None:
    answer = sent()
    intake.read_contact(actor=county.post("clerk"), report_id=answer.report_id, purpose="clarify")
    assert all("13800001234" not in str(event.payload) for event in Event.objects.all())


def test_a_receipt_is_read_with_a_fixed_number_of_statements(django_assert_num_queries) -> None:
    answer = sent()
    with django_assert_num_queries(5):
        opened(answer)
    for purpose in ("clarify", "callback", "visit"):
        intake.read_contact(actor=county.post("clerk"), report_id=answer.report_id, purpose=purpose)
    with django_assert_num_queries(5):
        assert len(opened(answer).readings) == 3


@pytest.mark.usefixtures("committed")
class TestAtOnce:
    def test_all_who_read_a_contact_at_once_are_recorded(self) -> None:
        answer = sent()
        posts = [county.post(name) for name in ("hud1", "clerk", "coordinator")]
        cases.accept_case(actor=posts[0], case_id=answer.case_id)
        outcomes = county.together(
            *(
                lambda post=post: intake.read_contact(actor=post, report_id=answer.report_id, purpose="clarify")
                for post in posts
            )
        )
        assert [outcome[1] for outcome in outcomes] == ["13800001234"] * 3
        assert {reading.staff_id for reading in opened(answer).readings} == {post.id for post in posts}
        assert [entry.seq for entry in ledger.entries(("contact", answer.report_id))] == [1, 2, 3]

    def test_guesses_at_once_are_all_counted(self) -> None:
        answer = sent()

        def try_once() -> type:
            try:
                intake.open_receipt(number=answer.number, code=WRONG)
            except (NotFound, TooMany) as error:
                return type(error)
            return Receipt

        found = county.together(*[try_once] * 16)
        assert (found.count(NotFound), found.count(TooMany)) == (10, 6)
