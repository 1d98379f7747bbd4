from collections.abc import Iterable
from dataclasses import dataclass

from liandong.foundation.words import holds_all, holds_some
from liandong.kernel import text

from .models import Place

_FIELDS = ("id", "name", "kind", "address", "lon", "lat", "division_id")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A named place; degrees WGS-84; `match` is the share of the asked tokens that it has (0–1)."""

    id: int
    name: str
    kind: str
    address: str
    lon: float
    lat: float
    division_id: int | None
    match: float = 1.0


def search(asked: str, limit: int = 8) -> list[PlaceRow]:
    """Places for typed address text, best first: all tokens if possible, else those that share the most."""
    words = text.query_tokens(asked)
    if not words:
        return []
    known = Place.objects.filter(active=True)
    rows = list(known.filter(holds_all("tokens", words)).order_by("name", "id").values_list(*_FIELDS)[:limit])
    if not rows:
        rows = list(known.filter(holds_some("tokens", words)).order_by("id").values_list(*_FIELDS)[:400])
    wanted = set(words)
    scored = [PlaceRow(*(*row, _share(wanted, row[1] + row[3]))) for row in rows]
    return sorted(scored, key=lambda row: (-row.match, len(row.name), row.id))[:limit]


def _share(wanted: set[str], stored: str) -> float:
    return len(wanted & set(text.tokens(stored))) / len(wanted)


def words_of(name: str, address: str, aliases: Iterable[str]) -> str:
    """The words by which a place is found, as its column `tokens` holds them."""
    return text.vector(text.tokens(" ".join((name, address, *aliases))))


def by_id(place_id: int) -> PlaceRow | None:
    row = Place.objects.filter(pk=place_id).values_list(*_FIELDS).first()
    return PlaceRow(*row) if row else None
