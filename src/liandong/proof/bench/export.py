"""An export of the whole county: seconds, bytes, and how much memory it took, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass

from .ground import Ground

_EXPORT = """
import json, resource, time, django
django.setup()
from liandong.contexts.cases import public as cases
from liandong.contexts.console import exporting
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
actor = access.actor_of(Staff.objects.filter(role="coordinator").order_by("id").first())
everything = cases.Filters(openness=cases.Openness.ALL)
def listing():
    return exporting.filtered(
        actor=actor, name="square", scope=cases.Scope.COUNTY, filters=everything, sort=cases.Sort.NEWEST
    )
cases.list_cases(actor=actor, scope=cases.Scope.COUNTY, filters=everything, rows=exporting.BATCH)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
file = exporting.export(actor=actor, listing=listing())
took = time.perf_counter() - begun
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "rows": listing().count.number, "seconds": took, "bytes": file.seek(0, 2), "before_kb": before, "after_kb": after,
}))
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """`before_kb`, `after_kb`: the process's peak memory when it began and when the file was whole."""

    rows: int
    seconds: float
    bytes: int
    before_kb: int
    after_kb: int


def measure(ground: Ground) -> Exported:
    told = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _EXPORT], env=ground.environment, check=True, capture_output=True, text=True
    ).stdout
    return Exported(**json.loads(told))


def line(row: Exported) -> str:
    """`export, 100,000 rows   21.3 s   9.8 MB, memory 142 → 151 MB`."""
    return (
        f"export, {row.rows:,} rows {row.seconds:>12.1f} s {row.bytes / 1e6:>8.1f} MB,"
        f" memory {row.before_kb / 1024:.0f} → {row.after_kb / 1024:.0f} MB"
    )
