"""A resident's own words propose the category, and say which words did it."""

import json
from importlib import resources
from pathlib import Path

import pytest

from liandong.contexts.categories.domain.proposal import LeafWords, SynonymIndex, leaves_of, propose

SENTENCES = [
    line.split("\t")
    for line in Path(__file__).with_name("everyday_sentences.txt").read_text("utf-8").splitlines()
    if line
]
UNCLEAR = [
    "请尽快处理",
    "你好，我想反映一个问题",
    "这件事反映很多次了一直没人管",
    "麻烦派人来看看",
    "门口有情况",
    "小区里的事",
    "什么时候有结果",
    "谢谢你们的工作",
    "在中山路12号附近",
    "坏了没人修",
    "今天天气真好",
    "学校的问题",
    "hello",
    "please help me",
    "there is a problem in my street",
    "it is still not fixed",
    "123456",
    "……",
    "",
]


@pytest.fixture(scope="module")
def product() -> SynonymIndex:
    text = resources.files("liandong.contexts.categories").joinpath("data/taxonomy.json").read_text("utf-8")
    return SynonymIndex(leaves_of(json.loads(text)))


def small(**synonyms: list[str]) -> SynonymIndex:
    return SynonymIndex(LeafWords(code, (), tuple(words)) for code, words in synonyms.items())


def first(text: str, index: SynonymIndex) -> str:
    found = propose(text, index)
    return found[0].code if found else ""


def test_nine_of_ten_everyday_sentences_find_their_leaf(product: SynonymIndex) -> None:
    missed = [(code, text, first(text, product)) for code, text in SENTENCES if first(text, product) != code]
    assert len({code for code, _ in SENTENCES}) > 100
    assert len(missed) <= len(SENTENCES) // 10, missed


def test_nearly_every_sentence_has_its_leaf_among_the_three(product: SynonymIndex) -> None:
    missed = [text for code, text in SENTENCES if code not in [found.code for found in propose(text, product)]]
    assert len(missed) <= len(SENTENCES) // 50, missed


def test_a_confident_proposal_is_hardly_ever_wrong(product: SynonymIndex) -> None:
    sure = [(code, found[0].code) for code, text in SENTENCES if (found := propose(text, product))[0].confident]
    assert len(sure) > len(SENTENCES) // 2
    assert sum(code != proposed for code, proposed in sure) <= len(sure) // 25


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_text_that_says_nothing_certain_is_never_confident(product: SynonymIndex, text: str) -> None:
    assert not any(found.confident for found in propose(text, product))


def test_words_of_two_leaves_at_once_are_not_confident(product: SynonymIndex) -> None:
    found = propose("路灯不亮，垃圾桶也满了", product)
    assert {found[0].code, found[1].code} == {"020301", "010102"}
    assert not found[0].confident


def test_at_most_three_come_best_first(product: SynonymIndex) -> None:
    found = propose("小区物业不管，电梯坏了，路灯不亮，垃圾桶满了，楼上漏水，消防通道也堵了", product)
    assert len(found) == 3
    assert [row.score for row in found] == sorted((row.score for row in found), reverse=True)
    assert not any(row.confident for row in found[1:])


def test_the_reasons_are_the_words_found(product: SynonymIndex) -> None:
    assert propose("学校门口的路灯坏了，好几天都不亮", product)[0].reasons[0] in ("路灯", "路灯…不亮", "路灯…亮")
    assert "manhole cover missing" in propose("a manhole cover is missing", product)[0].reasons


def test_case_and_width_do_not_matter(product: SynonymIndex) -> None:
    assert propose("ＳＴＲＥＥＴ　ＬＩＧＨＴ out", product) == propose("street light out", product)
    assert first("楼下ＫＴＶ声太大", product) == first("楼下ktv声太大", product) == "050302"


def test_a_longer_phrase_outweighs_a_shorter_one() -> None:
    index = small(short=["井盖"], long=["井盖没了"])
    assert first("门口井盖没了", index) == "long"


def test_a_word_that_many_leaves_share_weighs_less() -> None:
    index = small(a=["垃圾", "湖面"], b=["垃圾"], c=["垃圾"], d=["垃圾"])
    assert first("湖面垃圾", index) == "a"
    scores = {found.code: found.score for found in propose("湖面", index) + propose("垃圾", index)[1:]}
    assert scores["a"] > scores["b"]


def test_the_name_of_a_leaf_counts_in_both_languages() -> None:
    index = SynonymIndex([LeafWords("x", ("暴露垃圾与污水", "Exposed rubbish"), ()), LeafWords("y", ("停电",), ())])
    assert first("这里有污水", index) == "x"
    assert first("exposed rubbish here", index) == "x"
    assert propose("停电", index)[0].score > propose("停电", small(x=["停水"], y=["停电"]))[0].score


def test_the_halves_of_a_phrase_may_stand_apart_but_not_far_apart() -> None:
    index = small(lamp=["路灯不亮"], other=["停水"])
    together, apart, far = (
        propose(text, index)[0].score
        for text in ("路灯不亮", "路灯这几天晚上不亮", "路灯下面有个小店老板人很好就是招牌一直不亮")
    )
    assert together > apart > far


def test_two_words_written_with_a_space_stand_near_each_other_in_any_order() -> None:
    index = small(tree=["树 挡"], other=["停水"])
    assert first("树枝把牌子挡了", index) == "tree"
    assert first("挡住路的树", index) == "tree"
    assert propose("树", index) == []


def test_no_sign_counts_twice_for_one_leaf() -> None:
    once, twice = small(a=["路灯不亮"], b=["停水"]), small(a=["路灯不亮", "灯不亮"], b=["停水"])
    assert propose("路灯不亮", once)[0].score == propose("路灯不亮", twice)[0].score


def test_english_words_meet_in_plural_and_other_endings() -> None:
    index = small(bin=["bin overflowing"], dog=["stray dog"])
    assert first("The bins overflowed again", index) == "bin"
    assert first("two stray dogs", index) == "dog"


def test_a_very_long_text_is_read_only_in_its_first_thousand_signs(product: SynonymIndex) -> None:
    assert first("路灯不亮" + "。" * 5_000, product) == "020301"
    assert propose("。" * 5_000 + "路灯不亮", product) == []


def test_an_empty_taxonomy_proposes_nothing() -> None:
    assert propose("路灯不亮", SynonymIndex([])) == []
