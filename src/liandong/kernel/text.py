"""Words of Chinese and Latin text for search, the same for what is stored and what is asked.

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
