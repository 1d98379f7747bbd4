"""Telephone, identity and card numbers: groups of digits that stand close together and make one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import phonenumbers

from .folding import TO_ASCII
from .spans import Kind, Span

_GROUP = re.compile(r"[0-9]+|[\ue000-\ue009]+")
_BETWEEN = re.compile(r"(?!.*\*\*\*)(?:[ \-./_~*]|[()\[\]【】〔〕「」]){0,3}|[,，、;；\n]")
_LIST_SIGNS = frozenset(",，、;；\n")
_MOST_GROUPS = 12
_MOST_DIGITS = 26
_LEAST_DIGITS = 6
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_NETWORK = re.compile(r"(?:17951|17909|17911|12593|11808|10193|12520)(?=0?1[3-9][0-9]{9}$|0[1-9][0-9]{9,10}$)")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[1-9][0-9]{6,7}")
_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_IDENTITY = re.compile(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[01])[0-9]{4}"
    r"(?:(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9x]"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})"
)
_CARD = re.compile(r"(?:62|4|5[1-5]|35|37|9[0-9]|60|68)[0-9]{13,18}")
_CARD_LENGTHS = range(15, 20)
_LEAST_GROUP = 3
_MOST_PARTS = 4
_LAST_SIGNS = "10x98765432"
_NET_GAPS = [".", ".", "."]
_NET_VALUES = 256
_LOCAL = range(7, 9)
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")

_BEFORE_PHONE = re.compile(
    r"(?:电话|座机|手机|话机|联系|致电|拨打|拨|来电|回电|打|(?<![\u3400-\u9fff])号码|[我的个这]号码|热线|传真|短号|小灵通|固话|市话|宅电|呼|phone|tel|call|mobile|cell|fax|dial)"
    r"(?:\([^()0-9]{0,14}(?:[:：]|\)))?"
    r"(?:号码|方式|号|我|他|她|本人|人|是|为|at|no|number|:|：|\.|,|，| |\(|（|-|=|\"|“)*$"
)
_BEFORE_IDENTITY = re.compile(
    r"(?:身份证|证件|护照|社保卡|社会保障|identity|passport|id)(?:号码|卡|号|件|是|为|card|no|number|:|：|\.| |\()*$"
)
_BEFORE_CARD = re.compile(
    r"(?:银行卡|信用卡|储蓄卡|借记卡|卡号|账号|帐号|账户|帐户|存折|工行|农行|中行|建行|交行|邮储|信用社|农商行|card|account)"
    r"(?:号码|卡|号|是|为|no|number|:|：|\.| |\(|（)*$"
)
_BEFORE_OTHER = re.compile(
    r"(?:编号|编码|单号|案号|文号|序号|订单|工单|流水号?|票号|合同号?|许可证号?|执照号?|代码|条码|表号|户号|箱号|杆号|桩号|批号|型号|机号|备案号?"
    r"|第|no\.?|order|invoice|case|ref|serial)(?:号码|号|是|为|:|：|\.|#| |\()*$"
)
_COUNTED = re.compile(
    r" ?(?:元|块钱|分之|毫?升|毫米|厘米|平米|公斤|千?克|斤|亩|公顷|千瓦"
    r"|美元|米|公里|吨|度|万|亿|%|立方|平方|㎡|kg|km|kw|ml|人次|字节)"
)
_FLOOR = re.compile(r"[1-9][0-9]?(?:楼|层|号楼|栋|幢|单元|室|个|名|位|次|天)")
"""These may follow a number at once, counted in the same digits."""
_EXTENSION = re.compile(
    r" ?\((?:转|分机|ext\.?) ?[0-9]{1,5}\)| ?(?:转|分机|ext\.?|x|#) ?[0-9]{1,5}|-[0-9]{1,8}(?![0-9])"
)
_IN_YEARS_OR_LINES = re.compile(r"1|(?:19|20)[0-9]{2}(?:0|19|20)")
"""Two years or a running number of a year, and the short numbers of public lines: no number of a house."""
_CUE_SIGNS = 20
_AND = re.compile(r" ?[,，、;；/|或和及] ?")
"""Between two numbers of the same person."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits that stand close together: `text` the folded text, `groups` their places."""

    text: str
    groups: list[tuple[int, int]]
    gaps: list[str]

    def digits(self, first: int, last: int) -> str:
        return "".join(self.text[start:end] for start, end in self.groups[first:last]).translate(TO_ASCII)

    def lengths(self, first: int, last: int) -> list[int]:
        """The lengths of the groups; those without a sign between them count as one."""
        lengths = [0]
        for place in range(first, last):
            if place > first and self.gaps[place - 1]:
                lengths.append(0)
            start, end = self.groups[place]
            lengths[-1] += end - start
        return lengths

    def before(self, first: int) -> str:
        start = self.groups[first][0]
        return self.text[max(start - _CUE_SIGNS, 0) : start]


