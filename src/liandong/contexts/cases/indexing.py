"""The words of old cases, cut anew; their reports, which a higher room keeps, say what the words are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from liandong.contexts.categories import public as categories
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM
from liandong.kernel.masking import Reporter

from .models import Case
from .words import NO_WORDS, headline, words_of


@dataclass(frozen=True, slots=True)
class HeldCases:
    """Cases in the order of their ids, locked until the transaction ends. `is_last`: none is behind them."""

    titles: dict[int, str]
    is_last: bool


@dataclass(frozen=True, slots=True)
class WordedCase:
    """A case with the title that it has, what its first report says, and whose names are left out."""

    id: int
    title: str
    address: str
    text: str
    reporters: Sequence[Reporter]


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
UPDATE cases_case AS old SET tokens = new.tokens::tsvector, title = new.title, public_address = new.address
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS new (id, tokens, title, address)
WHERE old.id = new.id AND
    (old.tokens, old.title, old.public_address) IS DISTINCT FROM (new.tokens::tsvector, new.title, new.address)
"""


def write_words(cases: Iterable[WordedCase]) -> int:
    """Writes the words of cases that are held; returns how many had others."""
    made = {row.zh for row in categories.taxonomy().by_code.values()} | {NO_WORDS}
    rows = list(cases)
    new = [
        words_of(title=_given(row, made), address=row.address, words=row.text, reporters=row.reporters) for row in rows
    ]
    if not new:
        return 0
    columns: list[list[int] | list[str]] = [
        [row.id for row in rows],
        [words.tokens for words in new],
        [words.title or row.title for words, row in zip(new, rows, strict=True)],
        [words.public_address for words in new],
    ]
    before = {
        pk: {"title": title, "public_address": address, "salt": salt}
        for pk, title, address, salt in Case.objects.filter(pk__in=columns[0]).values_list(
            "pk", "title", "public_address", "salt"
        )
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns)
        changed = int(cursor.rowcount)
    for case_id, _, title, address in zip(*columns, strict=True):
        was = before[case_id]
        ledger.altered(Case, case_id, was, {**was, "title": title, "public_address": address})
    ledger.bind_rows(actor=SYSTEM)
    return changed


def _given(row: WordedCase, made: set[str]) -> str:
    """The title, unless it was made: of the text, or of the category where there was none."""
    return "" if row.title == headline(row.text) or (not row.text and row.title in made) else row.title
