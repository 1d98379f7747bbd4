"""Every register's importer by its name, with the options of command and page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from liandong.foundation.orgs import public as orgs
from liandong.kernel import geo
from liandong.kernel.actor import Actor

from . import calendar, divisions, duties, ground, offices, places, staff, taxonomy
from .sheet import Columns, Outcome

Options = Mapping[str, Any]
Loader = Callable[[Actor, Path, Options], Outcome]
COLUMNS: Mapping[str, Columns] = {
    "divisions": divisions.COLUMNS,
    "offices": offices.COLUMNS,
    "staff": staff.COLUMNS,
    "duties": duties.COLUMNS,
    "calendar": calendar.COLUMNS,
    "places": places.COLUMNS,
    "roads": ground.COLUMNS,
    "waters": ground.COLUMNS,
}
"""Of those that are tables."""
RECORDS: Mapping[str, str] = {"calendar": "days"}
"""Where a JSON object keeps the rows, if not in features."""


def _crs(options: Options) -> geo.Crs:
    """The system that the option names, else the one in which this county reads foreign coordinates."""
    asked: geo.Crs | None = options["crs"]
    return asked or geo.Crs(orgs.county().map_crs)


def _ground(kind: str) -> Loader:
    return lambda actor, path, options: ground.load(
        actor=actor,
        path=path,
        kind=kind,
        crs=_crs(options),
        source=(options["source"] or path.stem)[:60],
        end_missing=options["end_missing"],
    )


LOADERS: Mapping[str, Loader] = {
    "divisions": lambda actor, path, options: divisions.load(
        actor=actor,
        path=path,
        crs=_crs(options),
        valid_from=options["valid_from"],
        end_missing=options["end_missing"],
        county_name=options["county"],
        area_code=options["area_code"],
    ),
    "offices": lambda actor, path, _: offices.load(actor=actor, path=path),
    "staff": lambda actor, path, _: staff.load(actor=actor, path=path),
    "duties": lambda actor, path, _: duties.load(actor=actor, path=path),
    "taxonomy": lambda actor, path, options: taxonomy.load(
        actor=actor, path=path, retire_missing=options["retire_missing"]
    ),
    "calendar": lambda actor, path, options: calendar.load(
        actor=actor, path=path, source=options["source"] or path.stem, covers_until=options["covers_until"]
    ),
    "places": lambda actor, path, options: places.load(
        actor=actor, path=path, crs=_crs(options), source=(options["source"] or path.stem)[:60]
    ),
    "roads": _ground("road"),
    "waters": _ground("water"),
}
