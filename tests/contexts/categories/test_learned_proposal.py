"""A county's confirmed cases are added to the letters that ship; what was learned is kept where it is no worse."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from liandong.contexts.categories import learning, shipped
from liandong.contexts.categories.domain.learned import Figures, Learned
from liandong.contexts.categories.domain.taxonomy import CategoryRow, from_document
from liandong.contexts.categories.learning import Example, Letter, learn, without_floods

WHERE = ["新华路口", "菜市场旁边", "中学门前", "河堤上", "老车站", "小区北门", "医院对面", "桥头", "村委会门口"]
WHEN = ["昨天晚上起", "这几天", "上周开始", "今天早上", "从月初到现在"]
LETTERS = [letter for letter in learning.shipped_letters() if letter.kind == "complaint"]


@pytest.fixture(scope="module")
def leaves() -> list[CategoryRow]:
    document = json.loads((shipped.DATA / "taxonomy.json").read_text("utf-8"))
    return [row for row in from_document(document) if row.leaf]


@pytest.fixture(scope="module")
def few(leaves: list[CategoryRow]) -> list[CategoryRow]:
    """Thirty-two leaves: a training in a second."""
    some = sorted({letter.code for letter in LETTERS})[::3][:32]
    return [row for row in leaves if row.code in some]


@pytest.fixture(scope="module")
def letters(few: list[CategoryRow]) -> list[Letter]:
    codes = {row.code for row in few}
    return [letter for letter in LETTERS if letter.code in codes]


def confirmed(letters: list[Letter], *, wrong: bool = False, recent: int = 3) -> list[Example]:
    """What posts confirmed, some eighteen cases a leaf; every `recent`th came lately."""
    codes = sorted({letter.code for letter in letters})
    found = []
    for number, code in enumerate(codes):
        said = next(letter.text for letter in letters if letter.code == code)[:40]
        true = codes[(number + 1) % len(codes)] if wrong else code
        found += [
            Example(f"{when}{where}，{said}", true, is_recent=place % recent == 0)
            for place, (when, where) in enumerate((a, b) for a in WHEN[:2] for b in WHERE)
        ]
    return found


def test_less_than_five_hundred_cases_or_thirty_leaves_teach_nothing(
    letters: list[Letter], few: list[CategoryRow]
) -> None:
    many = confirmed(letters)
    assert learn([], letters, few) is None
    assert learn(many[:499], letters, few) is None
    assert learn(many[:100] * 10, letters, few) is None, "the same text counts once"
    most = sorted({each.code for each in many})[:29]
    only = [each for each in many if each.code in most]
    assert learn(only + [Example(f"{each.text}！又来了", each.code) for each in only], letters, few) is None


def test_the_countys_cases_are_added_to_the_letters(letters: list[Letter], few: list[CategoryRow]) -> None:
    lesson = learn(confirmed(letters), letters, few)
    assert lesson
    assert lesson.learned
    assert lesson.figures.cases == lesson.figures.used == 576
    assert lesson.figures.leaves == 32
    assert lesson.figures.recent >= lesson.figures.recent_start
    known = {letter.code for letter in letters}
    assert known <= set(lesson.learned.codes), "what the letters teach is never lost"


def test_what_is_worse_on_the_letters_kept_apart_is_not_kept(letters: list[Letter], few: list[CategoryRow]) -> None:
    lesson = learn(confirmed(letters, wrong=True, recent=1_000), letters, few)
    assert lesson
    assert lesson.learned is None
    assert lesson.figures.check < lesson.figures.check_start - learning.CHANCE


@pytest.fixture(scope="module")
def struck(letters: list[Letter]) -> tuple[str, str]:
    """The two leaves with the most letters kept apart: one whose letters are called by the other's name."""
    (one, _), (other, _) = Counter(letter.code for letter in letters if letter.is_kept_apart).most_common(2)
    return one, other


def test_hundreds_of_late_reports_that_call_one_thing_by_anothers_name_cost_it_little_or_are_refused(
    letters: list[Letter], few: list[CategoryRow], struck: tuple[str, str]
) -> None:
    one, other = struck
    said = [letter.text[:40] for letter in letters if letter.code == one and not letter.is_kept_apart]
    flood = [
        Example(f"{when}{where}，{text}", other, is_recent=True) for text in said for when in WHEN for where in WHERE
    ][:500]
    lesson = learn([*flood, *confirmed(letters)], letters, few)
    assert lesson
    apart = [Example(letter.text, one) for letter in letters if letter.code == one and letter.is_kept_apart]
    assert lesson.learned is None or learning.right(lesson.learned, apart) >= 0.5


