"""An address text cut into what it names: divisions by the county's own registers, road, house number, crossing, unit,
named place, and words that only point near it. Pure; every span is a piece of the text as it was written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from liandong.kernel.text import HAN as _HAN
from liandong.kernel.text import WORD, fold


class Part(StrEnum):
    """The thing that a piece of an address text names."""

    UPPER = "upper"
    TOWN = "town"
    VILLAGE = "village"
    CELL = "cell"
    ZONE = "zone"
    ROAD = "road"
    NUMBER = "number"
    CROSSING = "crossing"
    UNIT = "unit"
    PLACE = "place"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` names a part; `divisions`: ids of the register that bear this name. `whole`: the name stands
    there whole, or as the short form of something that nothing else can be meant by.
    """

    part: Part
    start: int
    end: int
    divisions: tuple[int, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    """The text as it was written, and its spans in order; they don't overlap."""

    text: str
    spans: tuple[Span, ...]

    def of(self, part: Part) -> list[str]:
        """The pieces of one part, as written."""
        return [self.text[span.start : span.end] for span in self.spans if span.part is part]


_SUFFIXES: Mapping[Part, tuple[str, ...]] = {
    Part.UPPER: ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "县", "区", "盟", "旗"),
    Part.TOWN: ("街道办事处", "街道办", "街道", "民族乡", "镇", "乡", "苏木"),
    Part.VILLAGE: (
        "村民委员会", "居民委员会", "村委会", "居委会", "行政村", "自然村", "社区", "村", "居", "嘎查",
    ),
    Part.CELL: ("网格",),
}  # fmt: skip
_LEAST_STEM = 2
"""Signs of a short form: one sign names nothing."""


class Names:
    """The names of a register by their first sign, with every usual suffix and without one."""

    def __init__(self, divisions: Iterable[tuple[Part, str, int]]) -> None:
        known: dict[str, dict[tuple[Part, bool], set[int]]] = {}
        for part, name, division_id in divisions:
            for form, whole in _forms(part, "".join(map(_folded_sign, name))):
                known.setdefault(form, {}).setdefault((part, whole), set()).add(division_id)
        self._known = known
        self._lengths: dict[str, list[int]] = {}
        for form in known:
            self._lengths.setdefault(form[0], []).append(len(form))
        for first, lengths in self._lengths.items():
            self._lengths[first] = sorted(set(lengths), reverse=True)

    def at(self, text: str, start: int) -> Iterator[Span]:
        """Names that begin here, the longest first; whole ones before short ones of the same length."""
        for length in self._lengths.get(text[start : start + 1], ()):
            if start + length > len(text):
                continue
            found = self._known.get(text[start : start + length], {})
            for (part, whole), ids in sorted(found.items(), key=_finest):
                yield Span(part, start, start + length, tuple(sorted(ids)), whole)

    def whole_at(self, text: str, start: int) -> bool:
        """Whether a whole name begins here."""
        return any(span.whole for span in self.at(text, start))


def _finest(form: tuple[tuple[Part, bool], set[int]]) -> tuple[bool, int]:
    """Whole names first, then the finer division: who writes a short form means the nearer one."""
    (part, whole), _ = form
    return not whole, -list(Part).index(part)


def _forms(part: Part, name: str) -> Iterator[tuple[str, bool]]:
    yield name, True
    suffixes = _SUFFIXES[part]
    suffix = next((each for each in suffixes if name.endswith(each)), "")
    stem = name[: len(name) - len(suffix)]
    if len(stem) < _LEAST_STEM or part is Part.CELL:
        return
    if part in (Part.TOWN, Part.VILLAGE):
        yield from ((stem + each, True) for each in suffixes if stem + each != name)
    if suffix:
        yield stem, False


