"""The name and addresses of the one who reported, as they may stand in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .folding import HAN_ZERO, PLAIN, TO_ASCII
from .numbers import national
from .spans import Kind, Span


@dataclass(frozen=True, slots=True)
class Reporter:
    """The contact that a report came with: never shown in its words, however the numbers are written."""

    name: str = ""
    phone: str = ""
    email: str = ""


_TITLES = (
    "先生",
    "女士",
    "小姐",
    "同志",
    "师傅",
    "老师",
    "大爷",
    "大妈",
    "阿姨",
    "大哥",
    "大姐",
    "叔叔",
    "经理",
    "主任",
)
_COMPOUND = frozenset(
    (
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "令狐",
    )
)
_NAME_BEFORE = (
    r"(?:姓名|名字|名叫|我叫|我是|叫做?|联系人|上报人|反映人|来电人|投诉人|本人|户主|业主|居民|村民)[是为:： ]{0,2}"
)
_NAME_AFTER = rf" ?(?:{'|'.join(_TITLES)}|本人|家|收)"
_STREET_AFTER = r"(?![路街巷弄道桥村镇乡区县市]|大道|社区|小区|公园|广场)"
_LEAST_NAME = 3
_LEAST_DIGITS = 7
_BLANKS = re.compile(r"[\s\0·.]+")


def of_reporter(plain: str, reporter: Reporter) -> Iterator[Span]:
    for pattern in _patterns(reporter):
        for found in pattern.finditer(plain):
            group = found.lastgroup or 0
            if found.group(group):
                yield Span(found.start(group), found.end(group), Kind.NAME)


@lru_cache(maxsize=256)
def _patterns(reporter: Reporter) -> tuple[re.Pattern[str], ...]:
    patterns = list(_name_patterns(reporter.name.translate(PLAIN).strip()))
    for each in [*re.split(r"[/、,，;；|\s]+", reporter.phone.translate(PLAIN)), reporter.phone.translate(PLAIN)]:
        digits = "".join(sign for sign in each.translate(TO_ASCII) if sign.isdigit())
        digits = national(digits, [len(digits)])[0]
        if len(digits) >= _LEAST_DIGITS:
            spelt = (f"[{digit}{chr(HAN_ZERO + int(digit))}]" for digit in digits)
            patterns.append(re.compile(r"[\W_]{0,3}".join(spelt)))
    if "@" in reporter.email:
        patterns.append(re.compile(re.escape(reporter.email.translate(PLAIN))))
    return tuple(patterns)


def _name_patterns(name: str) -> Iterator[re.Pattern[str]]:
    """A name of three signs and more wherever it stands as a word, a shorter one beside what says that it is a name."""
    for title in _TITLES:
        if name.endswith(title) and len(name) > len(title):
            yield re.compile(re.escape(name))
            name = name.removesuffix(title).strip()
    compact = _BLANKS.sub("", name)
    if not compact:
        return
    spelt = r"[\s.]{0,2}".join(map(re.escape, compact))
    if all(ord(sign) < 0x2E80 for sign in compact):
        words = [re.escape(word) for word in re.split(r"[\s.,]+", name) if word]
        orders = {tuple(words), tuple(reversed(words))}
        either = "|".join(r"[\s.,]{1,3}".join(order) for order in sorted(orders))
        if len(compact) >= _LEAST_NAME:
            yield re.compile(rf"(?<![^\W\d_])(?:{either})(?![^\W\d_])")
        return
    if len(compact) >= _LEAST_NAME:
        yield re.compile(f"{spelt}{_STREET_AFTER}")
        surname = compact[:2] if compact[:2] in _COMPOUND else compact[0]
        yield re.compile(rf"(?P<name>{re.escape(surname)}) ?(?:{'|'.join(_TITLES)})")
    yield re.compile(rf"{_NAME_BEFORE}(?P<name>{spelt})|(?P<beside>{spelt})(?={_NAME_AFTER})")
