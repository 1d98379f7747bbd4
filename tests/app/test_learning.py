"""The category proposal learns from confirmed cases, and from nothing else."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from liandong.app import jobs, learning
from liandong.app.origins import FICTIONAL
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import Life, State
from liandong.contexts.categories import public as categories
from liandong.contexts.categories.domain.learned import Learned, Vocabulary
from liandong.contexts.categories.models import LearnedModel
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.public import Past
from liandong.foundation.ledger.models import Entry
from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers import public as registers
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
UNCLEAR = "门口有情况，请派人来看看"


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def signed_for(text: str, code: str, **fields: Any) -> cases.CaseRow:
    """By a post of its office, an hour after it came."""
    row = county.receive(text, category_code=code, **fields)
    office = orgs.organisation().offices[row.office_id or 0].code
    post = {"HUD": "hud1", "LAW": "law1"}.get(office, "")
    cases.accept_case(actor=county.post(post), case_id=row.id)
    return cases.find(row.id)


def imported(text: str, code: str) -> cases.CaseRow:
    """With a history of its own, in which somebody elsewhere signed for it."""
    now = time.now()
    life = Life(State.HANDLING, accepted_at=now - timedelta(minutes=30))
    return county.receive(text, category_code=code, past=Past(life), received_at=now - timedelta(hours=1))


def learned_texts() -> dict[str, str]:
    return {example.text: example.code for example in learning.examples()}


def lesson_of(*, is_kept: bool) -> categories.Lesson:
    """As a training leaves it; what is in the model doesn't matter here."""
    vocabulary = Vocabulary(np.array([0x8DEF], np.int64), np.ones(1, np.float32))
    learned = Learned(
        (county.POTHOLE, county.RUBBISH), vocabulary, np.ones((1, 2), np.float16), np.zeros(2, np.float32)
    )
    figures = categories.Figures(600, 590, 40, 0.6, 0.6, 20, 0.8, 0.7)
    return categories.Lesson(learned if is_kept else None, figures)


def test_a_case_counts_once_its_office_has_signed_for_it() -> None:
    row = county.receive("路面有个大坑，请来修补", category_code=county.POTHOLE)
    assert learned_texts() == {}
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert learned_texts() == {"路面有个大坑，请来修补": county.POTHOLE}


def test_a_case_counts_once_the_desk_has_screened_it() -> None:
    row = county.receive(UNCLEAR, category_code="")
    cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.BURNING)
    assert learned_texts() == {UNCLEAR: county.BURNING}


def test_what_was_imported_teaches_only_once_a_post_here_stood_for_its_category() -> None:
    row = imported("路面有个大坑", county.POTHOLE)
    assert learned_texts() == {}
    cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补，请查看。")
    assert learned_texts() == {"路面有个大坑": county.POTHOLE}


def test_the_fictional_countys_cases_teach_nothing_even_when_somebody_works_on_them() -> None:
    signed_for("路面有个大坑", county.POTHOLE, origin=FICTIONAL, origin_key="1")
    signed_for("路面又有个大坑", county.POTHOLE, origin="web")
    assert learned_texts() == {"路面又有个大坑": county.POTHOLE}


def test_what_was_handed_over_counts_again_when_the_next_office_signs() -> None:
    row = signed_for("路面有个大坑", county.POTHOLE)
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属执法范围"
    )
    assert learned_texts() == {}


def test_private_withdrawn_and_erased_cases_teach_nothing() -> None:
    withdrawn = signed_for("路面有个大坑", county.POTHOLE)
    cases.withdraw_case(actor=county.post("clerk"), case_id=withdrawn.id)
    erased = signed_for("路面又有个大坑", county.POTHOLE)
    intake.erase_words(actor=SYSTEM, case_id=erased.id)
    assert learned_texts() == {}


def test_a_complaint_of_a_post_teaches_nothing() -> None:
    row = county.receive("路面有个大坑", category_code=county.POTHOLE, complained_staff_id=county.post("law1").id)
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert learned_texts() == {}


def test_only_the_last_thirty_days_are_recent() -> None:
    signed_for("路面有个大坑", county.POTHOLE)
    assert [example.is_recent for example in learning.examples()] == [True]
    with time.at(county.MONDAY + timedelta(days=31)):
        assert [example.is_recent for example in learning.examples()] == [False]


def test_without_enough_confirmed_cases_the_start_model_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    before = categories.assess_words("路灯不亮")
    call_command("learn")
    assert "start model" in capsys.readouterr().out
    assert categories.assess_words("路灯不亮") == before
    assert categories.last_learned_at() == time.now()
    speaking = categories.speaking_model()
    assert (speaking.is_own, speaking.has_start, speaking.learned_at) == (False, True, time.now())


def test_which_model_speaks_is_told_with_its_figures() -> None:
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=True))
    own = categories.speaking_model()
    assert own.is_own
    assert (own.figures["cases"], own.figures["check"], own.figures["is_kept"]) == (600, 0.6, True)
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=False))
    start = categories.speaking_model()
    assert not start.is_own
    assert start.figures["is_kept"] is False


def test_the_next_report_is_assessed_by_what_was_learned() -> None:
    start = categories.assess_words("路面有一个大坑，晚上看不见")
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=True))
    assert categories.assess_words("路面有一个大坑，晚上看不见") != start
    categories.keep_lesson(actor=SYSTEM, lesson=None)
    assert categories.assess_words("路面有一个大坑，晚上看不见") == start


def test_weights_of_an_earlier_form_are_passed_over() -> None:
    LearnedModel.objects.create(learned_at=time.now(), figures={}, weights=b"of another release")
    registers.record_import(actor=SYSTEM, register="learned", facts=registers.RegisterImported())
    assert not categories.speaking_model().is_own
    assert categories.assess_words("井盖不见了").taken


def test_the_figures_stay_the_weights_only_until_the_next_training() -> None:
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=True))
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=True))
    old, new = LearnedModel.objects.order_by("id")
    assert old.weights is None
    assert new.weights
    assert old.figures["cases"] == 600


def test_what_was_erased_has_no_part_in_tomorrows_weights_even_when_nothing_better_was_learned() -> None:
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=True))
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=False))
    assert LearnedModel.objects.exclude(weights=None).count() == 0


def test_a_training_stands_in_the_ledger() -> None:
    categories.keep_lesson(actor=SYSTEM, lesson=lesson_of(is_kept=True))
    entry = Entry.objects.filter(action="RegisterImported").last()
    assert entry.payload["cases"] == 600
    assert len(entry.payload["sha256"]) == 64


@pytest.mark.parametrize(("hour", "due"), [(23, False), (1, True), (4, True), (5, False)])
def test_it_is_time_at_night_and_once(hour: int, due: bool) -> None:
    with time.at(county.MONDAY.replace(hour=(hour - 8) % 24)):
        assert jobs.is_due() == due
        learning.learn()
        assert not jobs.is_due()


def test_the_training_is_a_process_of_its_own_that_the_worker_doesnt_wait_for(monkeypatch) -> None:
    class Child:
        returncode: int | None = None

        def poll(self) -> int | None:
            return self.returncode

    started: list[list[str]] = []
    child = Child()
    monkeypatch.setattr(jobs, "start", lambda command, **kept: started.append(command) or child)
    with time.at(county.MONDAY.replace(hour=18)):
        jobs.learn_at_night()
        jobs.learn_at_night()
        assert [command[-1] for command in started] == ["learn"]
        learning.learn()
        child.returncode = 0
        jobs.learn_at_night()
    assert len(started) == 1
    assert jobs._running == []