def numbers(plain: str) -> Iterator[Span]:
    after = 0
    for run in _runs(plain):
        if sum(end - start for start, end in run.groups) < _LEAST_DIGITS:
            continue
        first = 0
        while first < len(run.groups):
            follows = 0 < after <= run.groups[first][0] and _AND.fullmatch(plain, after, run.groups[first][0])
            taken = _number_at(run, first, follows_phone=bool(follows))
            if taken is None:
                first += 1
                continue
            last, span = taken
            yield span
            first, after = last, span.end if span.kind is Kind.PHONE else 0


def _runs(plain: str) -> Iterator[_Run]:
    groups: list[tuple[int, int]] = []
    gaps: list[str] = []
    for found in _GROUP.finditer(plain):
        if groups:
            gap = plain[groups[-1][1] : found.start()]
            if _BETWEEN.fullmatch(gap):
                gaps.append(gap)
            else:
                yield _Run(plain, groups, gaps)
                groups, gaps = [], []
        groups.append(found.span())
    if groups:
        yield _Run(plain, groups, gaps)


def _number_at(run: _Run, first: int, *, follows_phone: bool) -> tuple[int, Span] | None:
    """The longest number that begins with this group: (the group after it, what it is)."""
    if _is_fraction(run, first):
        return None
    for last in range(min(len(run.groups), first + _MOST_GROUPS), first, -1):
        digits = run.digits(first, last)
        if len(digits) > _MOST_DIGITS:
            continue
        start, end = run.groups[first][0], run.groups[last - 1][1]
        if last == first + 1 and _MOBILE.match(digits) and _FLOOR.match(digits[11:] + run.text[end : end + 2]):
            digits, end = digits[:11], start + 11
        if len(digits) == 17 and (found := re.compile(r"[ -]?x(?![a-z0-9])").match(run.text, end)):
            digits, end = digits + "x", found.end()
        kind = _kind(run, first, last, digits, follows_phone=follows_phone)
        if kind is None:
            continue
        if kind is not Kind.PHONE:
            return last, Span(start, end, kind)
        start, end, behind = _widened(run, last, start, end)
        return behind, Span(start, end, kind)
    return None


def _is_fraction(run: _Run, first: int) -> bool:
    """The group is what follows the point of a decimal number, as of a coordinate."""
    if first == 0 or run.gaps[first - 1] != ".":
        return False
    start, end = run.groups[first - 1]
    return end - start in (2, 3) and run.text[start] < "\ue000" and (first == 1 or run.gaps[first - 2] != ".")


def _kind(run: _Run, first: int, last: int, digits: str, *, follows_phone: bool) -> Kind | None:
    lengths, before, after = run.lengths(first, last), run.before(first), run.groups[last - 1][1]
    gaps = run.gaps[first : last - 1]
    listed = any(gap in _LIST_SIGNS for gap in gaps)
    if listed and (min(lengths) < 3 or len(lengths) > 4 or len({*gaps} - {""}) > 1):
        return None
    if _is_identity(digits, lengths, before):
        return Kind.IDENTITY
    cued = follows_phone or _BEFORE_PHONE.search(before) is not None
    if not cued and _is_net_address(digits, gaps, lengths):
        return None
    if _is_phone(digits, lengths, before, cued=cued, listed=listed) and not _COUNTED.match(run.text, after):
        return Kind.PHONE
    if len(digits) in _CARD_LENGTHS and not listed and _is_card(digits, lengths, before):
        return Kind.CARD
    return None


def _is_net_address(digits: str, gaps: list[str], lengths: list[int]) -> bool:
    if gaps != _NET_GAPS or max(lengths) > _LEAST_GROUP:
        return False
    ends = list(accumulate(lengths))
    return all(int(digits[end - length : end]) < _NET_VALUES for end, length in zip(ends, lengths, strict=True))


def _is_identity(digits: str, lengths: list[int], before: str) -> bool:
    if _IDENTITY.fullmatch(digits) is None:
        return bool(_BEFORE_IDENTITY.search(before)) and len(digits) in (15, 18)
    if len(digits) == 18:
        alike = max(lengths) <= 2 and len(set(lengths)) == 1
        if _BEFORE_IDENTITY.search(before):
            return True
        return (lengths[0] >= _LEAST_GROUP or alike) and (_sums_up(digits) or not _BEFORE_OTHER.search(before))
    return bool(_BEFORE_IDENTITY.search(before)) or (len(lengths) == 1 and not _BEFORE_OTHER.search(before))


def _sums_up(digits: str) -> bool:
    """The last sign of an identity number says what the others sum up to."""
    return sum(int(digit) * (1 << (17 - place)) for place, digit in enumerate(digits[:17])) % 11 == _LAST_SIGNS.index(
        digits[17]
    )


