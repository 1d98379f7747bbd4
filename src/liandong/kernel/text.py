"""Words of a text in any script for search, the same for what is stored and what is asked.

Words are letters, marks and numbers of Unicode, folded; a mark stays with its letter. Scripts that put no blanks
between words (Chinese, kana, Hangul, Thai …) give every pair of neighbouring signs, so that a query finds a text
however either was cut; Chinese gives jieba's words of one sign and of three and more too. Words of other scripts and
numbers stay whole.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from operator import add

import rjieba

INDEX_SCHEME = 2
"""Counts up when the tokens of a text change: what is stored is then indexed anew (`registers.word_index`)."""

HAN = "々〆〇〡-〩〸-〻\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese signs, as what stands between the brackets of a regular expression: with 々 and 〇, compatibility ideographs
and both planes that Unicode keeps for ideographs.
"""
_UNSPACED = (
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # kana
    "\u3105-\u312f\u31a0-\u31bf"  # bopomofo
    "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb"  # Hangul
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"  # Thai, Lao
    "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e"  # Myanmar
    "\ua9e0-\ua9e4\ua9e6-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa76\uaa7a\uaa7e\uaa7f"
    "\u1780-\u17b3\u17d7\u17dc"  # Khmer
    "\u1950-\u1974\u1980-\u19c9\u1a20-\u1a54\uaa80-\uaaaf\uaab1\uaab5\uaab6\uaab9-\uaabd\uaac0-\uaadd"  # Dai scripts
    "\ua000-\ua48c"  # Yi
    "\U00016fe0-\U00016fe3\U00017000-\U00018cff\U00018d00-\U00018d7f\U0001b170-\U0001b2ff"  # Tangut, Khitan, Nüshu
)


_LAST_SCRIPT = 0x1FFFF
"""Beyond it come ideographs, and the variation selectors and tags, which `fold` drops."""


def _ranges_by_category(*wanted: str) -> dict[str, str]:
    """For each category what stands between the brackets of a regular expression for all its signs."""
    found: dict[str, list[list[int]]] = {category: [] for category in wanted}
    for point in range(_LAST_SCRIPT + 1):
        ranges = found.get(unicodedata.category(chr(point)))
        if ranges is None:
            continue
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return {
        category: "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) for category, ranges in found.items()
    }


_BY_CATEGORY = _ranges_by_category("Mn", "Mc", "Me", "Cf", "Nd")
_MARKS = _BY_CATEGORY["Mn"] + _BY_CATEGORY["Mc"] + _BY_CATEGORY["Me"]
_UNSEEN = "\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\U000e0000-\U000e0fff"
"""Variation selectors, fillers and the stroke that stretches Arabic words, beside the category of format signs."""
_ALIKE = {"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-", "○": "〇", "◯": "〇"}
_CHANGED = re.compile(
    "[" + "".join(_ALIKE) + _UNSEEN + _BY_CATEGORY["Cf"] + _BY_CATEGORY["Nd"].removeprefix("0-9") + "]"
)
"""`fold` drops these or writes them in the plain form."""
_USUAL = (("，", ","), ("！", "!"), ("？", "?"), ("：", ":"), ("；", ";"), ("（", "("), ("）", ")"))
"""NFKC would do these first. Most Chinese texts are normal after them, and it isn't run at all."""
_UNUSUAL = re.compile("[^\t-\r -~“”—…、-〗\u4e00-\u9fff]")
"""A text without these has nothing that is in `_CHANGED`."""

_LETTERS = rf"[^\W_{HAN}{_UNSPACED}]"
WORD = rf"{_LETTERS}+(?:[{_MARKS}]+{_LETTERS}*)*"
"""Letters, numbers and their marks of a script that puts blanks between words, as part of a regular expression."""
_RUN = re.compile(rf"([{HAN}]+)|([{_UNSPACED}][{_UNSPACED}{_MARKS}]*)|({WORD}(?:[-']{WORD})*)")
_JOINT = re.compile("[-']")
_CLUSTER = re.compile(rf".[{_MARKS}]*")
_HAN_SIGN = re.compile(f"[{HAN}]")
_LONE_SIGN = re.compile(rf"[{HAN}{_UNSPACED}][{_MARKS}]*")
_MAX_TOKENS, _MAX_ASKED = 4_500, 40
"""As many as the longest report that a form takes has; what is behind is not found by its words."""
_TOKEN_SIGNS = 60
"""Longer words are cut, when stored and when asked: PostgreSQL takes no word of more than 2,046 bytes."""


