"""Roads and waters of maps from GeoJSON lines and areas."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import shapely
import shapely.geometry
from django.utils.translation import gettext_noop

from liandong.foundation.places import public as places
from liandong.kernel import geo
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .divisions import in_wgs84
from .sheet import Line, Outcome, read_sheet

COLUMNS = {
    "geometry": ("线形", "边界"),
    "name": ("名称", "道路名称", "水系名称"),
    "name_en": ("英文名称", "name:en", "english_name"),
    "rank": ("等级", "道路等级", "highway", "waterway", "class"),
    "source_id": ("编号", "id", "osm_id", "@id"),
}
_RANKS = (
    "高速 高速公路 国道 省道 快速路 主干路 主干道 motorway trunk primary river 河 湖",
    "县道 次干路 次干道 乡道 secondary tertiary canal 渠",
    "支路 村道 街巷 街 巷 小路",
)
_RANK_OF = {
    word: rank for rank, words in zip(places.RANKS, _RANKS, strict=True) for word in (str(rank), *words.split())
}
_NARROW = places.RANKS[-1]


def load(*, actor: Actor, path: Path, kind: str, crs: geo.Crs, source: str, end_missing: bool = False) -> Outcome:
    """Loads a file whole or not at all. A shape is known by source and number; without a number by its name and course.
    Raises FileRefused, and InvalidInput where the ground would become too large.
    """
    sheet = read_sheet(path, COLUMNS, ["geometry"])
    rows = sheet.each(lambda line: _shape(line, kind, crs, source))
    sheet.once("source_id", gettext_noop("编号重复：%(value)s（第 %(line)s 行已有）"))
    sheet.check()
    loaded = places.import_ground(actor=actor, rows=rows, end_missing=end_missing)
    return Outcome(loaded.added, loaded.changed, loaded.unchanged, loaded.ended, sheet.remarks())


def _shape(line: Line, kind: str, crs: geo.Crs, source: str) -> places.GroundInput:
    line.fits(name=120, name_en=120, source_id=80)
    line.readable("name")
    geometry = _geometry(line.cells.get("geometry"), kind, crs)
    return places.GroundInput(
        kind=kind,
        geometry=geometry,
        source=source,
        source_id=line.text("source_id") or _key(line, geometry),
        name=line.text("name"),
        name_en=line.text("name_en"),
        rank=_RANK_OF.get(line.text("rank").casefold(), _NARROW),
    )


def _geometry(found: Any, kind: str, crs: geo.Crs) -> dict[str, Any]:
    """The geometry in WGS-84. Raises InvalidInput."""
    try:
        shape = shapely.geometry.shape(found)
        if shape.geom_type not in places.GROUND_KINDS[kind] or shape.is_empty:
            raise InvalidInput(_EXPECTED[kind], field="geometry")
        shape = shapely.transform(shapely.force_2d(shape), in_wgs84(crs))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        raise InvalidInput(_EXPECTED[kind], field="geometry") from error
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
        if shape.geom_type not in places.GROUND_KINDS[kind]:
            raise InvalidInput(_EXPECTED[kind], field="geometry")
    plain: dict[str, Any] = msgspec.json.decode(shapely.to_geojson(shape))
    return plain


_EXPECTED = {
    places.ROAD: gettext_noop("道路应是线（LineString 或 MultiLineString）。"),
    places.WATER: gettext_noop("水系应是线或面（LineString、Polygon 等）。"),
}


def _key(line: Line, geometry: dict[str, Any]) -> str:
    words = f"{line.text('name')}\n".encode("utf-8", "replace") + msgspec.json.encode(geometry)
    return sha256(words).hexdigest()[:32]
