"""The first category of a resident's words: two voices, what is wanted, and danger, by what ships with the product."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from liandong.contexts.categories import learning, shipped
from liandong.contexts.categories.domain.assessing import Assessed, Voices, assess
from liandong.contexts.categories.domain.learned import StartModel
from liandong.contexts.categories.domain.taxonomy import CategoryRow, from_document

ASKED, SUGGESTED = "120101", "120201"
WIRES, GAS = "030202", "030301"


@pytest.fixture(scope="module")
def voices() -> Voices:
    found = shipped.voices()
    assert found.start, "taught at set-up"
    return found


def leaves() -> list[CategoryRow]:
    return [row for row in from_document(shipped._document("taxonomy.json")) if row.leaf]


def codes(found: Assessed) -> list[str]:
    return [each.code for each in found.proposals]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("河水又黑又臭，旁边的排水口一直在往河里排污水。", "050101"),
        ("开发商说好去年底交房，到现在还没有交付，业主都很着急。", "070203"),
        ("工地欠我三个月工资不给。", "080101"),
        ("楼上开了棋牌室，一群人天天打麻将吵到深夜。", "050302"),
        ("邻居在家开麻将馆，凌晨还在吵", "050302"),
        ("路口有一个大坑，晚上看不见", "020101"),
        ("井盖不见了", "020201"),
        ("水管爆了没人修", "030103"),
        ("路灯好几天不亮了", "020301"),
        ("断头路何时打通", "020501"),
        ("什么时候开工", "020501"),
    ],
)
def test_short_and_plain_words_get_their_leaf_without_a_clerk(voices: Voices, text: str, code: str) -> None:
    found = assess(text, voices)
    assert found.taken
    assert (found.taken.code, found.is_danger) == (code, False)


@pytest.mark.parametrize("text", ["楼上漏水物业不管", "楼上漏水，物业一直不来修"])
def test_a_leak_that_nobody_mends_is_the_property_managers(voices: Voices, text: str) -> None:
    assert codes(assess(text, voices))[0] in ("070101", "070102", "030103")


@pytest.mark.parametrize(
    "text",
    [
        "应届毕业生到这里工作，想把团组织关系转过来。",
        "大学毕业回来，党员关系怎么转到社区",
        "高压线离房子多远才合规？",
        "高压线下面多远可以建房，有什么规定？",
        "变压器离我家窗户三米，符合规定吗",
        "去年的煤气补贴没有发，村里没有安装天然气，什么时候发燃气补贴？",
        "去年洪水的补助什么时候发",
    ],
)
def test_who_asks_is_answered_and_shown_no_emergency_number(voices: Voices, text: str) -> None:
    found = assess(text, voices)
    assert codes(found)[0] == ASKED
    assert not found.is_danger


@pytest.mark.parametrize(
    "text",
    [
        "听说要在我们小区旁边建垃圾场，坚决反对。",
        "反对在村口建变电站，离居民楼太近",
        "坚决不同意在学校旁边修殡仪馆",
    ],
)
def test_who_is_against_a_plan_suggests(voices: Voices, text: str) -> None:
    assert codes(assess(text, voices))[0] == SUGGESTED


@pytest.mark.parametrize("text", ["什么时候可以解除摩托车限行？", "货车限行什么时候取消"])
def test_a_ban_on_vehicles_is_traffic(voices: Voices, text: str) -> None:
    assert codes(assess(text, voices))[0].startswith("04")


@pytest.mark.parametrize("text", ["村里的电线杆断了，村里断电又断网", "电线杆被车撞断了横在路上"])
def test_a_broken_pole_is_an_emergency_and_taken_as_one(voices: Voices, text: str) -> None:
    found = assess(text, voices)
    assert found.is_danger
    assert found.taken
    assert found.taken.code == WIRES


@pytest.mark.parametrize(
    "text",
    [
        "请尽快处理",
        "门口有情况",
        "坏了没人修",
        "什么时候有结果",
        "学校的问题",
        "谢谢你们的工作",
        "麻烦派人来看看",
        "……",
        "",
    ],
)
def test_words_that_say_nothing_certain_are_left_to_the_desk(voices: Voices, text: str) -> None:
    found = assess(text, voices)
    assert found.taken is None
    assert not found.is_danger


def test_what_devices_and_hand_overs_write_is_never_proposed_for_words(voices: Voices) -> None:
    assert voices.hidden
    texts = [
        "渣土车超速告警",
        "疲劳驾驶",
        "传感器离线",
        "企业欠薪预警",
        "治安警情",
        "一百多人来访要见领导",
        "代表建议督办",
    ]
    assert not {code for text in texts for code in codes(assess(text, voices))} & voices.hidden


def test_recusal_and_private_leaves_wait_for_a_clerk(voices: Voices) -> None:
    found = assess("窗口工作人员态度恶劣，推诿扯皮，吃拿卡要", voices)
    assert codes(found)[0] == "120301"
    assert found.taken is None


def test_without_a_model_the_synonyms_go_on_alone(voices: Voices) -> None:
    alone = Voices.of(leaves(), shipped.dangers(), None)
    found = assess("路灯不亮了，路灯坏了", alone)
    assert found.taken
    assert found.taken.code == "020301"
    assert assess("电线杆断了，线掉在路上", alone).is_danger


def test_a_doubtful_model_never_pushes_a_confident_synonym_aside(voices: Voices) -> None:
    topics = voices.topics
    assert topics
    blank = replace(topics, weights=np.zeros_like(topics.weights), bias=np.full_like(topics.bias, -1))
    text = "路灯不亮了，路灯坏了，没有路灯"
    place = topics.codes.index("010101")
    doubtful = replace(blank, bias=blank.bias + np.eye(len(blank.bias), dtype=np.float32)[place] * 0.1)
    found = assess(text, replace(voices, topics=doubtful))
    assert codes(found)[0] == "020301"
    assert found.taken is None, "one voice alone takes nothing"


def test_agreement_makes_surer(voices: Voices) -> None:
    text = "小区门口的路灯不亮，晚上看不清路"
    mute = replace(voices, topics=replace(voices.topics, weights=np.zeros_like(voices.topics.weights)))  # type: ignore[type-var, union-attr]
    assert assess(text, mute).taken is None
    assert assess(text, voices).taken


def test_a_leaf_of_the_countys_own_is_proposed_by_its_synonyms(voices: Voices) -> None:
    own = CategoryRow("909001", 1, "9090", "古井保护", "Old wells", leaf=True, keywords_zh=("古井", "井栏石"))
    found = assess("村头那口古井的井栏石被人搬走了", Voices.of([*leaves(), own], shipped.dangers(), voices.start))
    assert "909001" in codes(found)


def test_a_leaf_that_was_retired_is_never_proposed(voices: Voices) -> None:
    current = [row for row in leaves() if row.code != "020301"]
    found = assess("路灯不亮，天黑看不清", Voices.of(current, shipped.dangers(), voices.start))
    assert "020301" not in codes(found)


def test_english_texts_are_judged_by_the_synonyms(voices: Voices) -> None:
    found = assess("I can smell gas in the stairwell", voices)
    assert codes(found)[0] == GAS
    assert found.is_danger
    assert not assess("the street lamp is out", voices).is_danger


def test_the_reasons_are_words_of_the_text_synonyms_first(voices: Voices) -> None:
    reasons = assess("学校门口的路灯坏了，好几天都不亮", voices).proposals[0].reasons
    assert reasons[0] in ("路灯", "路灯…不亮", "路灯…亮", "路灯坏")


def test_a_letter_takes_a_few_thousandths_of_a_second(voices: Voices) -> None:
    """What it allocates and compares is bounded: only the first thousand signs are read."""
    long = "路灯不亮" + "，" * 2_000 + "楼道里着火了"
    assert codes(assess(long, voices)) == codes(assess(long[:1_000], voices))


@pytest.fixture(scope="module")
def unread() -> tuple[Voices, list[learning.Letter]]:
    """Taught without the letters kept apart, and these: each has one leaf, however near another one is."""
    letters = learning.shipped_letters()
    start = learning.teach_start(
        [letter for letter in letters if not letter.is_kept_apart], learning.shipped_danger_letters(), leaves()
    )
    return Voices.of(leaves(), shipped.dangers(), start), [letter for letter in letters if letter.is_kept_apart]


def test_a_third_of_the_letters_is_kept_apart() -> None:
    letters = learning.shipped_letters()
    assert len(letters) > 2_500
    assert 0.3 < sum(letter.is_kept_apart for letter in letters) / len(letters) < 0.37


def test_letters_that_it_hasnt_read_find_their_leaf(unread: tuple[Voices, list[learning.Letter]]) -> None:
    voices, letters = unread
    complaints = [letter for letter in letters if letter.kind == "complaint"]
    found = [(letter, assess(letter.text, voices)) for letter in complaints]
    first = sum(codes(each)[:1] == [letter.code] for letter, each in found)
    three = sum(letter.code in codes(each) for letter, each in found)
    taken = [(letter.code, each.taken.code) for letter, each in found if each.taken]
    assert first / len(found) >= 0.55
    assert three / len(found) >= 0.75
    assert len(taken) / len(found) >= 0.25
    assert sum(code == took for code, took in taken) / len(taken) >= 0.7
    other = [letter for letter in complaints if letter.code not in voices.grave | voices.emergencies]
    told = sum(assess(letter.text, voices).is_danger for letter in other)
    assert told / len(other) <= 0.07, "about half of these do tell of one: a wall that fell, an awning that hangs"


def test_the_start_model_is_the_same_from_the_same() -> None:
    letters = learning.shipped_letters()[:300]
    once, again = (learning.teach_topics(letters, leaves()) for _ in range(2))
    assert once.to_bytes() == again.to_bytes()


def test_it_comes_back_from_its_bytes_as_it_was(voices: Voices) -> None:
    assert voices.start
    again = StartModel.from_bytes(voices.start.to_bytes())
    assert again.danger.score("楼道里着火了", "yes") == voices.start.danger.score("楼道里着火了", "yes")
    assert again.topics.codes == voices.start.topics.codes


@pytest.mark.parametrize(
    ("text", "is_danger"),
    [
        ("刚才夜里有人拿着刀在巷子里追人", True),
        ("厨房里煤气漏了，味道很大", True),
        ("三楼着火了，楼道全是烟", True),
        ("电梯突然停了，我妈被困在里面", True),
        ("孩子下午在车站走丢了", True),
        ("煤气开户要多少钱", False),
        ("电梯年检标志过期了", False),
        ("去年着火的那栋楼什么时候修", False),
        ("希望村里装上天然气", False),
        ("走失老人的定位手环去哪里领", False),
        ("有人打架的事派出所一直没有答复", False),
        ("没有煤气味", False),
        ("厨房里没有煤气味了，谢谢", False),
        ("家里没闻到什么燃气味道，就是想做个检查", False),
        ("如果着火了应该怎么办？", False),
        ("去年着火", False),
        ("去年这里着火，到现在没人管", False),
        ("邻居说“着火了”，其实没有", False),
        ("新闻里说某地着火了", False),
        ("What should I do if there is a fire?", False),
        ("There is no smell of gas", False),
        ("Last year there was a fire in our building", False),
        ("There is a fire in our building, what should I do now", True),
        ("smell of gas in the stairwell", True),
        ("他说：“救命啊，着火了！”", True),
        ("没人管，厨房煤气漏了，味道很大", True),
        ("闻到煤气味，怎么办", True),
        ("去年着火的楼现在又着火了，快来人", True),
        ("电 梯 困 人 了", True),
        ("电\u200b梯\u200b困\u200b人\u200b了", True),
        ("房子要塌了", True),
        ("我家被淹了，水快到胸口", True),
        ("井盖没了，孩子掉下去了", True),
    ],
)
def test_a_danger_that_is_there_and_one_that_only_sounds_so(voices: Voices, text: str, is_danger: bool) -> None:
    assert assess(text, voices).is_danger is is_danger


def test_dangers_that_it_hasnt_read_are_told_from_what_only_sounds_so() -> None:
    rows = learning.shipped_danger_letters()
    read, unread = rows[::2], rows[1::2]
    start = learning.teach_start(learning.shipped_letters()[::6], read, leaves())
    full = replace(start, danger=learning._teach_danger(learning.shipped_letters(), read, leaves()))
    voices = Voices.of(leaves(), shipped.dangers(), full)
    true = [assess(row.text, voices).is_danger for row in unread if row.is_danger]
    false = [assess(row.text, voices).is_danger for row in unread if not row.is_danger]
    assert sum(true) / len(true) >= 0.45
    assert sum(false) / len(false) <= 0.08


def kept_apart() -> list[tuple[bool, str]]:
    """Sentences that nothing is taught from, written before any figure of the machine was seen."""
    rows = (Path(__file__).parent / "dangers_kept_apart.tsv").read_text("utf-8").splitlines()
    return [(said == "yes", text) for said, text in (row.split("\t") for row in rows)]


def test_four_of_five_dangers_that_it_wasnt_taught_are_told(voices: Voices) -> None:
    told = [(is_danger, assess(text, voices).is_danger) for is_danger, text in kept_apart()]
    true, false = (
        [found for is_danger, found in told if is_danger],
        [found for is_danger, found in told if not is_danger],
    )
    assert len(true) > 80
    assert sum(true) / len(true) >= 0.78
    assert len(false) > 60
    assert sum(false) / len(false) <= 0.03


def test_what_is_kept_apart_is_no_other_wording_of_what_is_taught() -> None:
    read = [pairs_of_signs(row.text[:120]) for row in learning.shipped_danger_letters()]
    taught = [pairs for pairs in read if len(pairs) >= 8]
    for _, text in kept_apart():
        own = pairs_of_signs(text)
        assert max(len(own & other) / min(len(own), len(other)) for other in taught) <= 0.3, text


def pairs_of_signs(text: str) -> set[str]:
    signs = [sign for sign in text if sign.isalnum()]
    return {"".join(pair) for pair in pairwise(signs)}


@pytest.mark.parametrize(
    ("now", "calm"),
    [
        ("仓库着火了，浓烟往外冒", "仓库着火的赔偿标准是什么"),
        ("电线掉在水里，有人被电倒", "去年被电倒的人，赔偿有没有规定"),
        ("楼上有人喊救命，在砸门", "建议给楼上装门铃，免得有人砸门"),
    ],
)
def test_words_of_a_rule_a_price_or_a_wish_need_more_to_be_a_danger(voices: Voices, now: str, calm: str) -> None:
    assert not voices.dangers.is_calm(now)
    assert voices.dangers.is_calm(calm)
    assert assess(now, voices).is_danger
    assert not assess(calm, voices).is_danger


@pytest.mark.parametrize(
    "text",
    [
        "怎么办，孩子掉河里了？",
        "本来想投诉噪音，现在楼下着火了",
        "快来，煤气漏了怎么关？",
        "想问一下，救 命 啊，屋 里 着 火 了",
    ],
)
def test_who_asks_for_help_at_once_isnt_calm(voices: Voices, text: str) -> None:
    assert not voices.dangers.is_calm(text)
    assert assess(text, voices).is_danger