def fold(text: str) -> str:
    """One form of what reads the same: NFKC and case folded, digits of every script as `0-9`, ’ as ', ○ as 〇, and
    without the signs that nobody sees (zero width, direction, variation).
    """
    if text.isascii():
        return text.lower()
    for wide, narrow in _USUAL:
        text = text.replace(wide, narrow)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    if _UNUSUAL.search(text):
        text = unicodedata.normalize("NFKC", _CHANGED.sub(_plain, text))
    return text


def _plain(found: re.Match[str]) -> str:
    sign = found.group()
    return _ALIKE.get(sign) or ("" if (digit := unicodedata.decimal(sign, None)) is None else str(digit))


def has_han(text: str) -> bool:
    """Whether there is any Chinese sign in it."""
    return _HAN_SIGN.search(text) is not None


def han_signs(text: str) -> int:
    """How many Chinese signs there are in it."""
    return len(_HAN_SIGN.findall(text))


def storable(text: str) -> bool:
    """Whether PostgreSQL keeps the text as it is: it keeps neither U+0000 nor half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def tokens(text: str) -> list[str]:
    """Distinct tokens of a text to be stored, at most 4,500: what can be asked for in order of appearance, then
    jieba's words. The last sign of a run without blanks is one, so that each of its signs begins one; a joined word
    (`bus-7`) is one, and each of its parts.
    """
    found: dict[str, None] = {}
    longer: dict[str, None] = {}
    for han, unspaced, word in _RUN.findall(fold(text)):
        if han:
            found.update(dict.fromkeys(_pairs(han)))
            found[han[-1]] = None
            longer.update(dict.fromkeys([each for each in rjieba.cut(han) if 2 != len(each) <= _TOKEN_SIGNS]))
        elif unspaced:
            signs = _CLUSTER.findall(unspaced)
            found.update(dict.fromkeys(_cut(_pairs(signs))))
            found[signs[-1][:_TOKEN_SIGNS]] = None
        else:
            found[word[:_TOKEN_SIGNS]] = None
            if "-" in word or "'" in word:
                found.update(dict.fromkeys(_cut(_JOINT.split(word))))
        if len(found) >= _MAX_TOKENS:
            break
    return list(found | longer)[:_MAX_TOKENS]


def _pairs(signs: Sequence[str]) -> Iterable[str]:
    """Every two neighbouring signs; a lone sign is the word it is."""
    return map(add, signs, signs[1:]) if len(signs) > 1 else signs


def _cut(words: Iterable[str]) -> Iterable[str]:
    return [word[:_TOKEN_SIGNS] for word in words]


def query_tokens(text: str) -> list[str]:
    """Tokens that a stored text must all have: the pairs of each run without blanks, every other word whole. A lone
    sign (`is_lone`) stands for all tokens that begin with it.
    """
    found: dict[str, None] = {}
    for han, unspaced, word in _RUN.findall(fold(text)):
        if word:
            found[word[:_TOKEN_SIGNS]] = None
        else:
            found.update(dict.fromkeys(_cut(_pairs(han or _CLUSTER.findall(unspaced)))))
    return list(found)[:_MAX_ASKED]


def is_lone(token: str) -> bool:
    """Whether an asked token is one sign of a script without blanks."""
    return _LONE_SIGN.fullmatch(token) is not None


def vector(words: list[str]) -> str:
    """The text form of a PostgreSQL `tsvector` without positions: tokens hold no quotes or backslashes but `'`."""
    if not words:
        return ""
    quoted = "\n".join(sorted(words)).replace("'", "''").replace("\n", "' '")
    return f"'{quoted}'"
