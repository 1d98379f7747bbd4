"""Pieces of one or two signs of a text, as numbers: one way for training and proposing, so that they can't differ.

A piece is its code points, 21 bits each, in one int64; none reaches over a comma. Pieces of three signs make it no
better and twice as large (docs/decisions/category-proposal-learns.md). Numbers and Latin codes are folded to `0`: a
house number, a plate or a telephone number says nothing about a matter, and isn't learned.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liandong.kernel.text import fold, han_signs, has_han

LONGEST_TEXT = 1_000
_POINT_BITS = 21
_FEWEST_HAN = 2
_NUMBER = re.compile(r"[a-z]*\d[a-z\d]*(?:[-.@][a-z\d]+)*")
_BLANK = re.compile(r"\s+")
_LATIN = re.compile(r"[a-z]+")

Pieces = npt.NDArray[np.int64]


def read(text: str) -> str:
    """The first thousand signs in one width and case, without blanks and numbers: what pieces are cut from."""
    return _NUMBER.sub("0", _BLANK.sub("", fold(text[:LONGEST_TEXT])))


def read_wanted(text: str) -> str:
    """The same for what is wanted: there a question mark speaks, as the word that ends a question does."""
    return read(text).replace("?", "吗")


def is_chinese(word: str) -> bool:
    """Whether there is any Chinese sign in it."""
    return has_han(word)


def is_readable(text: str) -> bool:
    """Whether a text is Chinese enough to learn from and to judge: two signs, and no fewer than Latin words."""
    return han_signs(text) >= max(_FEWEST_HAN, len(_LATIN.findall(text.casefold())))


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces of a text and the sign that each begins at: first the single signs, then the pairs."""

    found: Pieces
    starts: Pieces

    @property
    def lengths(self) -> Pieces:
        return np.where(self.found >> _POINT_BITS, 2, 1)


def cut(signs: str) -> Cut:
    """`signs` as `read` gives them; letters, Chinese signs and numbers count, what stands between them divides."""
    points = np.frombuffer(signs.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    tells = np.array([sign.isalnum() for sign in signs], np.bool_)
    pairs, both = points[:-1] << _POINT_BITS | points[1:], tells[:-1] & tells[1:]
    starts = (np.flatnonzero(tells), np.flatnonzero(both))
    return Cut(np.concatenate([points[tells], pairs[both]]), np.concatenate(starts))