_NUMERALS = "一二三四五六七八九十百千零〇两壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
_DIGITS = f"0-9{_NUMERALS}"
_SKIPPED = re.compile(r"[\s,，。.;；:：、()（）\[\]【】\"“”'_/\\|*#]+")
_UPPER = re.compile(rf"[{_HAN}]{{2,7}}?(?:特别行政区|自治区|自治州|自治县|省|市|县|区|旗)")
_TOWN = re.compile(rf"[{_HAN}]{{2,5}}?(?:街道办事处|街道办|街道|民族乡|镇|乡|苏木)")
_VILLAGE = re.compile(rf"[{_HAN}]{{2,6}}?(?:村民委员会|居民委员会|村委会|居委会|行政村|自然村|社区|村)")
_ROAD_ENDS = r"(?:大道|大街|公路|国道|省道|县道|乡道|环线|环路|胡同|马路|路|街|巷|道|弄|里弄)"
_ROAD = re.compile(
    rf"(?:[a-z]?\d{{1,4}}(?:国道|省道|县道|乡道|号路|号大街|号街)|\d{{1,3}}号?(?:路|街(?!道)|大街|大道|公路)|[{_HAN}]{{1,6}}?{_ROAD_ENDS})"
    rf"(?:[东南西北中]?(?:(?:[{_NUMERALS}]+|\d{{1,2}})[巷路街]|[{_NUMERALS}]+弄)|[东南西北中](?:路|街|巷|段)|辅路|支路|支弄|延伸段)?"
)
_ZONE = re.compile(
    rf"[{_HAN}]{{2,8}}?(?:经济技术开发区|高新技术产业开发区|经济开发区|开发区|工业园区|工业区|工业园|产业园区|产业园"
    rf"|科技园区|科技园|创业园|物流园|园区)"
)
_NOT_A_ROAD = re.compile(r"街道|路口|路灯|道路|街口|巷口|村道|社区|小区|公寓|大厦|酒店|商店|超市")
_JOINED = re.compile(r"(?:与|和|跟|同|及|、|-|—|－|\s)+")
_MEETING = re.compile(r"(?:十字|丁字|三岔|t字)?(?:交叉路口|交叉口|交汇处|交汇口|交会处|交界处|交界|相交处|路口|口)")
_NUMBER = re.compile(
    rf"(?:[甲乙丙丁]?[a-z]?\d+[a-z]?(?:[-－—~之/]\d+)*(?:号|弄)|[{_NUMERALS}]+(?:[-之][{_NUMERALS}]+)*[号弄]|\d+弄|\d{{3,}}巷)"
    rf"(?:之[{_DIGITS}]+|附[{_DIGITS}]+号?|-\d+(?!\d|号)|[甲乙丙丁](?![{_HAN}]))?"
)
_BARE_NUMBER = re.compile(r"\d+(?:[-－—]\d+)*(?![\d米千公多余年月日点元%])")
_NOT_AFTER_ROAD = re.compile(r"[楼院门桥]")
_NOT_A_NUMBER = re.compile(r"[楼门院区库桥栋幢线厅馆铺井泵站地台厂]")
_UNIT = re.compile(
    rf"(?:[a-z{_DIGITS}]+(?:[-－—][a-z\d]+)*(?:号楼|号院|号门|幢|栋|座|单元|室|楼|层|组|队|社|房|铺|f)"
    rf"|[a-z]座|[a-z]\d{{1,4}}(?![\da-z])|\d+(?:[-－—]\d+)+|\d{{1,5}}(?![\d号米千公多余年月日点元%]))"
)
_NEAR = re.compile(
    r"(?:往|向|朝|以)?[东南西北]{1,2}(?:方向|面|侧|边|段)?(?:约|大约)?\d+(?:多|余|来)?(?:米|公里|千米)(?:处|左右|远)?"
    r"|(?:约|大约)?\d+(?:多|余|来)?(?:米|公里|千米)(?:处|左右|远)?"
    r"|(?:往|向|朝|以)[东南西北]{1,2}(?:方向|面|侧|边)?|[东南西北]{1,2}(?:侧|面|边)"
    r"|附近|对面|斜对面|旁边?|边上|隔壁|门口|门前|大门外|后面|前面|前方|周边|一带|中间|之间|路口|桥下|楼下|地下|沿线|处$"
)  # fmt: skip
_AFTER_SHORT = re.compile(rf"$|[\s,，。;；、(（]|[{_DIGITS}]+[组队社号]|大队|小学|中学|卫生")
_ENDS_PLACE = re.compile(r"[\s,，。;；:：、()（）\[\]【】_]")
_PLACE_SIGNS = 30
_LEAST_PLACE = 2


