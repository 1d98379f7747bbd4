"""Names of the places register by their kind: what a map writes beside a point, and what it doesn't."""

import re
from collections.abc import Sequence

_NUMBERED = re.compile(r"[0-9０-９一二三四五六七八九十][号幢栋室]|单元|门牌")
_ROAD = re.compile(r"(路|街|巷|道|弄|胡同)$")


def is_landmark(name: str) -> bool:
    """Whether a name stands for one spot that people know: no house number, no road."""
    return not _NUMBERED.search(name) and not is_road(name)


def is_road(name: str) -> bool:
    """Whether a name is that of a line, which one point of it says little about."""
    return bool(_ROAD.search(name))


def english_of(aliases: Sequence[str]) -> str:
    """The first of other names that is written in Latin letters; "" where none is."""
    return next((each for each in aliases if each.isascii() and any(sign.isalpha() for sign in each)), "")
