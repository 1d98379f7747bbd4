"""Named places from CSV or GeoJSON points."""

from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext_noop

from liandong.foundation.places import public as places
from liandong.kernel import geo
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .sheet import Line, Outcome, read_sheet

COLUMNS = {
    "name": ("名称", "地点名称"),
    "lon": ("经度", "longitude", "lng", "x"),
    "lat": ("纬度", "latitude", "y"),
    "kind": ("类别", "类型", "type"),
    "address": ("地址", "标准地址"),
    "aliases": ("别名",),
    "source_id": ("编号", "id"),
    "crs": ("坐标系",),
}


def load(*, actor: Actor, path: Path, crs: geo.Crs, source: str) -> Outcome:
    """Loads a file whole or not at all. A place is known by source and number; without a number by its name, address
    and point. Raises FileRefused.
    """
    sheet = read_sheet(path, COLUMNS, ["name", "lon", "lat"])
    rows = sheet.each(lambda line: _place(line, crs, source))
    sheet.once("source_id", gettext_noop("编号重复：%(value)s（第 %(line)s 行已有）"))
    sheet.check()
    loaded = places.import_places(actor=actor, rows=rows)
    return Outcome(loaded.added, loaded.changed, loaded.unchanged, remarks=sheet.remarks())


def _place(line: Line, crs: geo.Crs, source: str) -> places.PlaceInput:
    line.fits(name=120, kind=40, address=200, source_id=80)
    line.readable("name")
    lon, lat = line.number_of("lon"), line.number_of("lat")
    own = _crs(line) or crs
    if lon is not None and lat is not None:
        geo.to_wgs84(lon, lat, own)
    return places.PlaceInput(
        name=line.text("name"),
        lon=lon or 0.0,
        lat=lat or 0.0,
        kind=line.text("kind"),
        address=line.text("address"),
        aliases=tuple(alias[:120] for alias in line.several("aliases")),
        source=source,
        source_id=line.text("source_id") or _key(line),
        crs=own.value,
    )


def _crs(line: Line) -> geo.Crs | None:
    name = line.text("crs")
    if not name:
        return None
    try:
        return geo.Crs(name.casefold().replace("-", ""))
    except ValueError:
        line.refuse(InvalidInput("坐标系应为 wgs84、cgcs2000、gcj02 或 bd09：%(name)s", field="crs", name=name[:20]))
        return None


def _key(line: Line) -> str:
    words = "\n".join(line.text(name) for name in ("name", "address", "lon", "lat"))
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:32]
