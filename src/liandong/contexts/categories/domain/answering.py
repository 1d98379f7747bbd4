"""Answers to begin with: the polite frame, and what is usually said of a category when a matter was done, planned,
explained or not found. What only the office knows stays a blank, and a blank is not sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BLANK = re.compile(r"【请填：[^】]*】|\[please fill in: [^\]]*\]")


@dataclass(frozen=True, slots=True)
class Frame:
    """`name`: how it came out, in words; `text`: with `{date}`, `{kind}` and `{office}`."""

    name: str
    text: str


def frames(document: Mapping[str, Any], code: str, language: str, named_in: str) -> list[Frame]:
    """Those for a category, of the narrowest group that has one: in the language zh or en of who reads the answer,
    their names in that of who writes it.
    """
    frame: str = document["frame"][language]
    return [
        Frame(names[named_in], frame.replace("{said}", _narrowest(document["said"][outcome], code)[language]))
        for outcome, names in document["outcomes"].items()
    ]


def _narrowest(said: Mapping[str, Mapping[str, str]], code: str) -> Mapping[str, str]:
    return next(said[code[:length]] for length in (6, 4, 2, 0) if code[:length] in said)


def unfilled(text: str) -> str:
    """The first blank that was left in an answer; empty where none was."""
    found = BLANK.search(text)
    return found[0] if found else ""
