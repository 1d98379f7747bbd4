"""Finding rows by the words that `kernel.text` cut for them when they were stored."""

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Value

from liandong.kernel.text import is_lone


class Holds(Func):
    """Whether a `tsvector` column holds words just as they were cut: `to_tsquery` would parse them once more, and find
    neither `bus-7` nor `1e5a` again.
    """

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def holds_all(column: str, words: Iterable[str]) -> Holds:
    """Whether all words are held; a lone sign also by what begins with it, as every token around a sign does."""
    return Holds(F(column), Value(" & ".join(_quoted(word) + (":*" if is_lone(word) else "") for word in words)))


def holds_some(column: str, words: Iterable[str]) -> Holds:
    return Holds(F(column), Value(" | ".join(map(_quoted, words))))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