def test_a_leaf_that_is_called_by_anothers_name_is_told_as_lost(
    letters: list[Letter], few: list[CategoryRow], struck: tuple[str, str]
) -> None:
    one, other = struck
    read = [letter for letter in letters if not letter.is_kept_apart]
    wrong = [replace(letter, code=other) if letter.code == one else letter for letter in read]
    apart = [Example(letter.text, letter.code) for letter in letters if letter.is_kept_apart]
    start, turned = learning.teach_topics(read, few), learning.teach_topics(wrong, few)
    assert learning.lost_leaves(turned, start, apart) == (one,)
    assert learning.lost_leaves(start, start, apart) == ()


def test_texts_that_differ_by_numbers_and_marks_only_are_one_example_the_newest(
    letters: list[Letter], few: list[CategoryRow]
) -> None:
    many = confirmed(letters)
    again = [Example(f"{each.text} {number}！！", each.code) for number, each in enumerate(many)]
    lesson = learn([*many, *again], letters, few)
    assert lesson
    assert lesson.figures.cases == len(many)


def test_a_leaf_that_got_much_worse_is_worse_whatever_the_whole() -> None:
    assert not Figures(600, 600, 40, 0.7, 0.6, 50, 0.8, 0.7, lost=("020301",)).is_kept(0.01)


def test_worse_on_either_is_worse() -> None:
    same = Figures(600, 600, 40, check=0.6, check_start=0.6, recent_cases=50, recent=0.7, recent_start=0.7)
    assert same.is_kept(0.01)
    assert Figures(600, 600, 40, 0.595, 0.6, 50, 0.7, 0.7).is_kept(0.01)
    assert not Figures(600, 600, 40, 0.58, 0.6, 50, 0.9, 0.7).is_kept(0.01)
    assert not Figures(600, 600, 40, 0.7, 0.6, 50, 0.69, 0.7).is_kept(0.01)


def test_no_leaf_is_more_than_a_fifth_of_the_examples() -> None:
    flood = [Example(f"第{number}处积水", "flood") for number in range(900)]
    others = [Example(f"别的事{number}", f"leaf{number % 30}") for number in range(300)]
    kept = without_floods([*flood, *others])
    assert sum(each.code == "flood" for each in kept) == 75
    assert len(kept) == 375
    assert kept[0] == flood[0], "the first, which are the newest, stay"
    assert without_floods(others) == others
    assert without_floods([]) == []


def test_a_leaf_of_the_countys_own_is_learned_from_ten_cases_on(letters: list[Letter], few: list[CategoryRow]) -> None:
    own = CategoryRow("909001", 1, "9090", "古井保护", "Old wells", leaf=True)
    wells = [Example(f"{where}那口老井的井栏石又松了", own.code) for where in WHERE]
    some = confirmed(letters)
    nine = learn([*some, *wells], letters, [*few, own])
    ten = learn([*some, *wells, Example("祠堂前的老井井栏石裂了", own.code)], letters, [*few, own])
    assert nine
    assert ten
    assert ten.learned
    assert own.code in ten.learned.codes
    assert nine.figures.cases == len(some)


def test_numbers_and_what_few_people_wrote_leave_no_mark(letters: list[Letter], few: list[CategoryRow]) -> None:
    some = confirmed(letters)
    name = "欧阳曌懿"
    once = learning.teach_topics(letters, few, [*some, Example(f"{name}家门口脏，电话13900001234", some[0].code)])
    points = {chr(point) for point in once.vocabulary.known if point < 0x110000}
    assert not points & set("曌懿123456789")


def test_it_comes_back_from_its_bytes_as_it_was(letters: list[Letter], few: list[CategoryRow]) -> None:
    learned = learning.teach_topics(letters, few)
    again = Learned.from_bytes(learned.to_bytes())
    text = letters[0].text
    assert again.codes == learned.codes
    assert np.array_equal(again.scores(again.read(text)), learned.scores(learned.read(text)))


def test_proposing_needs_no_teacher() -> None:
    """Pages, drafts and the worker's own process load no scikit-learn; what they load is told by the interpreter."""
    program = (
        "import django, sys; django.setup(); import liandong.app.urls, liandong.app.wsgi;"
        "print(sorted({'sklearn', 'scipy', 'joblib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
