import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import shapely
import shapely.geometry
from django.db import connection, models, transaction

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers import public as registers
from liandong.kernel import geo
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .domain.shapes import KINDS, MOST_CORNERS, thinned
from .index import index
from .models import GroundShape
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


@dataclass(frozen=True, slots=True)
class GroundInput:
    """A road or a water. `geometry`: GeoJSON of lines or, for waters, of areas too, in WGS-84; `rank` 1 (the widest) to
    3.
    """

    kind: str
    geometry: dict[str, Any]
    source: str
    source_id: str
    name: str = ""
    name_en: str = ""
    rank: int = 2


_UPSERT_GROUND = """
INSERT INTO places_ground_shape AS old
  (kind, rank, name, name_en, geometry, corners, source, source_id, active)
SELECT kind, rank, name, name_en, geometry, corners, source, source_id, true
FROM json_to_recordset(%s::json) AS row(
  kind text, rank int2, name text, name_en text, geometry jsonb, corners int, source text, source_id text)
ON CONFLICT (kind, source, source_id) DO UPDATE SET
  rank = excluded.rank, name = excluded.name, name_en = excluded.name_en, geometry = excluded.geometry,
  corners = excluded.corners, active = true
WHERE (old.rank, old.name, old.name_en, old.geometry, old.active)
  IS DISTINCT FROM (excluded.rank, excluded.name, excluded.name_en, excluded.geometry, true)
RETURNING xmax = 0
"""
"""As `_UPSERT`."""


def import_ground(*, actor: Actor, rows: Iterable[GroundInput], end_missing: bool = False) -> orgs.Loaded:
    """Adds or updates roads and waters by (kind, source, source_id), thinned to what a map needs. `end_missing`: ends
    what the sources of these rows had of these kinds and have no more.

    Raises InvalidInput for a shape that can't be drawn, and where the ground would have more than `MOST_CORNERS`.
    """
    shapes = [(row, *_drawn(row)) for row in rows]
    counts = {"added": 0, "changed": 0, "unchanged": 0, "ended": 0}
    with transaction.atomic(), connection.cursor() as cursor:
        for at in range(0, len(shapes), 500):
            batch = {
                (row.kind, row.source, row.source_id): asdict(row) | {"geometry": shape, "corners": count}
                for row, shape, count in shapes[at : at + 500]
            }
            cursor.execute(_UPSERT_GROUND, [json.dumps(list(batch.values()))])
            written = [added for (added,) in cursor.fetchall()]
            counts["added"] += sum(written)
            counts["changed"] += len(written) - sum(written)
            counts["unchanged"] += len(batch) - len(written)
        if end_missing:
            counts["ended"] = _end_missing([row for row, *_ in shapes])
        _check_size()
        registers.record_import(actor=actor, register="ground", facts=registers.RegisterImported.of_counts(counts))
    return orgs.Loaded(**counts)


def _drawn(row: GroundInput) -> tuple[dict[str, Any], int]:
    if row.kind not in KINDS:
        raise InvalidInput("不是底图的类别：%(kind)s", field="kind", kind=row.kind)
    shape = thinned(shapely.geometry.shape(row.geometry))
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return geometry, int(shapely.get_num_coordinates(shape))


def _end_missing(rows: Sequence[GroundInput]) -> int:
    kept: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        kept.setdefault((row.kind, row.source), set()).add(row.source_id)
    return sum(
        GroundShape.objects.filter(kind=kind, source=source, active=True)
        .exclude(source_id__in=there)
        .update(active=False)
        for (kind, source), there in kept.items()
    )


def _check_size() -> None:
    corners = GroundShape.objects.filter(active=True).aggregate(all=models.Sum("corners"))["all"] or 0
    if corners > MOST_CORNERS:
        raise InvalidInput(
            "底图的道路和水系最多 %(most)s 个折点，导入后会有 %(count)s 个。请只导入主要的道路和水面。",
            field="geometry",
            most=MOST_CORNERS,
            count=corners,
        )
