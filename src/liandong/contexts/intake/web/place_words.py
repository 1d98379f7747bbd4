"""A place in words, in the language of the request: town, village and grid, and what is nearest."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.foundation.language import in_language, is_english
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.kernel import geo

_LEVELS = ("town", "village", "cell")
_CROSSING = 2


def words_at(point: geo.LonLat) -> str:
    """`霁城街道 苇坎社区 第7网格，靠近沁园`; "" where nothing is known of the county's shape. In English a
    place without a name in Latin letters is left out.
    """
    index = places.index()
    located = index.locate(*point)
    if not located.inside:
        return gettext("这一点不在本县范围内，请核对。") if index.knows_outlines else ""
    around = places.around(*point)
    near = [_at_roads(around.roads)] if len(around.roads) == _CROSSING else []
    if around.place is not None and (around.place.name_en or not is_english()):
        near.append(gettext("靠近%(name)s") % {"name": _name(around.place)})
    elif len(around.roads) == 1:
        near.append(_at_roads(around.roads))
    return _joined(_divisions(located.division_id), *near)


def words_of(point: geo.LonLat | None, fields: Mapping[str, Any]) -> str:
    """Of a form: by its point, else by the one village or town that its address names; "" where it says neither."""
    if point is not None:
        return words_at(point)
    named = places.named_division(str(fields.get("address") or "")[:200])
    return _divisions(named) if named is not None else ""


def street_of(row: cases.NearRow) -> str:
    """Where an open matter is, no nearer than its street: road or crossing by its address, else by its street's point,
    else its village.
    """
    words, roads = places.street_words(row.address), places.roads_near(row.lon, row.lat)
    if words and not (roads and is_english()):
        return words
    if roads:
        return _at_roads(roads)
    village = places.index().locate(row.lon, row.lat).village_id
    return _short(village) if village is not None else ""


def _divisions(division_id: int | None) -> str:
    registry = orgs.organisation()
    path = [each for each in registry.path(division_id) if registry.divisions[each].kind in _LEVELS]
    return (", " if is_english() else " ").join(_short(each) for each in path)


def _short(division_id: int) -> str:
    """The name, for a grid without that of the village above it."""
    registry = orgs.organisation()
    row = registry.divisions[division_id]
    upper = registry.divisions.get(row.parent_id or 0)
    name = in_language(row.name, row.name_en)
    if row.kind != "cell" or upper is None:
        return name
    return name.removeprefix(in_language(upper.name, upper.name_en)).strip() or name


def _at_roads(roads: Sequence[places.Named]) -> str:
    if len(roads) == _CROSSING:
        first, second = (_name(each) for each in roads)
        return gettext("%(first)s与%(second)s路口附近") % {"first": first, "second": second}
    return gettext("%(road)s附近") % {"road": _name(roads[0])}


def _name(named: places.Named) -> str:
    return in_language(named.name, named.name_en)


def _joined(*parts: str) -> str:
    return (", " if is_english() else "，").join(filter(None, parts))
