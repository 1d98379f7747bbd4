"""Names in a short text: estates, roads, schools, companies and the like by the word that their names end in, and
numbers of houses, lines, groups. For telling two places apart, not for finding one: docs/algorithms/duplicates.md.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from liandong.kernel.text import HAN, fold, query_tokens

_ENDINGS = {
    "estate": (
        "小区", "花园", "家园", "新村", "新城", "佳苑", "花苑", "雅苑", "公寓", "公馆", "大厦", "大楼", "家属院",
        "宿舍", "国际城", "安置点", "安置房",
    ),
    "road": ("大道", "大街", "公路", "国道", "省道", "县道", "胡同", "路", "街", "巷"),
    "village": ("社区", "村"),
    "school": ("幼儿园", "小学", "中学", "学校", "学院", "大学"),
    "site": (
        "公园", "广场", "市场", "医院", "卫生院", "水库", "车站", "酒店", "宾馆", "饭店", "超市", "商场", "大桥",
        "工业园", "开发区", "工地", "养殖场", "搅拌站", "泵站", "河", "湖", "桥",
    ),
    "company": ("公司", "集团", "厂", "银行", "合作社", "培训机构"),
}  # fmt: skip
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_LONGEST_FIRST = sorted(_KINDS, key=len, reverse=True)
_OF_ONE_SIGN = "".join(ending for ending in _KINDS if len(ending) == 1)
_FOUND = re.compile(
    rf"(?P<stem>[{HAN}]{{1,8}}?)"
    rf"(?P<ending>{'|'.join(_LONGEST_FIRST)})"
    rf"(?!(?<=[{_OF_ONE_SIGN}])(?:{'|'.join(_LONGEST_FIRST[: -len(_OF_ONE_SIGN)])}))"
    r"(?!(?<=[路街])[灯面况障程径由过费人道]|(?<=村)[民委里]|(?<=[河湖桥厂])[路街巷村])"
)
"""A name that goes on as another one is the longer one: 人民路小学, 荣桥社区, 双河村."""
_STEM, _LONG_STEM = 2, 4
"""Signs before the ending that tell a name from another one (whoever writes 县城东坪广场 means 东坪广场), and those
that mostly are the whole name.
"""
_POINTS = (
    "的这那该本我们您你各某全每个条座家所在和与及到至从往去是有住过把被让对无没不同近新旧老整多几此哪附跑马道"
    "边面里外内上下前后旁口"
)
_KIND_OF = (
    "居民", "住宅", "商品", "商品房", "安置", "有限", "责任", "公众", "人行", "十字", "三岔", "岔", "断头", "高速",
    "乡村", "农村", "农贸", "菜", "批发", "公立", "民办", "私立", "乡镇", "公共", "施工", "建筑", "物业", "开发",
)  # fmt: skip
_ALONE = (
    *"农乡马道公铁走修线电思门网大小出一二三两", "社区", "自然", "行政", "城中", "中心", "人民医",
)  # fmt: skip
_NAMES_NOTHING = re.compile(rf"(?:[{_POINTS}]|{'|'.join(_KIND_OF)})$|^(?:{'|'.join(_ALONE)})$")
"""Stems that only point at a thing, only say what kind of it, or do so where they stand alone."""

_NUMERALS = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")}
_NUMBERED = re.compile(
    r"(?<![月第0-9])(?P<number>[0-9]+|[一二三四五六七八九]|十[一二三四五六七八九]?|二十[一二三四五六七八九]?)"
    r"(?P<ending>号线|号楼|号院|号|路|栋|幢|单元|组|期|弄)"
)
_SAME_ENDING = {"幢": "栋", "号楼": "栋", "号院": "号"}


@dataclass(frozen=True, slots=True)
class Named:
    """`kind` of thing; `parts`: what tells it from others of the kind, as words that a text which names it has;
    `words`: all words of the name as it stands there.
    """

    kind: str
    parts: frozenset[str]
    words: frozenset[str]

    def is_in(self, words: Collection[str]) -> bool:
        return all(part in words for part in self.parts)


def places_in(text: str) -> tuple[Named, ...]:
    """The places that a title or an address names."""
    return tuple(dict.fromkeys(_places(fold(text))))


def numbers_in(text: str) -> tuple[tuple[str, str], ...]:
    """The numbers in it, each behind what it counts: (栋, 3), (号线, 5)."""
    return tuple(dict.fromkeys(_numbers(fold(text))))


def _places(text: str) -> Iterator[Named]:
    for found in _FOUND.finditer(text):
        stem, ending = found["stem"], found["ending"]
        if not _NAMES_NOTHING.search(stem):
            parts, words = query_tokens(stem[-_STEM:] + ending[:1]), query_tokens(stem[-_LONG_STEM:] + ending)
            yield Named(_KINDS[ending], frozenset(parts), frozenset(words))


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    for found in _NUMBERED.finditer(text):
        ending = found["ending"]
        yield _SAME_ENDING.get(ending, ending), _in_digits(found["number"])


def _in_digits(number: str) -> str:
    """二十一 is 21, 十 is 10."""
    if number.isdecimal():
        return number.lstrip("0") or "0"
    tens, ten, ones = number.rpartition("十")
    return f"{_NUMERALS.get(tens, '1') if ten else ''}{_NUMERALS.get(ones, '0')}"


def others_only(
    one: Iterable[Named], other: Iterable[Named], words: Collection[str], others_words: Collection[str]
) -> bool:
    """Whether each of two texts names some, and none of what one names stands in the other's words."""
    return _all_missing(one, others_words) and _all_missing(other, words)


def others_of_a_kind(
    one: Iterable[Named], other: Iterable[Named], words: Collection[str], others_words: Collection[str]
) -> bool:
    """The same, among things of one kind: who names the road and who names the square may mean one corner."""
    own, others = list(one), list(other)
    return any(
        others_only(
            [each for each in own if each.kind == kind],
            [each for each in others if each.kind == kind],
            words,
            others_words,
        )
        for kind in {each.kind for each in own}
    )


def counted_otherwise(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """Whether both count the same kind of thing (houses, lines, groups) by numbers of which none is common."""
    own, others = set(one), set(other)
    common = {ending for ending, _ in own & others}
    return bool(({ending for ending, _ in own} & {ending for ending, _ in others}) - common)


def _all_missing(places: Iterable[Named], words: Collection[str]) -> bool:
    named = list(places)
    return bool(named) and not any(each.is_in(words) for each in named)
