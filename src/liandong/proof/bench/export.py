"""An export of the whole county: seconds, bytes, and how much memory it took, in a process of its own."""

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass

from liandong.contexts.cases import public as cases
from liandong.contexts.console import exporting

from .ground import Ground, inside
from .session import COORDINATOR, actor_named


@dataclass(frozen=True, slots=True)
class Exported:
    """`before_kb`, `after_kb`: the process's peak memory when it began and when the file was whole."""

    rows: int
    seconds: float
    bytes: int
    before_kb: int
    after_kb: int


def measure(ground: Ground) -> Exported:
    return Exported(**json.loads(inside(ground, tell)))


def tell() -> None:
    """Exports and prints the figures, in the process whose database it is."""
    actor, county = actor_named(COORDINATOR), cases.Scope.COUNTY
    everything = cases.Filters(openness=cases.Openness.ALL)

    def listing() -> exporting.Listing:
        return exporting.filtered(actor=actor, name="square", scope=county, filters=everything, sort=cases.Sort.NEWEST)

    cases.list_cases(actor=actor, scope=county, filters=everything, rows=exporting.BATCH)
    before_kb, begun = _peak_kb(), time.perf_counter()
    file = exporting.export(actor=actor, listing=listing())
    found = Exported(
        rows=listing().count.number,
        seconds=time.perf_counter() - begun,
        bytes=file.seek(0, 2),
        before_kb=before_kb,
        after_kb=_peak_kb(),
    )
    sys.stdout.write(json.dumps(asdict(found)))


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def line(row: Exported) -> str:
    """`export, 100,000 rows   21.3 s   9.8 MB, memory 142 → 151 MB`."""
    return (
        f"export, {row.rows:,} rows {row.seconds:>12.1f} s {row.bytes / 1e6:>8.1f} MB,"
        f" memory {row.before_kb / 1024:.0f} → {row.after_kb / 1024:.0f} MB"
    )
