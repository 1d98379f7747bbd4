"""The words of old cases, cut anew; their reports, which a higher room keeps, say what the words are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from .domain.words import words_of
from .draft import headline
from .models import Case
from .queries import taxonomy


@dataclass(frozen=True, slots=True)
class HeldCases:
    """Cases in the order of their ids, locked until the transaction ends. `is_last`: none is behind them."""

    titles: dict[int, str]
    is_last: bool


@dataclass(frozen=True, slots=True)
class WordedCase:
    """A case with the title that it has and what its first report says."""

    id: int
    title: str
    address: str
    text: str


def hold_for_words(*, behind: int, most: int) -> HeldCases:
    """The next cases behind an id, up to the first that somebody else holds."""
    rows = Case.objects.filter(pk__gt=behind).order_by("pk")
    wanted = list(rows.values_list("pk", flat=True)[:most])
    free = Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=wanted)
    titles = dict(free.order_by("pk").values_list("pk", "title"))
    held: dict[int, str] = {}
    for case_id in wanted:
        if case_id not in titles:
            break
        held[case_id] = titles[case_id]
    return HeldCases(held, is_last=len(wanted) < most and len(held) == len(wanted))


_WRITE = """
UPDATE cases_case AS old SET tokens = new.tokens::tsvector
FROM unnest(%s::bigint[], %s::text[]) AS new (id, tokens)
WHERE old.id = new.id AND old.tokens IS DISTINCT FROM new.tokens::tsvector
"""


def write_words(cases: Iterable[WordedCase]) -> int:
    """Writes the words of cases that are held; returns how many had others."""
    made = {row.zh for row in taxonomy().by_code.values()} | {headline("", None)}
    new = [(row.id, words_of(title=_given(row, made), address=row.address, text=row.text)) for row in cases]
    if not new:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [[case_id for case_id, _ in new], [words for _, words in new]])
        return int(cursor.rowcount)


def _given(row: WordedCase, made: set[str]) -> str:
    """The title, unless it was made: of the text, or of the category where there was none."""
    return "" if row.title == headline(row.text, None) or (not row.text and row.title in made) else row.title