def split(text: str, names: Names) -> Address:
    """Cuts an address text. Whatever the text is, it answers; what nothing fits to is in no span."""
    folded, origins = _folded(text)
    spans = _Reader(folded, names).read()
    if origins is not None:
        spans = [replace(span, start=origins[span.start], end=origins[span.end - 1] + 1) for span in spans]
    return Address(text, tuple(_apart(spans)))


@lru_cache(maxsize=8192)
def _folded_sign(sign: str) -> str:
    return fold(sign)


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The text folded sign by sign, and for each of its signs the place in the text; None where places are the same."""
    signs = list(map(_folded_sign, text))
    folded = "".join(signs)
    if all(len(sign) == 1 for sign in signs):
        return folded, None
    return folded, [place for place, sign in enumerate(signs) for _ in sign]


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Spans that don't overlap: two may meet within one sign that is folded to several."""
    end = 0
    for span in spans:
        if span.start >= end:
            yield span
            end = span.end


def number_in(text: str) -> int | None:
    """The first number of a text, in digits or Chinese numerals (一〇八, 一百零八, 壹佰零捌); nine digits of it."""
    found = _ANY_NUMBER.search("".join(map(_folded_sign, text)))
    if not found:
        return None
    return int(found.group()[:9]) if found.group().isdigit() else _value(found.group()[:12])


_ANY_NUMBER = re.compile(rf"[0-9]+|[{_NUMERALS}]+")
_VALUES = {
    sign: value
    for value, signs in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for sign in signs
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30}


def _value(numerals: str) -> int:
    """二十一 is 21, 一〇八 is 108: without a unit the signs are digits."""
    if not any(sign in _UNITS or sign in _TENS for sign in numerals):
        return int("".join(str(_VALUES[sign]) for sign in numerals))
    total = digit = 0
    for sign in numerals:
        if sign in _UNITS:
            total, digit = total + max(digit, 1) * _UNITS[sign], 0
        elif sign in _TENS:
            total, digit = total + _TENS[sign], 0
        else:
            digit = _VALUES[sign]
    return total + digit


