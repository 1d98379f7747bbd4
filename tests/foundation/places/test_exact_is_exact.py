"""A text means a known place only when it has its whole name or number, and nothing that makes it another."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from liandong.foundation.places import public as places
from liandong.foundation.places.public import PlaceInput, Precision
from liandong.kernel import text
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county", "register")

NAMES = ["一号泵站", "工农路5号", "人民医院", "3号泵房", "老车站A", "𠮷祥寺", "十二号桥", "幸福里1", "County Hospital"]
PLACES = [
    *(
        PlaceInput(name, 105.05 + n / 100, 35.05, source="t", source_id=str(n), address="解放路8号" if n == 2 else "")
        for n, name in enumerate(NAMES)
    ),
    PlaceInput("老井", 105.25, 35.05, address="南沟村3组", source="t", source_id="well"),
    PlaceInput("二号水闸", 105.35, 35.05, address="北沟村工农路一〇八号", source="t", source_id="gate"),
]


@pytest.fixture
def register() -> None:
    places.import_places(actor=SYSTEM, rows=PLACES)


def named(asked: str) -> str | None:
    found = places.resolve(asked)
    return found.name if found else None


OTHERS = [
    "十一号泵站",
    "二十一号泵站",
    "〇一号泵站",
    "第一号泵站",
    "东一号泵站",
    "新工农路5号",
    "工农路5号之二",
    "工农路5号甲",
    "工农路5号 甲",
    "工农路5号附2号",
    "工农路5号-1",
    "工农路5号、7号",
    "工农路5号，之二",
    "工农路5号（甲）",
    "工农路15号",
    "工农路5号院",
    "工农路5号楼",
    "工农路1-5号",
    "工农路五号",
    "5号楼",
    "5-1号",
    "一号泵站西路3号",
    "一号泵站二号机组",
    "东坪村十一号泵站",
    "建设路一号泵站",
    "李家沟村一号泵站",
    "石桥镇，一号泵站",
    "红河县一号泵站",
    "人民医院分院",
    "人民医院（东院）",
    "人民医院 东院",
    "县人民医院",
    "建设路人民医院",
    "人民医院东",
    "人民医院路",
    "人民医院和一号泵站之间",
    "人民医院，一号泵站",
    "3号泵房2",
    "13号泵房",
    "老车站AB",
    "老车站A2",
    "新𠮷祥寺",
    "𠮷祥寺村",
    "二十二号桥",
    "幸福里12幢",
    "幸福里1号",
    "county hospital2",
    "West County Hospital",
    "南沟村3组",
    "北沟村工农路一〇八号甲",
    "工农路٥号٣",
]


@pytest.mark.parametrize("asked", OTHERS)
def test_what_only_begins_or_ends_like_a_known_name_is_a_candidate(asked: str) -> None:
    assert named(asked) is None
    assert Precision.EXACT not in {row.precision for row in places.candidates(asked)}


SAME = [
    ("一号泵站", "一号泵站"),
    ("青坪镇一号泵站", "一号泵站"),
    ("青坪县青坪镇东坪村 一号泵站", "一号泵站"),
    ("东坪村，一号泵站。", "一号泵站"),
    ("一号泵站门口", "一号泵站"),
    ("在一号泵站旁边", "一号泵站"),
    ("一 号 泵 站", "一号泵站"),
    ("一号\u200b泵站", "一号泵站"),
    ("工农路5号", "工农路5号"),
    ("工农路５号", "工农路5号"),
    ("工农路٥号", "工农路5号"),
    ("工农路5号3单元502室", "工农路5号"),
    ("工农路5号3号楼", "工农路5号"),
    ("工农路5号 对面", "工农路5号"),
    ("工农路5号的路灯坏了", "工农路5号"),
    ("解放路8号人民医院", "人民医院"),
    ("解放路人民医院", "人民医院"),
    ("人民医院（解放路）", None),
    ("人民医院，路灯坏了", "人民医院"),
    ("老车站a", "老车站A"),
    ("𠮷祥寺里面", "𠮷祥寺"),
    ("COUNTY hospital", "County Hospital"),
    ("county hospital, gate", "County Hospital"),
    ("北沟村工农路一〇八号", "二号水闸"),
    ("北沟村工农路一○八号门前", "二号水闸"),
]


@pytest.mark.parametrize(("asked", "name"), SAME)
def test_what_has_the_whole_name_is_the_place(asked: str, name: str | None) -> None:
    assert named(asked) == name


ONE_MORE = st.characters(categories=["L", "N"])


@given(name=st.sampled_from(NAMES), sign=ONE_MORE, blank=st.sampled_from(["", " "]), ahead=st.booleans())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_name_with_one_more_sign_is_another_name(name: str, sign: str, blank: str, ahead: bool) -> None:
    assume(sign not in "旁在到去的里内外处上下前后头口" and text.fold(sign) == sign)
    asked = f"{sign}{blank}{name}" if ahead else f"{name}{blank}{sign}"
    assert named(asked) is None


def test_what_is_not_exact_waits_in_the_queue_of_places() -> None:
    for address, queue in (("十一号泵站", "place"), ("工农路5号之二", "place"), ("工农路5号", "duty")):
        row = county.receive(address=address, lon=None, lat=None, category_code=county.WATER)
        assert (row.queue, row.lon is None) == (queue, queue == "place"), address


def test_the_nearest_number_is_found_in_every_writing() -> None:
    for asked in ("北沟村工农路109号", "北沟村工农路一百零九号", "北沟村工农路一〇九号"):
        best = places.candidates(asked)[0]
        assert (best.name, best.precision) == ("二号水闸", Precision.ROAD)
