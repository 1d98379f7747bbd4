"""Cases that may be the same matter as this one, with the reasons; a person joins them, or doesn't."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import h3
import rjieba
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, QuerySet, TextField

from liandong.contexts.cases.concerns import unlike
from liandong.contexts.cases.domain.sameness import (
    LONGEST_DAYS,
    WORDS_DAYS,
    Likeness,
    Rarity,
    Signs,
    likeness,
    reach_of,
)
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.rows import CASE_COLUMNS, CaseRow
from liandong.contexts.cases.scopes import Scope, scopes_of
from liandong.foundation.words import holds_some
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.geo import LonLat
from liandong.kernel.text import fold

from .near import NEAR_RESOLUTION

MOST = 5
_POOL = 300
"""Of a place or of words with very many cases the newest are compared."""
_TELLING = 12
"""How many of its rarest words lead to cases whose place is unknown or elsewhere."""
_REASONS = 4
_RING_M = 300
_REMEMBERED_S = 600


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be the same matter; `words` are those that both have, for people to read."""

    case: CaseRow
    likeness: Likeness
    words: tuple[str, ...]


def candidates(*, actor: Actor, row: CaseRow, most: int = MOST) -> list[Candidate]:
    """Open cases of the post's scope that may be the same matter, likeliest first; those much alike in front. What
    can't be joined isn't offered.
    """
    rarity, own = _rarity(), _signs_of(row)
    found: list[Candidate] = []
    for other, words in _pool(actor, row, own, rarity):
        like = likeness(own, _signs(other, words), rarity)
        if like is not None and not unlike(row, other):
            found.append(Candidate(other, like, _readable(like.shared, f"{row.title} {other.title}")))
    found.sort(key=lambda each: (not each.likeness.is_likely, -each.likeness.score, each.case.id))
    return found[:most]


def scope_of(actor: Actor) -> Scope:
    """The widest scope that a post has."""
    return scopes_of(actor)[0]


_WORDS = Func(F("tokens"), function="tsvector_to_array", output_field=ArrayField(TextField()))


def _signs_of(row: CaseRow) -> Signs:
    words = Case.objects.filter(pk=row.id).values_list(_WORDS, flat=True).get()
    return _signs(row, words)


def _signs(row: CaseRow, words: Iterable[str] | None) -> Signs:
    point = LonLat(row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    return Signs(frozenset(words or ()), row.category_code, point, row.received_at, row.title, row.address)


def _pool(actor: Actor, row: CaseRow, own: Signs, rarity: Rarity) -> Iterator[tuple[CaseRow, list[str] | None]]:
    """Open public cases near its place, and open ones that share its most telling words."""
    begun, ended = row.received_at - timedelta(days=LONGEST_DAYS), row.received_at + timedelta(days=LONGEST_DAYS)
    known = Case.objects.visible_to(actor, scope_of(actor)).filter(closed_at=None).exclude(pk=row.id)
    known = known.filter(received_at__gte=begun, received_at__lte=ended)
    seen: set[int] = set()
    for rows in (_near(known, own), _worded(known, own, rarity)):
        for *columns, words in _read(rows):
            other = CaseRow(*columns)
            if other.id not in seen:
                seen.add(other.id)
                yield other, words


def _read(rows: QuerySet[Case] | None) -> Iterable[tuple[Any, ...]]:
    if rows is None:
        return ()
    return rows.order_by("-received_at", "-id").values_list(*CASE_COLUMNS, _WORDS)[:_POOL]


def _near(known: QuerySet[Case], own: Signs) -> QuerySet[Case] | None:
    if own.point is None:
        return None
    rings = reach_of(own.category_code).metres // _RING_M + 1
    around = h3.grid_disk(h3.latlng_to_cell(own.point.lat, own.point.lon, NEAR_RESOLUTION), rings)
    return known.filter(near__in=[h3.str_to_int(cell) for cell in around], is_private=False)


def _worded(known: QuerySet[Case], own: Signs, rarity: Rarity) -> QuerySet[Case] | None:
    words = rarity.rarest(own.words, _TELLING)
    if not words:
        return None
    since, until = (own.received_at + timedelta(days=days) for days in (-WORDS_DAYS, WORDS_DAYS))
    return known.filter(holds_some("tokens", words), received_at__gte=since, received_at__lte=until)


def _readable(shared: Iterable[str], titles: str) -> tuple[str, ...]:
    """Whole words for what is stored in pairs of signs, the most telling first."""
    pairs = list(shared)
    rank = {word: place for place, word in enumerate(pairs)}
    whole = dict.fromkeys(word for word in rjieba.cut(fold(titles)) if len(word) > 1 and _is_shared(word, rank))
    longer = [word for word in pairs if len(word) > 2 and not any(word in each for each in whole)]
    told = sorted([*whole, *longer], key=lambda word: min(rank.get(part, len(rank)) for part in (word, *_pairs(word))))
    return tuple(told[:_REASONS])


def _is_shared(word: str, shared: dict[str, int]) -> bool:
    return word in shared or all(pair in shared for pair in _pairs(word))


def _pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)]


_SHARES = """
SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
WHERE schemaname = ANY (current_schemas(false)) AND tablename = 'cases_case' AND attname = 'tokens'
"""


def _rarity() -> Rarity:
    return _counted(int(time.now().timestamp()) // _REMEMBERED_S)


@lru_cache(maxsize=1)
def _counted(period: int) -> Rarity:
    """How common the common words are, as PostgreSQL's own statistics of the search column have it."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARES)
        words, shares = cursor.fetchone() or (None, None)
    return Rarity.of(dict(zip(words or (), shares or (), strict=False)))
