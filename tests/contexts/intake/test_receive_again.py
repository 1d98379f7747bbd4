"""The same report sent again: by a retry, twice in one batch, or by two at the same moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from liandong.contexts.cases.models import Case
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.models import Report
from liandong.contexts.intake.public import ContactInput, Received, Rejected
from liandong.foundation.events.models import Event
from liandong.foundation.ledger.models import Entry
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Conflict, InvalidInput
from liandong.kernel.kept import PhotoRef
from tests import county


def receive(*reports: intake.Incoming) -> list[Received | Rejected]:
    return intake.receive(actor=SYSTEM, batch=reports)


def counts() -> tuple[int, int, int, int]:
    entries = Entry.objects.exclude(stream_kind="process")
    return Report.objects.count(), Case.objects.count(), entries.count(), Event.objects.count()


@pytest.mark.usefixtures("small_county")
class TestOneAfterTheOther:
    @pytest.mark.parametrize("alone", [True, False])
    def test_the_same_key_with_the_same_content_gets_the_same_receipt(self, alone: bool) -> None:
        report = county.report(origin_key="k1")
        (first,) = receive(report)
        others = [] if alone else [county.report(origin_key="k2")]
        again = receive(report, *others)[0]
        assert again == replace(first, repeated=True)
        assert counts() == (1 + len(others),) * 4

    def test_it_is_told_what_has_become_of_the_case(self) -> None:
        report = county.report(origin_key="k1")
        (first,) = receive(report)
        county.cases.accept_case(actor=county.post("hud1"), case_id=first.case_id)
        assert receive(report)[0].state == "handling"

    OTHER = [
        {"text": "另一件事"},
        {"title": "另一个标题"},
        {"address": "另一处"},
        {"at": "B12"},
        {"crs": "gcj02"},
        {"place_id": 1},
        {"division_code": county.TOWN_A},
        {"contact": ContactInput(phone="13800001234")},
        {"contact": ContactInput(name="王某某")},
        {"photos": (PhotoRef("ab" * 32, "image/jpeg", 60, 40, 1000),)},
        {"category_code": county.RUBBISH},
        {"category_code": ""},
        {"office_code": "LAW"},
        {"language": "en"},
        {"channel": "phone"},
        {"received_at": datetime(2026, 5, 1, tzinfo=UTC)},
        {"payload": {"attributes": {"DEPTH": "30"}}},
        {"same_as": 7},
    ]

    @pytest.mark.parametrize("other", OTHER, ids=lambda each: next(iter(each)))
    @pytest.mark.parametrize("alone", [True, False])
    def test_the_same_key_with_other_content_is_a_conflict(self, other: dict, alone: bool) -> None:
        receive(county.report(origin_key="k1"))
        others = [] if alone else [county.report(origin_key="k2")]
        again = receive(county.report(origin_key="k1", **other), *others)[0]
        assert isinstance(again, Rejected)
        assert isinstance(again.error, Conflict)
        assert again.error.field == "idempotency_key"
        assert counts() == (1 + len(others),) * 4

    @pytest.mark.parametrize("one_of", ["office", "post"])
    def test_a_complaint_that_comes_under_a_known_key_is_never_left_with_who_is_complained_of(
        self, one_of: str
    ) -> None:
        (first,) = receive(county.report(origin_key="k1"))
        assert first.office_id == county.office("HUD")
        complained = {
            "office": {"complained_office_id": county.office("HUD")},
            "post": {"complained_staff_id": county.post("hud1").id},
        }[one_of]
        (again,) = receive(county.report(origin_key="k1", **complained))
        assert isinstance(again.error, Conflict)
        assert "换一个幂等键" in str(again.error)
        (anew,) = receive(county.report(origin_key="k2", **complained))
        assert anew.office_id != county.office("HUD")

    def test_photos_in_another_order_and_the_moment_in_another_zone_are_the_same(self) -> None:
        one, two = (PhotoRef(sign * 64, "image/jpeg", 60, 40, 1000) for sign in "ab")
        at = datetime(2026, 5, 1, 4, tzinfo=UTC)
        (first,) = receive(county.report(origin_key="k1", photos=(one, two), received_at=at))
        east = at.astimezone(timezone(timedelta(hours=8)))
        (again,) = receive(county.report(origin_key="k1", photos=(two, one), received_at=east))
        assert again == replace(first, repeated=True)

    OTHER_THAN_KEPT = [each for each in OTHER if {"photos", "category_code", "text", "contact"} & set(each)]

    @pytest.mark.parametrize("other", OTHER_THAN_KEPT, ids=lambda each: next(iter(each)))
    def test_a_report_without_a_digest_is_compared_by_what_was_kept(self, other: dict) -> None:
        (first,) = receive(county.report(origin_key="k1"))
        Report.objects.update(delivered=None)
        assert receive(county.report(origin_key="k1"))[0] == replace(first, repeated=True)
        assert isinstance(receive(county.report(origin_key="k1", **other))[0], Rejected)
        complained = county.report(origin_key="k1", complained_office_id=county.office("HUD"))
        assert isinstance(receive(complained)[0], Rejected)

    def test_the_same_key_of_another_origin_is_another_report(self) -> None:
        answers = [receive(county.report(origin_key="k1", origin=origin))[0] for origin in ("web", "desk")]
        assert [answer.repeated for answer in answers] == [False, False]
        assert counts() == (2, 2, 2, 2)

    def test_without_a_key_the_same_words_are_another_report(self) -> None:
        receive(county.report(), county.report())
        receive(county.report())
        assert counts() == (3, 3, 3, 3)

    def test_twice_in_one_batch_is_once(self) -> None:
        report = county.report(origin_key="k1")
        first, second, third = receive(report, county.report("另一件", origin_key="k2"), report)
        assert third == replace(first, repeated=True)
        assert not second.repeated
        assert counts() == (2, 2, 2, 2)

    @pytest.mark.parametrize("other", OTHER, ids=lambda each: next(iter(each)))
    def test_twice_in_one_batch_with_other_content_is_a_conflict(self, other: dict) -> None:
        first, second = receive(county.report(origin_key="k1"), county.report(origin_key="k1", **other))
        assert isinstance(first, Received)
        assert isinstance(second, Rejected)
        assert isinstance(second.error, Conflict)
        assert counts() == (1, 1, 1, 1)

    def test_a_refused_report_doesnt_use_up_its_key(self) -> None:
        bad, good = county.report(origin_key="k1", category_code="999999"), county.report(origin_key="k1")
        first, second = receive(bad, good)
        assert isinstance(first.error, InvalidInput)
        assert isinstance(second, Received)
        assert not second.repeated

    def test_a_batch_that_is_here_already_is_answered_whole(self) -> None:
        batch = [county.report(f"第{n}件", origin_key=f"k{n}") for n in range(30)]
        first = receive(*batch)
        assert receive(*reversed(batch)) == [replace(answer, repeated=True) for answer in reversed(first)]
        assert counts() == (30, 30, 30, 30)

    @pytest.mark.parametrize("words", ["路面有个大坑，请来修补", "另一件事"])
    def test_the_key_of_what_was_erased_opens_nothing_any_more(self, words: str) -> None:
        (first,) = receive(county.report(origin_key="k1"))
        intake.erase_words(actor=SYSTEM, case_id=first.case_id)
        (again,) = receive(county.report(words, origin_key="k1"))
        assert isinstance(again, Rejected)
        assert isinstance(again.error, Conflict)
        assert again.error.field == "idempotency_key"
        assert Report.objects.get().delivered is None


@pytest.mark.usefixtures("committed")
class TestAtOnce:
    def test_one_case_comes_of_one_key(self) -> None:
        report = county.report(origin_key="k1")
        answers = [answer for (answer,) in county.together(*[lambda: receive(report)] * 6)]
        assert len({answer.case_id for answer in answers}) == 1
        assert len({answer.receipt_code for answer in answers}) == 1
        assert sorted(answer.repeated for answer in answers) == [False] + [True] * 5
        assert counts() == (1, 1, 1, 1)

    def test_of_two_contents_under_one_key_one_is_taken(self) -> None:
        reports = [county.report(text, origin_key="k1") for text in ("第一份", "第二份")]
        answers = [answer for (answer,) in county.together(*(lambda each=each: receive(each) for each in reports))]
        assert sorted(type(answer).__name__ for answer in answers) == ["Received", "Rejected"]
        assert counts() == (1, 1, 1, 1)

    def test_batches_that_overlap_take_every_report_once(self) -> None:
        batch = [county.report(f"第{n}件", origin_key=f"k{n}") for n in range(40)]
        parts = (batch[:30], batch[10:], batch[::-1], batch[5:35])
        outcomes = county.together(*(lambda part=part: receive(*part) for part in parts))
        for part, answers in zip(parts, outcomes, strict=True):
            assert not isinstance(answers, BaseException), answers
            assert [county.cases.find(answer.case_id).title for answer in answers] == [each.text for each in part]
        assert counts() == (40, 40, 40, 40)
