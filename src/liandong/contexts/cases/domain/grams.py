"""Pieces of one to three signs of a text, as numbers: one way for training and proposing, so that they can't differ.

A piece is its code points, 21 bits each, in one int64. Numbers and Latin codes are folded to `0`: a house number, a
plate or a telephone number says nothing about a matter, and isn't learned.
"""

import re

import numpy as np
import numpy.typing as npt

from .synonym_index import plain

LONGEST_PIECE = 3
LONGEST_TEXT = 1_000
_POINT_BITS = 21
_FEWEST_HAN = 4
_NUMBER = re.compile(r"[a-z]*\d[a-z\d]*(?:[-.@][a-z\d]+)*")
_BLANK = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+")

Pieces = npt.NDArray[np.int64]


def read(text: str) -> str:
    """The first thousand signs in one width and case, without blanks and numbers: what pieces are cut from."""
    return _NUMBER.sub("0", _BLANK.sub("", plain(text[:LONGEST_TEXT])))


def is_readable(text: str) -> bool:
    """Whether a text is Chinese enough to learn from and to judge: four signs, and more of them than Latin words."""
    han = len(_HAN.findall(text))
    return han >= max(_FEWEST_HAN, len(_LATIN.findall(text.casefold())))


def pieces(signs: str) -> tuple[Pieces, ...]:
    """For each length, one to three, the piece that begins at each sign; `signs` as `read` gives them."""
    points = np.frombuffer(signs.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    found = [points]
    for length in range(2, LONGEST_PIECE + 1):
        found.append(found[-1][:-1] << _POINT_BITS | points[length - 1 :])
    return tuple(found)
