"""The name and addresses of the one who reported, as they may stand in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from .folding import DIGIT, GONE, HAN, HAN_ZERO, PLAIN, TO_ASCII
from .numbers import local_part, national
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
    "大叔",
    "大伯",
    "大娘",
    "爷爷",
    "奶奶",
    "医生",
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
_TITLED = rf" ?(?:{'|'.join(_TITLES)})"
_NAME_BEFORE = r"(?:姓名|名字|名叫|我叫[做作]?|署名|落款|尊敬的)[是为:： ]{0,2}"
_SELF_BEFORE = (
    r"(?:我是|叫[做作]?|本人"
    r"|(?:联系|上报|报告|反映|来电|来信|投诉|举报|诉求|申请|当事|收件|发件|寄件|负责|产权)人)(?P<said>[是为:： ]{1,2})?"
)
_ROLE_BEFORE = (
    r"(?P<first>(?<![\w]))?(?:户主|房主|房东|业主|居民|村民|市民|住户|用户|租户|租客|家长|车主|店主|老板|网友)"
    r"(?P<sure>[是为:： ]{1,2})?"
)
_PHONE_BEGINS = r"[(+]{0,2}(?:86|00|0[1-9][0-9]{1,2}[ )\-]|1[3-9][0-9](?:[ .\-]?[0-9]){8})"
_NAME_AFTER = (
    rf"{_TITLED}| ?(?:本人|收$|收[^\w]|家(?!园|庭|具|电|乡|教|长|族|境|政|校|企|装|禽|畜|属院|属区|属楼))"
    r"| ?[您你]好"
    rf"|[ ,，、;；:：(]{{0,2}}(?:的?(?:电话|手机|tel)[号码是为:： ]{{0,3}})?{_PHONE_BEGINS}"
)
_SAYS = "反映|来电|来信|来访|诉称"
_VERB_AFTER = f" ?(?:{_SAYS}|投诉|举报|要求)"
_NUMBER_BEFORE = r"[0-9]{4}[)】]?[ ,，、;；(]{0,2}"
_ENDS = r"(?![\w\u3400-\u9fff])"
_STREET_AFTER = (
    r"(?!路(?![过遇])|街(?!坊)|[巷桥村乡县]|弄(?![坏丢脏得了来到])|道(?![歉谢理])|镇(?!定)|区(?!别)|市(?!民)"
    r"|大道|社区|小区|公园|广场)"
)
_STREET_ENDS = ("路", "街", "巷", "道", "桥", "村", "镇", "社区", "小区", "公园", "广场")
"""A name that ends so may be one of a place: it counts only beside what says that it is a person's."""
_NOBODY = re.compile(
    r"(?:热心|匿名|无名|不具名|不愿|普通|某|一[名位]|广大|本|小区|附近|过路)*"
    r"(?:市民|居民|业主|村民|群众|公民|网友|网民|家长|住户|用户|商户|乘客|司机|学生|游客|路人|人士|人|先生|女士|不详|未知|无)?"
    r"|(?:anonymous|resident|citizen|neighbou?r|user|guest|unknown|none)+"
)
"""These stand in place of a name and name nobody."""
_ENGLISH_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|sir|madam|prof)"
_LATIN = r"[a-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff]"
_LEAST_NAME = 3
_LEAST_DIGITS = 7
_BLANKS = re.compile(r"[\s\0·.]+")
_BRACKETS = re.compile(r"[(\[【〔<「][^)\]】〕>」]*[)\]】〕>」]")
_SEVERAL = re.compile(r"[/、,，;；|&+]|(?<=[\u3400-\u9fff]{2})[和与及](?=[\u3400-\u9fff]{2})")
_ADDRESS_DIGITS = re.compile(r"[0-9+\-]{3,}")
_PHONES = re.compile(r"[/、,，;；|\s]+")
_GAP = r"[\W_]{0,3}"
_MANY_DIGITS = re.compile(rf"(?:{DIGIT}{_GAP}){{{_LEAST_DIGITS}}}")
_AROUND = 8
_BEFORE_SURNAME = "老小大阿"
_TO_HAN = {HAN_ZERO + value: sign for value, sign in enumerate("零一二三四五六七八九")}


_Pattern = tuple[str, str, bool]
"""A sign without which it finds nothing, the expression, and whether what it finds must be a word of its own."""


def of_reporter(plain: str, reporter: Reporter) -> Iterator[Span]:
    for first, pattern, is_word in _patterns(plain, reporter):
        if first not in plain:
            continue
        for found in re.finditer(pattern, plain):
            group = found.lastgroup or 0
            start, end = found.span(group)
            if start < end and not (is_word and _cuts_words(plain, start, end)):
                yield Span(start, end, Kind.NAME)


