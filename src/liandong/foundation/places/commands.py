from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction

from liandong.foundation.registers import public as registers
from liandong.kernel import geo, text
from liandong.kernel.actor import Actor

from .index import index


@dataclass(frozen=True, slots=True)
class PlaceInput:
    """Degrees in `crs` (wgs84, gcj02 or bd09)."""

    name: str
    lon: float
    lat: float
    kind: str = ""
    address: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""
    source_id: str = ""
    crs: str = "wgs84"


_UPSERT = """
INSERT INTO places_place (name, kind, address, aliases, lon, lat, division_id, source, source_id, tokens, active)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector, true)
ON CONFLICT (source, source_id) WHERE NOT source_id = '' DO UPDATE SET
  name = excluded.name, kind = excluded.kind, address = excluded.address, aliases = excluded.aliases,
  lon = excluded.lon, lat = excluded.lat, division_id = excluded.division_id, tokens = excluded.tokens, active = true
"""


def import_places(*, actor: Actor, rows: Iterable[PlaceInput]) -> int:
    """Adds or updates places by (source, source_id); returns how many. Raises InvalidInput for an impossible point."""
    count = 0
    with transaction.atomic():
        for batch in _batches(rows, 1000):
            with connection.cursor() as cursor:
                cursor.executemany(_UPSERT, [_values(row) for row in batch])
            count += len(batch)
        registers.record_import(actor=actor, register="places", payload={"rows": count})
    return count


def _values(row: PlaceInput) -> tuple[Any, ...]:
    lon, lat = geo.to_wgs84(row.lon, row.lat, geo.Crs(row.crs))
    words = text.vector(text.tokens(" ".join((row.name, row.address, *row.aliases))))
    division = index().locate(lon, lat).division_id
    source_id = row.source_id
    return (row.name, row.kind, row.address, list(row.aliases), lon, lat, division, row.source, source_id, words)


def _batches(rows: Iterable[PlaceInput], size: int) -> Iterable[list[PlaceInput]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