def _is_phone(digits: str, lengths: list[int], before: str, *, cued: bool, listed: bool) -> bool:
    if not listed and (before.rstrip(" (（").endswith("+") or digits.startswith("00")):
        international = digits.removeprefix("00")
        if 8 <= len(international) <= 15 and not international.startswith("0"):
            written = cued or len(lengths) > 1
            if _is_valid(international) or (written and _is_possible(international)):
                return True
    number, rest = national(digits, lengths)
    if _MOBILE.fullmatch(number):
        plausible = cued or rest[0] >= _LEAST_GROUP or _is_spread(rest)
        return plausible and (cued or not _BEFORE_OTHER.search(before))
    if _LANDLINE.fullmatch(number):
        area = len(_AREA.match(number).group())  # type: ignore[union-attr]
        return len(rest) == 1 or rest[0] == area - 1 or cued
    if _SERVICE.fullmatch(number) and number[3:] != "0" * 7:
        return cued or lengths[0] in (3, 4) or (len(lengths) == 1 and not _BEFORE_OTHER.search(before))
    if cued and len(digits) in _LOCAL and lengths in ([7], [8], [4, 4], [3, 4], [4, 3], [3, 5]):
        return not (_DATE.fullmatch(digits) or (len(lengths) > 1 and _IN_YEARS_OR_LINES.match(digits)))
    if cued and len(digits) == 6 and lengths == [6]:
        return "短号" in before
    return len(digits) in (22, 33) and len(lengths) == 1 and _are_mobiles(digits)


def _is_spread(lengths: list[int]) -> bool:
    """A mobile number cut into pairs, or with its first digits apart."""
    in_pairs = max(lengths[:-1]) <= 2 and lengths[-1] <= _LEAST_GROUP
    return in_pairs or (len(lengths) <= _MOST_PARTS and min(lengths[1:]) >= _LEAST_GROUP)


def _are_mobiles(digits: str) -> bool:
    return all(_MOBILE.fullmatch(digits[start : start + 11]) for start in range(0, len(digits), 11))


def national(digits: str, lengths: list[int]) -> tuple[str, list[int]]:
    """The number without country code, network prefix and the zero before a mobile; the groups of what is left
    behind its zero.
    """
    number = digits
    for prefix in ("0086", "86"):
        rest = number.removeprefix(prefix)
        if rest != number and (
            _MOBILE.fullmatch(rest.removeprefix("0")) or _LANDLINE.fullmatch("0" + rest.lstrip("0"))
        ):
            number = rest if rest.startswith(("0", "1")) and not rest.startswith("10") else "0" + rest
            break
    if found := _NETWORK.match(number):
        number = number[found.end() :]
    if _MOBILE.fullmatch(number[1:]) and number.startswith("0"):
        number = number[1:]
    return number, _left_over(lengths, len(digits) - len(number.removeprefix("0")))


def _left_over(lengths: list[int], taken: int) -> list[int]:
    """Lengths of the groups behind the first `taken` digits."""
    left = list(lengths)
    while left and taken > 0:
        used = min(left[0], taken)
        taken -= used
        left[0] -= used
        if not left[0]:
            left.pop(0)
    return left or [0]


@lru_cache(maxsize=1024)
def _is_valid(international: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{international}"))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=1024)
def _is_possible(international: str) -> bool:
    """As long as numbers of its country are; some are given out that no plan of numbers knows yet."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{international}"))
    except phonenumbers.NumberParseException:
        return False


def local_part(written: str) -> str:
    """The part of a number that neighbours dial, without country and area; "" where both make one number."""
    digits = "".join(sign for sign in written if sign.isdigit())
    if found := _LANDLINE.fullmatch(national(digits, [len(digits)])[0]):
        return found.group()[len(_AREA.match(found.group()).group()) :]  # type: ignore[union-attr]
    international = digits.removeprefix("00")
    if (written.lstrip("( ").startswith("+") or international != digits) and _is_possible(international):
        return str(phonenumbers.parse(f"+{international}").national_number)
    return ""


def _widened(run: _Run, last: int, start: int, end: int) -> tuple[int, int, int]:
    """Widens a telephone number by the plus and bracket before it and the extension behind it."""
    begin = start
    while start > 0 and run.text[start - 1] in "+(（":
        start -= 1
    while run.text.count("(", start, begin) > run.text.count(")", begin, end):
        start = run.text.index("(", start) + 1
    if found := _EXTENSION.match(run.text, end):
        end = found.end()
        while last < len(run.groups) and run.groups[last][0] < end:
            last += 1
    return start, end, last


def _is_card(digits: str, lengths: list[int], before: str) -> bool:
    if _BEFORE_CARD.search(before):
        return True
    in_fours = len(lengths) > _LEAST_GROUP and set(lengths[:-1]) == {4}
    if _CARD.fullmatch(digits) is None or min(lengths) < _LEAST_GROUP:
        return False
    return in_fours or ((digits.startswith("62") or _checks(digits)) and not _BEFORE_OTHER.search(before))


def _checks(digits: str) -> bool:
    """Luhn's sum, which card numbers obey."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
