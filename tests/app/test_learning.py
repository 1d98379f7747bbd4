"""The category proposal learns from confirmed cases, and from nothing else."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from liandong.app import jobs, learning
from liandong.app.bench.learning import plot
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import LearnedModel
from liandong.contexts.cases.public import Life, State
from liandong.contexts.intake import public as intake
from liandong.contexts.intake.public import Past
from liandong.foundation.ledger.models import Entry
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
UNCLEAR = "门口有情况，请派人来看看"
WHERE = ["新华路口", "菜市场旁边", "中学门前", "河堤上", "老车站", "小区北门", "医院对面", "桥头", "村委会门口"]
SAID = {
    county.POTHOLE: ["缺了一大块，轮胎都爆了", "像月球一样，三轮车差点翻", "雨后成了水塘，走路崴脚"],
    county.RUBBISH: ["臭烘烘的烂菜叶没人扫", "塑料袋满天飞，脏得很", "苍蝇嗡嗡叫，该打扫了"],
}


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def signed_for(text: str, code: str) -> cases.CaseRow:
    now = time.now()
    life = Life(State.HANDLING, accepted_at=now - timedelta(minutes=30))
    return county.receive(text, category_code=code, past=Past(life), received_at=now - timedelta(hours=1))


def a_years_work() -> None:
    now = time.now()
    reports = [
        county.report(f"{when}{where}{said}", category_code=code, received_at=now - timedelta(hours=1))
        for code, words in SAID.items()
        for said in words
        for where in WHERE
        for when in ("昨天", "今天早上", "上周起", "这几天")
    ]
    past = Past(Life(State.HANDLING, accepted_at=now - timedelta(minutes=30)))
    county.receive_all(reports, [past] * len(reports))


def learned_texts() -> dict[str, str]:
    return {example.text: example.code for example in learning.examples()}


def test_a_case_counts_once_its_office_has_signed_for_it() -> None:
    row = county.receive("路面有个大坑，请来修补", category_code=county.POTHOLE)
    assert learned_texts() == {}
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    assert learned_texts() == {"路面有个大坑，请来修补": county.POTHOLE}


def test_a_case_counts_once_the_desk_has_screened_it() -> None:
    row = county.receive(UNCLEAR, category_code="")
    cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.BURNING)
    assert learned_texts() == {UNCLEAR: county.BURNING}


def test_what_was_handed_over_counts_again_when_the_next_office_signs() -> None:
    row = signed_for("路面有个大坑", county.POTHOLE)
    cases.reassign_case(
        actor=county.post("coordinator"), case_id=row.id, office_id=county.office("LAW"), text="属执法范围"
    )
    assert learned_texts() == {}


def test_private_withdrawn_and_erased_cases_teach_nothing() -> None:
    signed_for("邻居占了我家的墙", county.NEIGHBOURS)
    signed_for("工厂半夜偷排黑烟", county.EMISSION)
    withdrawn = signed_for("路面有个大坑", county.POTHOLE)
    cases.withdraw_case(actor=county.post("clerk"), case_id=withdrawn.id)
    erased = signed_for("垃圾堆在路口", county.RUBBISH)
    intake.erase_words(actor=SYSTEM, case_id=erased.id)
    assert learned_texts() == {}


def test_a_complaint_of_a_post_teaches_nothing() -> None:
    now = time.now()
    county.receive(
        "路面有个大坑",
        category_code=county.POTHOLE,
        complained_staff_id=county.post("hud1").id,
        past=Past(Life(State.HANDLING, accepted_at=now)),
        received_at=now,
    )
    assert learned_texts() == {}


def test_without_enough_confirmed_cases_the_synonyms_go_on_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = cases.propose_category("路灯不亮")
    call_command("learn")
    assert "synonyms alone" in capsys.readouterr().out
    assert cases.propose_category("路灯不亮") == before
    assert cases.last_learned_at() == time.now()


def test_what_was_learned_is_taken_by_the_next_report(capsys: pytest.CaptureFixture[str]) -> None:
    text = "桥东缺了一大块，三轮车差点翻，轮胎都爆了"
    assert county.receive(text, category_code="").queue == "category"
    a_years_work()
    call_command("learn")
    assert "macro-F1" in capsys.readouterr().out
    row = county.receive(text, category_code="")
    assert (row.category_code, row.queue) == (county.POTHOLE, "")
    assert county.receive(UNCLEAR, category_code="").queue == "category"


def test_the_figures_stay_the_weights_only_until_the_next_training() -> None:
    a_years_work()
    first = learning.learn()
    learning.learn()
    assert first
    old, new = LearnedModel.objects.order_by("id")
    assert old.weights is None
    assert new.weights
    assert old.figures["cases"] == first.figures.cases == 216
    assert {"macro_f1", "calibration_error", "sure", "taken_right", "bins"} <= old.figures.keys()


def test_a_training_stands_in_the_ledger() -> None:
    a_years_work()
    learning.learn()
    entry = Entry.objects.filter(action="RegisterImported").last()
    assert entry.payload["cases"] == 216
    assert len(entry.payload["sha256"]) == 64


def test_once_the_cases_are_gone_so_is_what_was_learned() -> None:
    a_years_work()
    learning.learn()
    county.clear()
    learning.learn()
    assert LearnedModel.objects.exclude(weights=None).count() == 0


def test_a_correction_is_learned_the_next_night() -> None:
    a_years_work()
    learning.learn()
    text = "桥头的窨井冒黄水"
    row = county.receive(text, category_code="")
    cases.screen_case(actor=county.post("clerk"), case_id=row.id, category_code=county.RUBBISH)
    assert learned_texts()[text] == county.RUBBISH


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


def test_the_plot_has_a_dot_for_every_step() -> None:
    drawn = plot([cases.Bin(10, 0.85, 0.8), cases.Bin(30, 0.97, 0.99)])
    assert drawn.count("<circle") == 2
    assert drawn.endswith("</svg>")