def _cuts_words(plain: str, start: int, end: int) -> bool:
    """The signs are no word of their own here: they begin or end within others, as in 方便|民众."""
    around = plain[max(start - _AROUND, 0) : end + _AROUND].translate(_TO_HAN)
    at, begins, ends = max(start - _AROUND, 0), start, end
    for word in rjieba.cut(around, hmm=False):
        behind = at + len(word)
        if at < begins < behind and (len(word) > begins - at + 1 or word[0] not in _BEFORE_SURNAME):
            return True
        if at == begins and behind - at == 1 and end - start >= _LEAST_NAME:
            return False
        if begins <= at < ends < behind:
            return True
        at = behind
    return False


def _patterns(plain: str, reporter: Reporter) -> Iterator[_Pattern]:
    """Those that may find something in the text: most texts hold nothing of their reporter."""
    name = reporter.name.translate(PLAIN).replace(GONE, "")
    if not set(name).isdisjoint(plain):
        yield from _name_patterns(name)
    if reporter.phone and _MANY_DIGITS.search(plain):
        phone = reporter.phone.translate(PLAIN).translate(TO_ASCII)
        for number in dict.fromkeys(each for part in [*_PHONES.split(phone), phone] for each in _spellings(part)):
            spelt = (f"[{digit}{chr(HAN_ZERO + int(digit))}]" for digit in number)
            yield "", f"(?<![0-9]){_GAP.join(spelt)}(?![0-9])", False
    if "@" in reporter.email and "@" in plain:
        yield "", re.escape(reporter.email.translate(PLAIN)), False


def _spellings(phone: str) -> Iterator[str]:
    """The digits of a number, with its area and as neighbours dial it."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    for number in (national(digits, [len(digits)])[0], local_part(phone)):
        if len(number) >= _LEAST_DIGITS:
            yield number


def _name_patterns(names: str) -> Iterator[_Pattern]:
    """A name wherever it stands as a word; one that is itself a word beside what says that it is a name."""
    names = _ADDRESS_DIGITS.sub(" ", names).strip()
    names = _BRACKETS.sub(" ", names).strip() or names.strip("()[]【】〔〕<>「」")
    if not re.search(HAN, names):
        yield from _latin_patterns(names)
        return
    for each in _SEVERAL.split(names):
        name = each.strip()
        if _NOBODY.fullmatch(_BLANKS.sub("", name)):
            continue
        for title in _TITLES:
            if name.endswith(title) and len(name) > len(title):
                yield name[0], re.escape(name), False
                name = name.removesuffix(title).strip()
        if compact := _BLANKS.sub("", name):
            yield from _han_patterns(compact)


def _han_patterns(name: str) -> Iterator[_Pattern]:
    spelt = r"[\s.]{0,2}".join(map(re.escape, name))
    is_word = _is_word(name)
    after = _NAME_AFTER if is_word else f"{_NAME_AFTER}|{_VERB_AFTER}"
    if len(name) > 1 and not is_word and not name.endswith(_STREET_ENDS):
        yield name[0], f"{spelt}{_STREET_AFTER}", True
    if len(name) > 1:
        surname = name[:2] if name[:2] in _COMPOUND else name[0]
        yield name[0], rf"(?P<name>{re.escape(surname)}){_TITLED}", False
    own, role = "", ""
    if is_word:
        own, role = f"(?(said)|{_ENDS})", f"(?(sure)|(?(first)(?:{_ENDS}|(?={_SAYS}))|(?!)))"
    before = (
        f"{_NAME_BEFORE}(?P<name>{spelt})|{_NUMBER_BEFORE}(?P<behind>{spelt}){_ENDS}"
        f"|{_SELF_BEFORE}(?P<own>{spelt}){own}|{_ROLE_BEFORE}(?P<role>{spelt}){role}"
    )
    yield name[0], before, False
    yield name[0], rf"(?P<beside>{spelt})(?={after})", False


def _is_word(name: str) -> bool:
    """The dictionary knows it as a word, as 建设 and 和平; a long name that it knows as a person's is none."""
    tags = rjieba.tag(name.translate(_TO_HAN), hmm=False)
    return len(tags) == 1 and (len(name) < _LEAST_NAME or not tags[0][1].startswith("nr"))


def _latin_patterns(name: str) -> Iterator[_Pattern]:
    words = [
        word
        for word in re.split(r"[\s.,_\-]+", re.sub(rf"^{_ENGLISH_TITLES}\b\.?", "", name))
        if re.search(r"\w", word)
    ]
    compact = "".join(words)
    if not compact or _NOBODY.fullmatch(compact):
        return
    words = [re.sub("['’]", "['’]", re.escape(word)) for word in words]
    orders = {tuple(words), tuple(words[::-1])}
    either = "|".join(r"[\s.,_\-]{0,3}".join(order) for order in sorted(orders))
    if len(compact) >= _LEAST_NAME:
        yield "", rf"(?i)(?<!{_LATIN})(?:{either})(?!{_LATIN})", False
    one = "|".join(word for word in words if len(word) > 1)
    if one:
        yield "", rf"(?i)(?<!{_LATIN}){_ENGLISH_TITLES}\.? ?(?P<name>{one})(?!{_LATIN})", False
