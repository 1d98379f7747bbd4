"""What was learned from confirmed cases proposes categories, beside the written synonyms."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from liandong.contexts.cases.domain.learned import ELSEWHERE, Judged, Learned
from liandong.contexts.cases.domain.proposal import LeafWords, SynonymIndex, propose, propose_learned, together
from liandong.contexts.cases.learning import Example, Lesson, bins_of, calibration_error, learn, threshold

WHERE = ["新华路口", "菜市场旁边", "中学门前", "河堤上", "老车站", "小区北门", "医院对面", "桥头", "村委会门口"]
WHEN = ["昨天晚上起", "这几天", "上周开始", "今天早上", "从月初到现在"]
MATTERS = {
    "lamp": ["路灯一直闪，天黑看不清路", "灯杆歪了，灯泡不亮"],
    "rubbish": ["垃圾没人清运，堆成小山", "垃圾桶满了好臭"],
    "water": ["水管漏水，自来水流了一地", "水龙头没有水，停水了"],
}
LEAVES = [
    LeafWords("lamp", ("路灯",), ("路灯不亮",)),
    LeafWords("rubbish", ("垃圾",), ("垃圾堆积",)),
    LeafWords("water", ("供水",), ("停水",)),
    LeafWords("dog", ("流浪狗",), ("流浪狗", "野狗咬人")),
]


def examples(**matters: list[str]) -> list[Example]:
    return [
        Example(f"{when}{where}的{matter}，请处理", code)
        for code, said in (matters or MATTERS).items()
        for matter in said
        for where in WHERE
        for when in WHEN
    ]


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    found = learn(examples(), LEAVES)
    assert found
    return found


@pytest.fixture(scope="module")
def index() -> SynonymIndex:
    return SynonymIndex(LEAVES)


def test_it_proposes_what_the_synonyms_dont_know(lesson: Lesson, index: SynonymIndex) -> None:
    text = "村口的灯泡总是闪，天黑看不清"
    assert not any(found.confident for found in propose(text, index))
    first = propose_learned(text, index, lesson.learned)[0]
    assert (first.code, first.confident) == ("lamp", True)


def test_the_reasons_are_words_of_the_text_that_spoke_for_the_leaf(lesson: Lesson, index: SynonymIndex) -> None:
    reasons = propose_learned("我家旁边的灯泡总是闪，天黑看不清", index, lesson.learned)[0].reasons
    assert "灯泡" in reasons
    assert not {"我家", "旁边"} & set(reasons)


def test_the_synonyms_reasons_come_first(lesson: Lesson, index: SynonymIndex) -> None:
    assert propose_learned("路灯不亮，天黑看不清", index, lesson.learned)[0].reasons[0] == "路灯不亮"


def test_a_leaf_that_it_hasnt_learned_is_left_to_the_synonyms(lesson: Lesson, index: SynonymIndex) -> None:
    text = "村里有野狗咬人，追着小孩不放"
    assert propose_learned(text, index, lesson.learned) == propose(text, index)
    assert "dog" not in lesson.learned.codes


def test_a_leaf_that_was_retired_is_never_proposed(lesson: Lesson, index: SynonymIndex) -> None:
    learned = lesson.learned.only({"rubbish", "water", "dog"})
    assert "lamp" not in [found.code for found in propose_learned("灯泡总是闪，天黑看不清", index, learned)]


def test_a_leaf_that_the_synonyms_name_and_the_model_hasnt_learned_is_never_overruled(
    lesson: Lesson, index: SynonymIndex
) -> None:
    written = [replace(propose("野狗咬人", index)[0], confident=False)]
    assert not together(written, [Judged("lamp", 0.999)], lesson.learned)[0].confident


def test_a_short_text_is_left_to_the_synonyms(lesson: Lesson, index: SynonymIndex) -> None:
    assert propose_learned("灯泡坏了没人修", index, lesson.learned) == propose("灯泡坏了没人修", index)


def test_a_text_that_isnt_chinese_is_left_to_the_synonyms(lesson: Lesson) -> None:
    assert lesson.learned.judge("the street lamp is out") == []
    assert lesson.learned.judge("lamp 灯") == []


def test_where_both_sources_contradict_each_other_with_confidence_a_clerk_decides(
    lesson: Lesson, index: SynonymIndex
) -> None:
    written = [replace(propose("停水", index)[0], confident=True)]
    found = together(written, [Judged("lamp", 0.999)], lesson.learned)
    assert [(row.code, row.confident, row.foremost) for row in found] == [("lamp", False, True), ("water", False, True)]


def test_where_the_synonyms_agree_a_lower_probability_is_enough(lesson: Lesson, index: SynonymIndex) -> None:
    learned = replace(lesson.learned, sure=0.9, sure_agreeing=0.6)
    written = [replace(propose("停水", index)[0], confident=False)]
    assert together(written, [Judged("water", 0.7)], learned)[0].confident
    assert not together([], [Judged("water", 0.7)], learned)[0].confident
    assert not together(written, [Judged("water", 0.5)], learned)[0].confident


def test_likely_ones_are_shown_and_at_most_three(lesson: Lesson, index: SynonymIndex) -> None:
    judged = [Judged("water", 0.5), Judged("lamp", 0.3), Judged("rubbish", 0.05)]
    assert [row.code for row in together([], judged, lesson.learned)] == ["water", "lamp"]


def test_too_few_texts_or_leaves_teach_nothing() -> None:
    assert learn([]) is None
    assert learn(examples()[:150]) is None
    assert learn(examples(lamp=MATTERS["lamp"], rubbish=[])) is None


def test_the_same_text_counts_once() -> None:
    assert learn(examples()[:150] * 4) is None


def test_a_leaf_with_few_cases_belongs_to_elsewhere() -> None:
    few = [Example(f"{where}有野狗追着小孩咬", "dog") for where in WHERE[:5]]
    found = learn(examples() + few, LEAVES)
    assert found
    assert found.learned.codes == ("lamp", "rubbish", "water", ELSEWHERE)
    assert found.learned.judge("有野狗追着小孩咬")[0].code == ELSEWHERE


def test_numbers_and_what_few_people_wrote_leave_no_mark(lesson: Lesson) -> None:
    once = learn([*examples(), Example("欧阳明月家门口的路灯不亮，电话13900001234", "lamp")], LEAVES)
    assert once
    assert np.array_equal(once.learned.vocabulary.known, lesson.learned.vocabulary.known)
    points = {chr(point) for point in once.learned.vocabulary.known if point < 0x110000}
    assert not points & set("欧阳123456789")


def test_it_comes_back_from_its_bytes_as_it_was(lesson: Lesson) -> None:
    again = Learned.from_bytes(lesson.learned.to_bytes())
    assert again.codes == lesson.learned.codes
    assert again.judge("门口的灯泡总是闪来闪去") == lesson.learned.judge("门口的灯泡总是闪来闪去")


def test_the_threshold_is_the_lowest_that_keeps_ninety_five_of_a_hundred_right() -> None:
    sure, right = np.linspace(1, 0.5, 1000, dtype=np.float32), np.arange(1000) < 600
    found = threshold(sure, right)
    share = right[sure >= found].mean()
    assert 0.95 <= share < 0.98
    assert threshold(sure, np.zeros(1000, bool)) > 1
    assert threshold(sure[:5], right[:5]) > 1, "five right ones prove little"


def test_calibration_error_is_the_mean_distance_from_the_truth() -> None:
    bins = bins_of(np.array([0.75] * 4 + [0.25] * 4, np.float32), np.array([1, 1, 1, 1, 0, 0, 0, 1], bool))
    assert [(each.count, each.right) for each in bins] == [(4, 0.25), (4, 1.0)]
    assert calibration_error(bins) == pytest.approx(0.125)


def test_proposing_needs_no_teacher() -> None:
    """Pages, drafts and the worker's own process load no scikit-learn; what they load is told by the interpreter."""
    program = (
        "import django, sys; django.setup(); import liandong.app.urls, liandong.app.wsgi;"
        "print(sorted({'sklearn', 'scipy', 'joblib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
