"""A case table as after a burst: four years of an ordinary county, and above them fresh cases that all came into one
office, cell and category within the last hour; written by SQL, without reports.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from liandong.contexts.categories import public as categories
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from tests import county

ORDINARY = 12_000


@dataclass(frozen=True, slots=True)
class Burst:
    """Of every fresh case; the rest as a report of the web that nobody has touched."""

    office_id: int
    cell: str = "A11"
    category_code: str = county.RUBBISH
    state: str = "dispatched"
    queue: str = ""
    light: str = "green"


def ordinary_years(now: datetime) -> None:
    """Cases of every office, cell, category and state until yesterday, most of them ended."""
    places = [_place(cell) for cell in county.CELLS]
    values = {
        "now": now,
        "rows": ORDINARY,
        "cells": [cell for cell, _, _ in places],
        "villages": [village for _, village, _ in places],
        "towns": [town for _, _, town in places],
        "offices": [row.id for row in orgs.organisation().offices.values()],
        "posts": [row.id for row in access.staff().values()],
        "categories": [row.code for row in categories.taxonomy().by_code.values() if row.leaf],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ORDINARY, values)


def fall(burst: Burst, *, fresh: int, now: datetime) -> None:
    """So many fresh cases; the planner knows of them."""
    cell, village, town = _place(burst.cell)
    values = {
        "now": now,
        "fresh": fresh,
        "cell": cell,
        "village": village,
        "town": town,
        "office": burst.office_id,
        "category": burst.category_code,
        "state": burst.state,
        "queue": burst.queue,
        "yellow_after": {"red": "-1 hour", "yellow": "-1 minute", "green": "2 days"}[burst.light],
        "red_after": {"red": "-1 minute", "yellow": "1 day", "green": "3 days"}[burst.light],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, values)
        cursor.execute("ANALYZE cases_case")


def reads(statement: str) -> int:
    """Rows that a statement takes from its tables, those too that it then leaves out."""
    return _rows_of(_done(statement))


def pages(statement: str) -> tuple[int, int]:
    """(pages of tables and indexes that a statement looks at, rows that it takes)."""
    plan = _done(statement)
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], _rows_of(plan)


def _done(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of a test is small enough to be read whole
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def _rows_of(node: dict[str, Any]) -> int:
    below = sum(map(_rows_of, node.get("Plans", ())))
    if "Relation Name" not in node:
        return below
    counted = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return below + round(sum(node.get(each, 0) for each in counted) * node["Actual Loops"])


def _place(cell: str) -> tuple[int, int, int]:
    """(cell, village, town), by id."""
    found = orgs.organisation()
    row = found.by_code[county.CELLS[cell]]
    village = found.divisions[row.parent_id or 0]
    return row.id, village.id, village.parent_id or 0


_INTO = """
INSERT INTO cases_case (state, queue, category_code, channel, severity, cell_id, division_id, village_id, town_id,
  office_id, assignee_id, received_at, clock_from, changed_at, yellow_at, red_at, closed_at, unhappy_at, provisional,
  extension_asked, joined_to_id, title, language, address, lon, lat, source_crs, category_version, is_private,
  is_confidential, accept_budget, finish_budget, report_count, rework_count, version)
"""
_REST = "NULL, '', '', '', 105.0, 35.0, 'wgs84', 1, false, false, '60wm', '3wd', 1, 0, 1"
_ORDINARY = f"""
WITH drawn AS (
  SELECT n, %(now)s::timestamptz - interval '1 day' - n * interval '4 years' / %(rows)s AS at,
    (n::bigint * 7919) %% 1009 AS chance, (n::bigint * 104729) %% 997 AS other
  FROM generate_series(1, %(rows)s) n
), lived AS (
  SELECT *, CASE WHEN chance < 860 THEN 'closed' WHEN chance < 870 THEN 'withdrawn' WHEN chance < 880 THEN 'referred'
    WHEN chance < 910 THEN 'answered' WHEN chance < 970 THEN 'handling' WHEN chance < 980 THEN 'asked'
    WHEN chance < 985 THEN 'parked' WHEN chance < 990 THEN 'coordinating' WHEN chance < 1000 THEN 'received'
    ELSE 'dispatched' END AS state
  FROM drawn
), clocked AS (
  SELECT *, state IN ('closed', 'withdrawn', 'referred') AS has_ended,
    state IN ('received', 'dispatched', 'handling', 'coordinating') AS runs,
    (1 + other / 5) * interval '1 day' AS budget
  FROM lived
)
{_INTO}
SELECT state, CASE WHEN state = 'received' THEN (ARRAY['category', 'place', 'duty'])[1 + other %% 3] ELSE '' END,
  (%(categories)s::text[])[1 + other %% cardinality(%(categories)s::text[])],
  (ARRAY['web', 'phone', 'open311', 'import'])[1 + chance %% 4], 1 + other %% 4,
  (%(cells)s::int[])[1 + n %% 8], (%(cells)s::int[])[1 + n %% 8], (%(villages)s::int[])[1 + n %% 8],
  (%(towns)s::int[])[1 + n %% 8], (%(offices)s::int[])[1 + other %% cardinality(%(offices)s::int[])],
  CASE WHEN state IN ('handling', 'answered', 'closed')
    THEN (%(posts)s::int[])[1 + other %% cardinality(%(posts)s::int[])] END,
  at, at, at, CASE WHEN runs THEN at + budget * 0.8 END, CASE WHEN runs THEN at + budget END,
  CASE WHEN has_ended THEN at + interval '4 days' END, CASE WHEN chance BETWEEN 880 AND 881 THEN at END,
  chance = 912, CASE WHEN chance = 913 THEN '2wd' ELSE '' END, {_REST}
FROM clocked
"""  # noqa: S608 (texts of this file)
_FRESH = f"""
{_INTO}
SELECT %(state)s, %(queue)s, %(category)s, 'web', 4, %(cell)s, %(cell)s, %(village)s, %(town)s, %(office)s, NULL,
  at, at, at, at + %(yellow_after)s::interval, at + %(red_after)s::interval, NULL, NULL, false, '', {_REST}
FROM (SELECT %(now)s::timestamptz - n * interval '1 hour' / %(fresh)s AS at FROM generate_series(%(fresh)s, 1, -1) n) f
"""  # noqa: S608
