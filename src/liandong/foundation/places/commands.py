import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers import public as registers
from liandong.kernel import geo
from liandong.kernel.actor import Actor

from .index import index
from .queries import words_of


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
INSERT INTO places_place AS old
  (name, kind, address, aliases, lon, lat, division_id, source, source_id, tokens, active)
SELECT name, kind, address, aliases, lon, lat, division_id, source, source_id, tokens::tsvector, true
FROM json_to_recordset(%s::json) AS row(
  name text, kind text, address text, aliases text[], lon float8, lat float8, division_id bigint,
  source text, source_id text, tokens text)
ON CONFLICT (source, source_id) WHERE NOT source_id = '' DO UPDATE SET
  name = excluded.name, kind = excluded.kind, address = excluded.address, aliases = excluded.aliases,
  lon = excluded.lon, lat = excluded.lat, division_id = excluded.division_id, tokens = excluded.tokens, active = true
WHERE (old.name, old.kind, old.address, old.aliases, old.lon, old.lat, old.division_id, old.active)
  IS DISTINCT FROM (excluded.name, excluded.kind, excluded.address, excluded.aliases, excluded.lon, excluded.lat,
    excluded.division_id, true)
RETURNING xmax = 0
"""
"""Returns one row for each place added (true) or changed (false), none for those that are as they were."""


def import_places(*, actor: Actor, rows: Iterable[PlaceInput]) -> orgs.Loaded:
    """Adds or updates places by (source, source_id), of the same key the last. Raises InvalidInput for an impossible
    point.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with transaction.atomic():
        for batch in _batches(rows, 1000):
            with connection.cursor() as cursor:
                cursor.execute(_UPSERT, [json.dumps([_values(row) for row in batch])])
                written = [added for (added,) in cursor.fetchall()]
            counts["added"] += sum(written)
            counts["changed"] += len(written) - sum(written)
            counts["unchanged"] += len(batch) - len(written)
        registers.record_import(actor=actor, register="places", facts=registers.RegisterImported.of_counts(counts))
    return orgs.Loaded(**counts)


def _values(row: PlaceInput) -> dict[str, object]:
    lon, lat = geo.to_wgs84(row.lon, row.lat, geo.Crs(row.crs))
    return {
        "name": row.name,
        "kind": row.kind,
        "address": row.address,
        "aliases": list(row.aliases),
        "lon": lon,
        "lat": lat,
        "division_id": index().locate(lon, lat).division_id,
        "source": row.source,
        "source_id": row.source_id,
        "tokens": words_of(row.name, row.address, row.aliases),
    }


def _batches(rows: Iterable[PlaceInput], size: int) -> Iterable[list[PlaceInput]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        last = {(row.source, row.source_id or place): row for place, row in enumerate(batch)}
        yield list(last.values())
