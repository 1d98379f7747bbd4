"""Pages and maps as those who use them meet them, each checked by what must stand in it, beside the rows that it shows
by prepared SQL where it shows rows.
"""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import bare
from .bare import Database
from .client import Connection, timed
from .figures import Figure, figure
from .ground import Ground, served
from .lists import LINES, POINTS, ROWS, Line, numbers
from .session import Posts, posts

MAP = "map points of a list"
_LISTED = {each.name: each for each in LINES}
_POINTS = (
    _LISTED["open, newest"]
    .statement("id, category_code, lon, lat, due_at, yellow_at, red_at")
    .replace("WHERE ", "WHERE lon IS NOT NULL AND ", 1)
    .replace(f"LIMIT {ROWS}", f"LIMIT {POINTS}")
)
_CASE = """
SELECT row_to_json(c), (SELECT json_agg(t) FROM cases_task t WHERE t.case_id = c.id),
  (SELECT json_agg(r) FROM intake_report r WHERE r.case_id = c.id),
  (SELECT json_agg(p) FROM intake_photo p JOIN intake_report r ON r.id = p.report_id WHERE r.case_id = c.id),
  (SELECT json_agg(d) FROM cases_deadline_entry d WHERE d.case_id = c.id),
  (SELECT json_agg(m) FROM cases_message m WHERE m.case_id = c.id)
FROM cases_case c WHERE id = %(case)s
"""


@dataclass(frozen=True, slots=True)
class Page:
    """`path` with names of `_values`; `who` is a field of `Posts`, "" for anybody. `must` stands in the page; of a
    `listed` page every number of that list besides. `bare`: the same rows by SQL.
    """

    name: str
    path: str
    who: str
    must: str
    checked: str
    listed: Line | None = None
    bare: str = ""


def _square(name: str, query: str, line: str) -> Page:
    listed = _LISTED[line]
    checked = "the numbers of the list that SQL finds"
    path = f"/console/square/?{query}"
    return Page(f"square, {name}", path, "handler", "/console/square/", checked, listed, listed.statement())


PAGES = (
    Page("case, JSON", "/api/v1/cases/{number}", "handler", "{number}", "its number", bare=_CASE),
    Page("case, page", "/console/case/{number}/", "handler", "/case/{number}/", "its address", bare=_CASE),
    _square("open", "", "open, newest"),
    _square("red", "light=red", "red"),
    _square("yellow", "light=yellow", "yellow"),
    _square("green", "light=green", "green"),
    _square("state handling", "state=handling", "state handling"),
    _square("due first", "sort=due", "open, due first"),
    _square("ended", "openness=ended", "ended"),
    Page(
        MAP,
        "/api/v1/cases/points.geojson?scope=office",
        "handler",
        "FeatureCollection",
        "the ids of the first 2,000 with a point that SQL finds",
        bare=_POINTS,
    ),
    Page("my tasks", "/console/tasks/", "handler", "/console/tasks/", "its own address in the navigation"),
    Page("workload", "/console/workload/", "handler", "/console/workload/", "its own address in the navigation"),
    Page("queue, category", "/console/queue/?queue=category", "clerk", "queue-meaning", "the queue's meaning"),
    Page("queue, place", "/console/queue/?queue=place", "clerk", "queue-meaning", "the queue's meaning"),
    Page("notifications", "/notifications/", "handler", "/notifications/", "its own address"),
    Page("home", "/", "", "/report/", "the way to the report form"),
    Page("report form", "/report/", "", "csrfmiddlewaretoken", "the form's token"),
    Page("sign-in", "/accounts/login/", "", 'name="password"', "the field for the password"),
    Page("status page of a reporter", "{status}", "", "{words}", "the words that were sent"),
)


def names() -> list[str]:
    return [each.name for each in PAGES]


def measure(ground: Ground, times: int) -> Iterator[tuple[Figure, Figure | None]]:
    """(over HTTP, bare SQL) of each page, so many times at one connection."""
    who = posts(ground)
    with served(ground) as web, bare.connected(ground) as database:
        values = _values(web.port, who)
        for each in PAGES:
            yield _measured(each, who, web.port, values, database, times)


def _values(port: int, who: Posts) -> Mapping[str, object]:
    """A case of the office's, and a report of our own whose status page is looked at."""
    lon, lat = who.points[0]
    report = {"text": "幸福路路灯不亮，请维修。", "lon": lon, "lat": lat, "category_code": "010102"}
    connection = Connection(port, {"X-Api-Key": who.key, "Content-Type": "application/json"})
    _, body = connection.request("POST", "/api/v1/reports", json.dumps(report).encode())
    taken = json.loads(body)
    case_id, number = who.cases[0]
    return {
        "office": who.office,
        "post": who.post,
        "town": who.town,
        "village": who.village,
        "case": case_id,
        "number": number,
        "words": report["text"],
        "status": "/" + taken["status_url"].split("/", 3)[3],
    }


def _measured(
    each: Page, who: Posts, port: int, values: Mapping[str, object], database: Database, times: int
) -> tuple[Figure, Figure | None]:
    headers = {"Cookie": f"sessionid={getattr(who, each.who)}"} if each.who else {}
    connection = Connection(port, headers)
    durations, failed, bodies = timed(connection, "GET", each.path.format(**values), times)
    wrong = "" if failed else next(filter(None, (wrong_in(body, each, values, database) for body in bodies)), "")
    row = figure(each.name, durations, failed=failed, wrong=wrong)
    if not each.bare:
        return row, None
    return row, bare.asked(database, each.bare, values, times)


def wrong_in(body: bytes, each: Page, values: Mapping[str, object], database: Database) -> str:
    """Parts that a page lacks. Lights turn while we look: asked twice more."""
    page = html.unescape(body.decode())
    if (must := each.must.format(**values)) not in page:
        return f"no {must} in the page"
    if each.name == MAP:
        return _wrong_points(body, values, database)
    return _wrong_rows(page, each.listed, values, database) if each.listed else ""


def _wrong_rows(page: str, listed: Line, values: Mapping[str, object], database: Database) -> str:
    missing: list[str] = []
    for _ in range(3):
        missing = [number for number in numbers(listed, values, database) if f"/case/{number}/" not in page]
        if not missing:
            return ""
    return f"{len(missing)} of the list aren't in the page, {missing[0]} first"


def _wrong_points(body: bytes, values: Mapping[str, object], database: Database) -> str:
    told = [feature["properties"]["id"] for feature in json.loads(body)["features"]]
    found = [row[0] for row in database.execute(_POINTS.encode(), values)]
    return "" if told == found else f"{len(told)} points, SQL has {len(found)}"