class _Reader:
    """Reads from left to right; each rule takes what begins here, or nothing."""

    def __init__(self, text: str, names: Names) -> None:
        self._text = text
        self._names = names
        self._spans: list[Span] = []
        self._at = 0

    def read(self) -> list[Span]:
        rules = (
            self._division,
            self._foreign_road,
            self._zone,
            self._crossing,
            self._near,
            self._road,
            self._number,
            self._unit,
            self._generic,
            self._place,
        )
        while self._at < len(self._text):
            if skipped := _SKIPPED.match(self._text, self._at):
                self._at = skipped.end()
            elif not any(rule() for rule in rules):
                self._at += 1
        return self._spans

    @property
    def _last(self) -> Part | None:
        return self._spans[-1].part if self._spans else None

    @property
    def _follows(self) -> bool:
        """Whether this place joins the last span directly."""
        return bool(self._spans) and self._spans[-1].end == self._at

    @property
    def _goes_on_from_figure(self) -> bool:
        """Whether a number or code stands directly before, that no span has: its end is no name."""
        ahead = self._text[self._at - 1 : self._at]
        return bool(ahead) and not self._follows and _FIGURE.match(ahead) is not None

    def _take(self, part: Part, end: int, divisions: tuple[int, ...] = (), *, whole: bool = True) -> bool:
        if end <= self._at:
            return False
        self._spans.append(Span(part, self._at, end, divisions, whole))
        self._at = end
        return True

    def _division(self) -> bool:
        """A name of the register; a short form only where nothing else can follow from it."""
        for span in self._names.at(self._text, self._at):
            if _IS_NAMED_AFTER.match(self._text, span.end) and not _ENDS_AS_DIVISION.search(
                self._text, self._at, span.end
            ):
                continue
            if span.whole or self._stands_alone(span):
                whole = span.whole and not self._goes_on_from_figure
                return self._take(span.part, span.end, span.divisions, whole=whole)
        return False

    def _zone(self) -> bool:
        """An industrial zone or park: more than a road, less than a town."""
        if self._last in (Part.ROAD, Part.NUMBER, Part.UNIT, Part.PLACE, Part.NEAR):
            return False
        found = _ZONE.match(self._text, self._at)
        return found is not None and not _ROAD_WITHIN.search(found.group()) and self._take(Part.ZONE, found.end())

    def _foreign_road(self) -> bool:
        """`Renmin Road 12`, `No. 12 Renmin Road`, `ئازادلىق يولى 12-نومۇر`: words up to the one for a road, the number
        before or behind.
        """
        text, at = self._text, self._at
        if not _BEGINS_FOREIGN.match(text, at) or (at and _WORD_SIGN.match(text, at - 1)):
            return False
        before = _NUMBER_BEFORE.match(text, at)
        road = _FOREIGN_ROAD.match(text, before.end() if before else at)
        if not road:
            return False
        if before:
            self._take(Part.NUMBER, at + len(before.group().rstrip(" ,")))
            self._at = road.start()
        self._take(Part.ROAD, road.end())
        if not before and (behind := _NUMBER_BEHIND.match(text, road.end())):
            self._at = behind.start("number")
            self._take(Part.NUMBER, behind.end("number"))
        return True

    def _stands_alone(self, span: Span) -> bool:
        if self._last in (Part.ROAD, Part.NUMBER, Part.PLACE, Part.UNIT):
            return False
        if _AFTER_SHORT.match(self._text, span.end):
            return True
        return any(
            each.whole or _AFTER_SHORT.match(self._text, each.end) for each in self._names.at(self._text, span.end)
        )

    def _generic(self) -> bool:
        """Divisions that the register doesn't know, by their suffix."""
        if self._last in (Part.ROAD, Part.NUMBER, Part.UNIT, Part.PLACE, Part.NEAR):
            return False
        for part, pattern in ((Part.UPPER, _UPPER), (Part.TOWN, _TOWN), (Part.VILLAGE, _VILLAGE)):
            if self._last in _BELOW[part]:
                continue
            found = pattern.match(self._text, self._at)
            if found and not _NOT_DIVISION.search(found.group()) and not _CARRIES_ON.match(self._text, found.end()):
                return self._take(part, found.end(), whole=False)
        return False

    def _road_end(self, start: int) -> int:
        """The end of a road that begins here, 0 where none does."""
        found = _ROAD.match(self._text, start)
        if not found or _NOT_A_ROAD.search(found.group()):
            return 0
        if self._text.startswith("街道", found.end()):
            return 0
        if found.group().endswith(("街", "路", "巷")) and self._text[found.end() : found.end() + 1] in _GOES_ON:
            return 0
        name = found.group()
        if _TOWN.fullmatch(name + self._text[found.end() : found.end() + 1]):
            return 0
        return found.end()

    def _crossing(self) -> bool:
        """A路与B路交叉口: two roads and the word for where they meet."""
        first = self._road_end(self._at)
        joint = _JOINED.match(self._text, first) if first else None
        second = self._road_end(joint.end()) if joint else 0
        if not joint or not second:
            return False
        self._take(Part.ROAD, first)
        self._at = joint.end()
        self._take(Part.ROAD, second)
        if meeting := _MEETING.match(self._text, self._at):
            self._take(Part.CROSSING, meeting.end())
        return True

    def _road(self) -> bool:
        if self._last is Part.UNIT:
            return False
        end = self._road_end(self._at)
        return bool(end) and self._take(Part.ROAD, end)

    def _number(self) -> bool:
        """A house number: after a road, a village or another number; `3号泵房` alone is the name of a pump house."""
        found = _NUMBER.match(self._text, self._at)
        other = _NOT_AFTER_ROAD if self._last is Part.ROAD else _NOT_A_NUMBER
        if found and other.match(self._text, found.end()):
            return False
        if self._last not in _BEFORE_NUMBER:
            return False
        if found is None and self._last is Part.ROAD and self._follows:
            found = _BARE_NUMBER.match(self._text, self._at)
            if found and (_UNIT_SIGN.match(self._text, found.end())):
                return False
        return found is not None and self._take(Part.NUMBER, found.end())

    def _unit(self) -> bool:
        if not self._spans:
            return False
        found = _UNIT.match(self._text, self._at)
        return found is not None and self._take(Part.UNIT, found.end())

    def _near(self) -> bool:
        found = _NEAR.match(self._text, self._at) if self._spans else None
        if found and self._last is Part.ROAD and found.group() == "路口":
            return self._take(Part.CROSSING, found.end())
        return found is not None and self._take(Part.NEAR, found.end())

    def _place(self) -> bool:
        """A named place: everything up to a mark, a unit, a word of nearness. After such a word what follows tells the
        matter, not the place.
        """
        if self._last is Part.NEAR and self._follows:
            self._at = len(self._text)
            return True
        end = self._at
        while end < min(len(self._text), self._at + _PLACE_SIGNS) and not _ENDS_PLACE.match(self._text, end):
            if end > self._at and (
                self._names.whole_at(self._text, end)
                or _ENDS_WITH_NEAR.match(self._text, end)
                or _TAIL.match(self._text, end)
            ):
                break
            end += 1
        if end - self._at < _LEAST_PLACE:
            return False
        return self._take(Part.PLACE, end)


