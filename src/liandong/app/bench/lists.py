"""Lists of 50, one case and its page, as a signed-in handler of one office, beside the same rows by bare SQL."""

import time
from collections.abc import Sequence

import psycopg

from .client import Connection, repeat
from .figures import Figure, figure
from .ground import Ground, served

TIMES = 60
LISTS = {
    "open, newest": "",
    "open, oldest": "sort=oldest",
    "open, due first": "sort=due",
    "red": "light=red",
    "yellow": "light=yellow",
    "green": "light=green",
    "state handling": "state=handling",
    "group of categories": "category_code=0101&openness=all",
    "one category": "category_code=010102&openness=all",
    "rare category": "category_code=130101&openness=all",
    "one town": "town_id={town}&openness=all",
    "severity 2": "severity=2&openness=all",
    "channel open311": "channel=open311&openness=all",
    "all, newest": "openness=all",
    "all, last page": "openness=all&cursor=last",
    "ended": "openness=ended",
    "text, common": "text=垃圾&openness=all",
    "text, middling": "text=路灯不亮&openness=all",
    "text, rare": "text=不存在的词组&openness=all",
}
_BARE_LIST = """
SELECT id, state, title, category_code, severity, address, office_id, assignee_id, received_at, due_at, red_at
FROM cases_case WHERE office_id = %s AND closed_at IS NULL ORDER BY received_at DESC, id DESC LIMIT 50
"""
_BARE_CASE = """
SELECT row_to_json(c), (SELECT json_agg(t) FROM cases_task t WHERE t.case_id = c.id),
  (SELECT json_agg(r) FROM intake_report r WHERE r.case_id = c.id),
  (SELECT json_agg(m) FROM cases_message m WHERE m.case_id = c.id)
FROM cases_case c WHERE id = %s
"""


def measure(
    ground: Ground, session: str, office: int, town: int, cases: Sequence[tuple[int, str]]
) -> list[tuple[Figure, Figure | None]]:
    """Figures at one connection: every list, then JSON detail and page of a few cases (id, number)."""
    bare_list = _bare(ground, _BARE_LIST, [[office]] * TIMES)
    bare_case = _bare(ground, _BARE_CASE, [[case_id] for case_id, _ in cases])
    found: list[tuple[Figure, Figure | None]] = []
    with served(ground) as port:
        connection = Connection(port, {"Cookie": f"sessionid={session}", "Accept": "application/json"})
        for name, query in LISTS.items():
            path = f"/api/v1/cases?scope=office&{query.format(town=town)}".rstrip("&")
            durations, failed = repeat(connection, _quoted(path), TIMES)
            found.append((figure(f"list, {name}", durations, failed=failed), bare_list))
        for name, path in (("case, JSON", "/api/v1/cases/{}"), ("case, page", "/console/case/{}/")):
            durations, failed = [], 0
            for _, number in cases:
                took, wrong = repeat(connection, path.format(number), 1, warm_up=1)
                durations, failed = durations + took, failed + wrong
            found.append((figure(name, durations, failed=failed), bare_case))
        durations, failed = repeat(connection, "/console/square/", TIMES)
        found.append((figure("event square, page", durations, failed=failed), None))
    return found


def _quoted(path: str) -> str:
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)


def _bare(ground: Ground, statement: str, values: Sequence[Sequence[object]]) -> Figure:
    durations = []
    with psycopg.connect(ground.url, autocommit=True) as connection:
        for each in [*values[:5], *values]:
            begun = time.perf_counter()
            connection.execute(statement, each, prepare=True).fetchall()
            durations.append(time.perf_counter() - begun)
    return figure("bare SQL", durations[5:])
