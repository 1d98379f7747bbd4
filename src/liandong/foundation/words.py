"""Finding rows by the words that `kernel.text` cut for them when they were stored."""

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Value


class Holds(Func):
    """Whether a `tsvector` column holds words just as they were cut: `to_tsquery` would parse them once more, and find
    neither `bus-7` nor `1e5a` again.
    """

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def holds_all(column: str, words: Iterable[str]) -> Holds:
    return Holds(F(column), Value(_joined(words, " & ")))


def holds_some(column: str, words: Iterable[str]) -> Holds:
    return Holds(F(column), Value(_joined(words, " | ")))


def _joined(words: Iterable[str], joint: str) -> str:
    return joint.join("'" + word.replace("'", "''") + "'" for word in words)
