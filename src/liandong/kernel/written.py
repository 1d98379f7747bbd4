"""Checks texts that people write: their length, counted as browsers count it, and whether there are words in them.

`maxlength` of HTML counts UTF-16 units and a line break as one, and `length` does the same. So the page never cuts a
text that is taken, nor lets anybody type one that is refused.
"""

import unicodedata
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

from .errors import InvalidInput
from .shown import seen
from .text import storable

LIMITS: Mapping[str, int] = MappingProxyType(
    {"text": 4000, "archived": 20_000, "address": 200, "name": 80, "phone": 40, "email": 254, "to": 120, "view": 20}
)
"""By the kind of text. `archived`: what was written elsewhere, under another rule; `to`: whom a case is referred to;
`view`: what a post calls a list of its own.
"""
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\U00013441\U00013442")
"""Letters by their category that show nothing."""
_UNSEEN = frozenset("\u2800\u034f\u17b4\u17b5") | _FILLERS
_SHOWN_AS_PICTURE = frozenset("\ufe0f\u20e3")


def cleaned(text: str) -> str:
    """As it is shown, one sign for each line break, nothing around it; "" where nothing of it can be seen."""
    text = seen(text).strip()
    return "" if all(map(_is_unseen, text)) else text


def length(text: str) -> int:
    """UTF-16 units: two for a sign beyond the basic plane."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def cut(text: str, kind: str) -> str:
    """As much of the beginning as the kind of text may have."""
    kept = text[: LIMITS[kind]]
    while length(kept) > LIMITS[kind]:
        kept = kept[:-1]
    return kept


def has_words(text: str, at_least: int = 1) -> bool:
    """Whether it has so many letters or numbers of any script, Braille too; a number drawn as a picture is none."""
    beside = zip(text, text[1:] + " ", strict=False)
    found = (sign for sign, following in beside if _is_word(sign) and following not in _SHOWN_AS_PICTURE)
    return len(list(islice(found, at_least))) == at_least


def check(text: str, *, kind: str = "text", field: str = "text", needed: bool = False) -> None:
    """Raises InvalidInput where words are `needed` and there are none, for what is too long, and for a sign that can't
    be kept.
    """
    if needed and not has_words(text):
        raise InvalidInput("请用文字写明：只有空白、符号或表情不够。" if cleaned(text) else "请填写内容。", field=field)
    if length(text) > LIMITS[kind]:
        raise InvalidInput("内容不能超过 %(limit)s 字。", field=field, limit=LIMITS[kind])
    if not storable(text):
        raise InvalidInput("内容含有无法保存的字符。", field=field)


def check_name(name: str, field: str = "name") -> None:
    """Raises InvalidInput where nobody could read the name out."""
    if not has_words(name):
        raise InvalidInput("名称里要有文字：%(name)s", field=field, name=name)


def _is_word(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category[0] in "LN":
        return sign not in _FILLERS
    return "\u2801" <= sign <= "\u28ff" or (category == "Cn" and "\U00020000" <= sign <= "\U0003fffd")


def _is_unseen(sign: str) -> bool:
    return sign in _UNSEEN or unicodedata.category(sign) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me")
