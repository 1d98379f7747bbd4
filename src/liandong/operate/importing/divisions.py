"""Divisions from CSV (code lists) and GeoJSON (outlines)."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import shapely
import shapely.geometry
from django.utils.translation import gettext_noop

from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.kernel import geo
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from . import division_codes
from .sheet import Line, Outcome, Sheet, read_sheet

COLUMNS = {
    "code": ("区划代码", "代码", "统计用区划代码", "adcode"),
    "name": ("名称", "区划名称"),
    "name_en": ("英文名称", "english_name"),
    "kind": ("类别", "级别", "level"),
    "parent_code": ("上级代码", "上级区划代码", "parent"),
    "lon": ("经度", "longitude"),
    "lat": ("纬度", "latitude"),
    "geometry": ("边界",),
}
KINDS = {
    "county": ("县", "区", "市", "县级", "district"),
    "town": ("乡镇", "乡", "镇", "街道", "乡镇（街道）", "乡级", "street", "township"),
    "village": ("村", "社区", "村（社区）", "村级", "community"),
    "cell": ("网格", "grid", "grid_cell"),
    "other": ("其他",),
}
_KIND_OF = {name: kind for kind, names in KINDS.items() for name in (kind, *names)}
_DECIMALS = 7


def load(
    *,
    actor: Actor,
    path: Path,
    crs: geo.Crs,
    valid_from: date | None = None,
    end_missing: bool = False,
    county_name: str = "",
    area_code: str = "",
) -> Outcome:
    """Loads a file whole or not at all. `county_name`: the county of a list that doesn't hold it; `area_code`: of its
    telephones, where given. Raises FileRefused.
    """
    if valid_from and valid_from > orgs.today():
        raise InvalidInput("生效日期不能在将来。", field="valid_from")
    sheet = read_sheet(path, COLUMNS, ["code"])
    repaired: list[str] = []
    rows = sheet.each(lambda line: _division(line, crs, repaired))
    sheet.once("code", gettext_noop("区划代码重复：%(value)s（第 %(line)s 行已有）"), division_codes.whole)
    rows = [*_named_county(rows, county_name), *rows]
    _check_parents(sheet, rows)
    sheet.check()
    _set_up(actor, rows)
    if area_code:
        orgs.set_up_county(actor=actor, area_code=area_code)
    loaded = orgs.import_divisions(actor=actor, rows=rows, valid_from=valid_from, end_missing=end_missing)
    moved = access.follow_divisions(actor=actor)
    return Outcome(
        loaded.added, loaded.changed, loaded.unchanged, loaded.ended, (*_remarks(repaired, moved), *sheet.remarks())
    )


def _division(line: Line, crs: geo.Crs, repaired: list[str]) -> orgs.DivisionInput:
    line.fits(code=24, name=80, name_en=120)
    line.readable("name")
    code = division_codes.whole(line.text("code"))
    known = orgs.organisation().by_code.get(code)
    kind = _KIND_OF.get(line.text("kind").casefold()) or division_codes.kind(code) or (known.kind if known else "")
    if not kind and code:
        line.refuse(InvalidInput("区划 %(code)s 的类别不明，请填写 kind 列。", field="kind", code=code))
    name = line.text("name") or (known.name if known else "")
    if not name:
        line.refuse(InvalidInput("没有填写：%(names)s", field="name", names="name/名称"))
    parent = _parent(line.cells.get("parent_code"), kind) or division_codes.parent(code)
    if not parent and known and known.parent_id is not None:
        parent = orgs.organisation().divisions[known.parent_id].code
    outline = _outline(code, line.cells.get("geometry"), crs, repaired)
    lon, lat = line.number_of("lon"), line.number_of("lat")
    if lon is not None and lat is not None:
        lon, lat = geo.to_wgs84(lon, lat, crs)
    return orgs.DivisionInput(code, name, kind, parent, line.text("name_en"), outline, lon, lat)


def _parent(value: object, kind: str) -> str:
    """Outlines of map services nest the code; what lies above a county isn't ours."""
    if isinstance(value, dict):
        value = value.get("adcode") or value.get("code")
    return "" if value is None or kind == "county" else division_codes.whole(str(value).strip())


def _named_county(rows: list[orgs.DivisionInput], name: str) -> list[orgs.DivisionInput]:
    if not name or not rows:
        return []
    code = division_codes.whole(rows[0].code[:6])
    return [] if any(row.code == code for row in rows) else [orgs.DivisionInput(code, name, "county")]


def _check_parents(sheet: Sheet, rows: Iterable[orgs.DivisionInput]) -> None:
    found = {row.code: row.parent_code for row in rows}
    there = found.keys() | orgs.organisation().by_code.keys()
    for line in sheet.lines:
        code = division_codes.whole(line.text("code"))
        if found.get(code) and found[code] not in there:
            problem = InvalidInput(
                "上级区划不存在：%(code)s（先导入上级；县本级可用 --county 县名）",
                field="parent_code",
                code=found[code],
            )
            line.refuse(problem)


def _set_up(actor: Actor, rows: Iterable[orgs.DivisionInput]) -> None:
    """A county that has no name yet is called after its division."""
    top = next((row for row in rows if row.kind == "county" and not row.parent_code), None)
    if top and not orgs.county().name:
        orgs.set_up_county(actor=actor, name=top.name[:60], name_en=top.name_en[:80], code=top.code[:12])


def _remarks(repaired: list[str], moved: int) -> list[tuple[str, str]]:
    found = []
    if repaired:
        codes = "、".join(repaired[:20])
        found.append((f"边界自相交，已修复：{codes}", f"Outlines that crossed themselves were mended: {codes}"))
    if moved:
        found.append((f"{moved} 个岗位转到新的区划", f"{moved} posts were moved to the new divisions"))
    return found


def _outline(code: str, geometry: Any, crs: geo.Crs, repaired: list[str]) -> dict[str, Any] | None:
    """The geometry in WGS-84, every vertex converted; rings that cross themselves are mended. Raises InvalidInput."""
    if not geometry:
        return None
    try:
        shape = shapely.geometry.shape(geometry)
        if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
            raise InvalidInput("区划 %(code)s 的边界不是多边形。", field="geometry", code=code)
        shape = shapely.transform(shapely.force_2d(shape), in_wgs84(crs))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        raise InvalidInput("区划 %(code)s 的边界无效。", field="geometry", code=code) from error
    if not shape.is_valid:
        shape = _polygons(shapely.make_valid(shape))
        if shape.is_empty or not shape.is_valid:
            raise InvalidInput("区划 %(code)s 的边界无效。", field="geometry", code=code)
        repaired.append(code)
    plain: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return plain


def in_wgs84(crs: geo.Crs) -> Callable[[Any], list[list[float]]]:
    """Moves the vertices of a shape, for `shapely.transform`. Raises InvalidInput for an impossible one."""

    def convert(points: Any) -> list[list[float]]:
        moved = (geo.to_wgs84(float(lon), float(lat), crs) for lon, lat in points)
        return [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in moved]

    return convert


def _polygons(shape: Any) -> Any:
    """The areas of what mending left, without its stray lines and points."""
    parts = [part for part in shapely.get_parts(shape, return_index=False) if part.geom_type in _AREAS]
    return shapely.union_all(parts)


_AREAS = ("Polygon", "MultiPolygon")
