"""Words of Chinese and Latin text for search, the same for what is stored and what is asked; and text as it is shown.

Chinese runs give every pair of neighbouring signs (bigrams), so that a query finds a text however either was cut, and
jieba's words of one sign or of three and more; Latin words and numbers stay whole, lower case, folded to half width.
"""

import re
import unicodedata
from collections.abc import Iterable
from operator import add

import rjieba

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[-'][a-z0-9]+)*")
_MAX_TOKENS = 400
_TOKEN_SIGNS = 60
"""What is longer is cut, alike when stored and when asked: PostgreSQL takes no word of more than 2,046 bytes."""


def fold(text: str) -> str:
    """NFKC and lower case: full-width digits and letters become plain ones."""
    return unicodedata.normalize("NFKC", text).lower()


def storable(text: str) -> bool:
    """Whether PostgreSQL keeps the text as it is: it keeps neither U+0000 nor half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Signs without a shape of their own: format characters, fillers, tags. Not among them are the two joiners, and those
that stand visibly before a number (Arabic, Syriac, Kaithi).
"""
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_JOINERS = re.compile("[\u200c\u200d]+")
_JOINED_SCRIPTS = (
    ("\u0600", "\u08ff"),  # Arabic and its neighbours, with Uyghur
    ("\u0900", "\u0dff"),  # the scripts of India
    ("\u0f00", "\u109f"),  # Tibetan, Myanmar
    ("\u1780", "\u18af"),  # Khmer, Mongolian
    ("\ufb50", "\ufdff"),
    ("\ufe70", "\ufefc"),
)
_PICTURES = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")


def seen(text: str) -> str:
    """The text without signs that turn its direction (U+202E …), hide in it or end a line where no line ends; lines
    stay. Joiners stay where a script or a composed picture needs them.
    """
    if text.isascii():
        return _CONTROLS.sub("", _BREAKS.sub("\n", text))
    plain = _CONTROLS.sub("", _UNSEEN.sub("", _BREAKS.sub("\n", text)))
    return _JOINERS.sub(_joiner, plain)


def one_line(text: str) -> str:
    """What is one line wherever it is shown: as `seen`, every run of white space one space, none at the ends."""
    return " ".join(seen(text).split())


def _joiner(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if not before or not after:
        return ""
    is_needed = any(low <= before <= high for low, high in _JOINED_SCRIPTS) or (
        _PICTURES.match(before) and _PICTURES.match(after)
    )
    return found.group()[0] if is_needed else ""


def _chinese(text: str) -> bool:
    return text[0] >= "\u3400"


def tokens(text: str) -> list[str]:
    """Distinct tokens of a text to be stored, in order of appearance; at most 400."""
    found: dict[str, None] = {}
    for run in _RUN.findall(fold(text)):
        if _chinese(run):
            found.update(dict.fromkeys(_bigrams(run)))
            found.update(dict.fromkeys([word for word in rjieba.cut(run) if len(word) != 2]))
        else:
            found[run[:_TOKEN_SIGNS]] = None
        if len(found) >= _MAX_TOKENS:
            break
    return list(found)[:_MAX_TOKENS]


def _bigrams(run: str) -> Iterable[str]:
    """Every two neighbouring signs; a lone sign is the word it is."""
    return map(add, run, run[1:]) if len(run) > 1 else (run,)


def query_tokens(text: str) -> list[str]:
    """Tokens that a stored text must all have: the bigrams of each Chinese run, a lone sign as the word it is."""
    found: dict[str, None] = {}
    for run in _RUN.findall(fold(text)):
        if not _chinese(run):
            found[run[:_TOKEN_SIGNS]] = None
        else:
            found.update(dict.fromkeys(_bigrams(run)))
    return list(found)[:40]


def vector(words: list[str]) -> str:
    """The text form of a PostgreSQL `tsvector` without positions: tokens hold no quotes or backslashes but `'`."""
    if not words:
        return ""
    quoted = "\n".join(sorted(words)).replace("'", "''").replace("\n", "' '")
    return f"'{quoted}'"