_BEFORE_NUMBER = (
    Part.UPPER,
    Part.ROAD,
    Part.NUMBER,
    Part.VILLAGE,
    Part.TOWN,
    Part.CELL,
    Part.ZONE,
    Part.PLACE,
    Part.UNIT,
)
_ROAD_WITHIN = re.compile(r"[路街巷]|大道")
_IS_NAMED_AFTER = re.compile(r"[东南西北中]?(?:大道|大街|公路|路|街(?!道)|巷|弄)")
_FIGURE = re.compile(f"[a-z{_DIGITS}]")
_ENDS_AS_DIVISION = re.compile(r"(?:镇|乡|街道|村|社区|区|市|县|省|委会)$")
_BELOW: Mapping[Part, frozenset[Part]] = {
    Part.UPPER: frozenset({Part.TOWN, Part.VILLAGE, Part.CELL, Part.ZONE}),
    Part.TOWN: frozenset({Part.TOWN, Part.VILLAGE, Part.CELL}),
    Part.VILLAGE: frozenset({Part.VILLAGE, Part.CELL}),
}
_NOT_DIVISION = re.compile(
    r"小区|园区|社区(?!$)|超市|菜市|夜市|门市|新区(?!$)|校区|厂区|景区|小镇|城市|县城|开发区|工业区"
)
_CARRIES_ON = re.compile(r"[路街巷场道]|中路|东路|西路|南路|北路|大道|政府|医院|小学|中学|大厦|公司")
_GOES_ON = ("灯", "面", "坊")
_UNIT_SIGN = re.compile(r"号?楼|幢|栋|座|单元|室|层|组|队")
_ENDS_WITH_NEAR = re.compile(
    r"附近|对面|斜对面|旁|边上|隔壁|门口|门前|大门外|后面|前面|前方|周边|一带|中间|之间|路口|楼下|(?:往|向|朝)[东南西北]"
    r"|[东南西北]{1,2}(?:侧|面|边|\d)"
)
_TAIL = re.compile(
    rf"[a-z]?\d+[a-z]?(?:[-－—]\d+)*(?:号楼|号院|号|幢|栋|座|单元|室|楼|层)|[{_NUMERALS}]+(?:号楼|幢|栋|座|单元|楼|层)"
    r"|[a-z]座|\d+(?:[-－—]\d+)+|\d+$"
)
_BEGINS_FOREIGN = re.compile(rf"[^\W{_HAN}]|[#№]")
_WORD_SIGN = re.compile(rf"[^\W{_HAN}]|['-]")
_ROAD_WORDS = (
    r"road|rd|street|st|avenue|ave|boulevard|blvd|lane|ln|drive|dr|highway|hwy|alley|lu|jie|xiang|dajie|dadao|malu"
    r"|улица|улицы|ул|проспект|просп|шоссе|переулок|бульвар|гудамж|зам|көшесі|даңғылы|көчөсү"
    r"|(?:يول|كوچ)[^\W_]*|جاددىسى|ᠵᠠᠮ|ᠭᠤᠳᠤᠮᠵᠢ"
)
_ROAD_FIRST = r"улица|ул|проспект|просп|пр|переулок|пер|шоссе|бульвар"
_NOT_NAMES = r"(?:at|on|in|of|to|the|near|and|by|from|corner|opposite|на|по|у|возле|около|угол)\b"
_A_WORD = rf"(?!{_NOT_NAMES}){WORD}(?:['-]{WORD})*"
_FOREIGN_ROAD = re.compile(
    rf"(?:{_ROAD_FIRST})\b\.? ?{_A_WORD}|(?:{_A_WORD} ){{1,4}}?(?:{_ROAD_WORDS})(?![^\W_])(?:\.(?=\W|$))?"
    rf"|(?:{WORD}་)+(?:ལམ|ལམ་ཆེན|སྲང་ལམ)(?![^\W_])"
)
_FOREIGN_NUMBER = r"(?:no\.? ?|# ?|д\. ?|дом )?[0-9]+[a-z]?(?:[-/][0-9]+[a-z]?)*(?:[- ]?نومۇر[^\W_]*|号)?(?![^\W_])"
_NUMBER_BEFORE = re.compile(rf"{_FOREIGN_NUMBER},? ")
_NUMBER_BEHIND = re.compile(rf"[ ,،]*(?P<number>{_FOREIGN_NUMBER})")
_SAYS_WHERE = re.compile(
    rf"(?:院内|里面|里边|里头|[里内外上下前后头口](?=$|\W|的|有)|的|大坝|岸边|大厅|操场|院子|停车场|[入出进]口|[东南西北正前后侧大]门|[{_DIGITS}a-z]+(?:-[a-z\d]+)*(?:号楼|幢|栋|座|单元|室|楼|层))"
)


LEADS_IN = re.compile(r"(?:^|[^\w])(?:我们?|就|人)?(?:住?在|位于|靠近|临近|到|去|地址是?)$")
ABOVE_COUNTY = ("省", "市", "自治区", "自治州", "地区", "盟")
ADDED_TO_NUMBER = frozenset("之附甲乙丙丁")
BEGINS_NUMBER = re.compile(rf"[0-9]+|[{_NUMERALS}]{{1,12}}(?=[号弄])")
ENDS_IN_NUMBER = re.compile(rf"[{_DIGITS}号弄栋幢座组]$")


def leaves_it(text: str, at: int) -> bool:
    """Whether what follows a place's name there only says where in it or beside it, as 门口, 对面, 3单元 do; what would
    make it another name (院, 甲, 之二, 东) doesn't. `text` is folded.
    """
    return bool(_NEAR.match(text, at) or _SAYS_WHERE.match(text, at))
