"""The place of a report while it is chosen: suggestions for a typed place, open matters near it, the map's ground."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page, require_GET, require_POST

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.same_matter import mark_of, named_by, token_of
from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs
from liandong.foundation.places import public as places
from liandong.foundation.registers.public import Cached
from liandong.kernel import geo, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .place_words import street_of, words_of

_SUGGESTED = 6
NEAR_SHOWN = 10
_GROUND_KINDS = ("county", "town", "village")
_SIMPLIFIED_DEG = 0.00005
_DECIMALS = 5
_DIVISION = "d"
_ID_SIGNS = 19
_APART = "apart"
"""The press that takes the choice of an open matter back."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One meaning of a typed address: a place of the register, with the division that tells it from its namesakes, or
    (no point) a village or town as a whole. `key` names it in the form, `reason` says why it is offered.
    """

    key: str
    name: str
    detail: str
    lon: float | None
    lat: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NearMatter:
    """An open matter near by, by category and street only: the report's own words are its reporter's. `token`
    names it in a report that says it is the same, `choice` is the same in every list that names the matter;
    `is_chosen`: this one does. `number`: of one that the post at work may open, else "".
    """

    token: str
    choice: str
    name: str
    where: str
    distance_m: int
    received_at: datetime
    state: str
    is_chosen: bool
    number: str = ""


def suggestions(asked: str) -> list[Suggestion]:
    """Meanings of what was typed so far, best first."""
    registry = orgs.organisation()
    return [_offered(row, registry) for row in places.candidates(asked, limit=_SUGGESTED)]


def suggestion(key: str) -> Suggestion | None:
    """The suggestion that was picked from the list."""
    registry = orgs.organisation()
    number = key.removeprefix(_DIVISION)
    if not (number.isascii() and number.isdecimal() and len(number) < _ID_SIGNS):
        return None
    if key.startswith(_DIVISION):
        division = registry.divisions.get(int(number))
        return Suggestion(key, _whole_name(division, registry), "", None, None) if division else None
    row = places.by_id(int(number))
    if row is None:
        return None
    return Suggestion(key, row.name, _detail(row.address, row.division_id, registry), row.lon, row.lat)


def picked_place(key: str, typed: str) -> dict[str, str]:
    """The fields of the place after a pick. A division is written into the address, unless that names it clearly
    already: it gives no point.
    """
    picked = suggestion(key)
    if picked is None:
        return {}
    if picked.lon is not None and picked.lat is not None:
        return {"address": picked.name, "lon": f"{picked.lon:.6f}", "lat": f"{picked.lat:.6f}"}
    is_clear = f"{_DIVISION}{places.named_division(typed)}" == key
    return {
        "address": typed if is_clear else written.cut(f"{picked.name} {typed}", "address").strip(),
        "lon": "",
        "lat": "",
    }


def _offered(row: places.Candidate, registry: orgs.Organisation) -> Suggestion:
    reason = places.reason_words(row)
    if row.place_id is None:
        division = registry.divisions[row.division_id or 0]
        return Suggestion(
            f"{_DIVISION}{row.division_id}",
            _name_of(division),
            _detail("", division.parent_id, registry),
            None,
            None,
            reason,
        )
    detail = _detail(row.address, row.division_id, registry)
    return Suggestion(str(row.place_id), row.name, detail, row.lon, row.lat, reason)


def _detail(address: str, division_id: int | None, registry: orgs.Organisation) -> str:
    divisions = [registry.divisions[each] for each in registry.path(division_id)]
    names = [_name_of(each) for each in divisions if each.kind in ("town", "village")]
    return " · ".join(filter(None, [address, *names]))


def _whole_name(division: orgs.DivisionRow, registry: orgs.Organisation) -> str:
    """`白沟镇南沟村`, as an address has it."""
    path = [registry.divisions[each] for each in registry.path(division.id)]
    return "".join(each.name for each in path if each.kind in ("town", "village"))


def _name_of(division: orgs.DivisionRow) -> str:
    return in_language(division.name, division.name_en)


def point_of(fields: Mapping[str, Any]) -> geo.LonLat | None:
    """Where a half-filled form points: its coordinates, else the one place that its address names."""
    lon, lat = str(fields.get("lon") or "").strip(), str(fields.get("lat") or "").strip()
    try:
        if lon and lat:
            return geo.check_coordinates(float(lon), float(lat))
    except (ValueError, InvalidInput):
        return None
    place = places.resolve(str(fields.get("address") or "")[:200])
    return geo.LonLat(place.lon, place.lat) if place else None


def place_context(fields: Mapping[str, Any], actor: Actor | None = None) -> dict[str, Any]:
    """Context of what follows from the place: the place in words, and open matters near it; `actor`: the post at work
    that asks.
    """
    point = point_of(fields)
    return {"place_words": words_of(point, fields), "near": near_matters(point, fields, actor)}


def near_matters(point: geo.LonLat | None, fields: Mapping[str, Any], actor: Actor | None = None) -> list[NearMatter]:
    """Open matters near the point, one more than is shown where there are more."""
    if point is None:
        return []
    chosen = None if fields.get("look") == _APART else named_by(str(fields.get("same_as") or ""))
    rows = cases.near_by(*point, most=NEAR_SHOWN + 1)
    seen = cases.visible_among([row.id for row in rows], actor=actor) if actor and rows else {}
    return [
        NearMatter(
            token_of(row.id),
            mark_of(row.id),
            categories.category_name(row.category_code),
            street_of(row),
            row.distance_m,
            row.received_at,
            gettext(cases.STATE_NAMES[cases.State(row.state)]),
            is_chosen=chosen is not None and chosen.id == row.id,
            number=row.number if row.id in seen else "",
        )
        for row in rows
    ]


@require_POST
def suggest(request: HttpRequest, place_part: str = "intake:report_place") -> HttpResponse:
    """The list under the typed address. A POST, so that what is typed stands in no address and no log."""
    context = {
        "suggestions": suggestions(request.POST.get("address", "")[:200]),
        "parts": {"place": reverse(place_part)},
    }
    return render(request, "intake/parts/suggestions.html", context)


@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """The chosen place in words, and the list of open matters near it."""
    context = {"parts": {"near": reverse("intake:report_near")}}
    return render(request, "intake/parts/near.html", context | place_context(request.POST.dict()))


@require_GET
def near_points(request: HttpRequest) -> HttpResponse:
    """The same as points for the map: no numbers, no links."""
    point = point_of({"lon": request.GET.get("lon"), "lat": request.GET.get("lat")})
    rows = cases.near_by(*point) if point else []
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": {"id": index, "light": "none", "kind": categories.category_name(row.category_code)},
        }
        for index, row in enumerate(rows)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _load_ground() -> bytes:
    """Outlines of county, towns and villages, thinned to about five metres, then roads, waters and known places, as
    compact GeoJSON.
    """
    divisions = orgs.organisation().divisions
    outlines = [
        json.dumps(_feature(divisions[pk], outline), ensure_ascii=False, separators=(",", ":")).encode()
        for kind in _GROUND_KINDS
        for pk, outline in orgs.outlines(kind)
    ]
    features = b",".join([*outlines, *places.ground_features()])
    return b'{"type":"FeatureCollection","features":[' + features + b"]}"


def _feature(row: orgs.DivisionRow, outline: dict[str, object]) -> dict[str, object]:
    shape = shapely.simplify(shapely.geometry.shape(outline), _SIMPLIFIED_DEG)
    return {
        "type": "Feature",
        "properties": {"level": row.kind, "code": row.code, "name": row.name, "name_en": row.name_en},
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 10**-_DECIMALS))),
    }


_ground = Cached(_load_ground, "divisions", "ground", "places")


@require_GET
@conditional_page
def ground(request: HttpRequest) -> HttpResponse:
    """The ground of every map of the county; public, and the same for all."""
    response = HttpResponse(_ground.get(), content_type="application/geo+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
