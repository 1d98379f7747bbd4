"""Lists of 50 over the API, as a signed-in handler of one office, beside the same rows by prepared SQL.

Every answer is checked: its rows are those that a statement of our own finds, in its order, and the count is the
database's.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from liandong.contexts.cases import public as cases
from liandong.kernel import ids, text

from . import bare
from .bare import Database
from .client import Connection, timed
from .figures import Figure, figure
from .ground import Ground, served
from .session import Posts, posts

ROWS, COUNT_EXACT_TO, POINTS = 50, 1000, 2000
CHECKED = "ids and their order, and the count, as SQL of its own finds them"


@dataclass(frozen=True, slots=True)
class Line:
    """`query` asks the API, `where` the database for the same; both with names of `Posts`."""

    name: str
    query: str
    where: str
    order: str = "received_at DESC, id DESC"
    is_turned: bool = False

    def statement(self, columns: str = "") -> str:
        """The statement for the rows of one page; `is_turned`: the last page, asked for from the end."""
        order = self.order.replace("DESC", "ASC") if self.is_turned else self.order
        rows = f"SELECT {columns or _COLUMNS} FROM cases_case WHERE {_SEEN} AND {self.where}"  # noqa: S608
        return f"{rows} ORDER BY {order} LIMIT {ROWS}"

    def count(self) -> str:
        return f"SELECT count(*) FROM (SELECT FROM cases_case WHERE {_SEEN} AND {self.where} LIMIT {COUNT_EXACT_TO}) c"  # noqa: S608


_COLUMNS = ", ".join(cases.CaseRow.__slots__)
_SEEN = (
    "office_id = %(office)s AND complained_office_id IS DISTINCT FROM %(office)s"
    " AND complained_staff_id IS DISTINCT FROM %(post)s"
)
_OPEN, _ENDED = "closed_at IS NULL", "closed_at IS NOT NULL"
_BY_RED = "red_at, id"
_BY_DUE = "red_at NULLS LAST, CASE WHEN red_at IS NULL THEN received_at END, id"


def _words(words: str) -> str:
    query = " & ".join(f"'{word}'" for word in text.query_tokens(words)).replace("'", "''")
    return f"tokens @@ '{query}'::tsquery AND received_at >= now() - interval '365 days'"


LINES = (
    Line("open, newest", "", _OPEN),
    Line("open, oldest", "sort=oldest", _OPEN, "received_at, id"),
    Line("open, due first", "sort=due", _OPEN, _BY_DUE),
    Line("red", "light=red", "red_at <= now()"),
    Line("yellow", "light=yellow", "yellow_at <= now() AND red_at > now()"),
    Line("green", "light=green", "red_at > now() AND (yellow_at IS NULL OR yellow_at > now())"),
    Line("no clock", "light=none", f"red_at IS NULL AND {_OPEN}"),
    Line("red, due first", "light=red&sort=due", "red_at <= now()", _BY_RED),
    Line("green, oldest", "light=green&sort=oldest", "yellow_at > now() AND red_at > now()", "received_at, id"),
    Line("state handling", "state=handling", "state = 'handling'"),
    Line("state asked", "state=asked", "state = 'asked'"),
    Line("state dispatched", "state=dispatched", "state = 'dispatched'"),
    Line("state handling, due first", "state=handling&sort=due", "state = 'handling'", _BY_DUE),
    Line("state closed", "state=closed&openness=all", "state = 'closed'"),
    Line("group of categories", "category=0101&openness=all", "category_code LIKE '0101%%'"),
    Line("domain of categories", "category=01&openness=all", "category_code LIKE '01%%'"),
    Line("one category", "category=010102&openness=all", "category_code = '010102'"),
    Line("rare category", "category=130101&openness=all", "category_code = '130101'"),
    Line("one category, ended", "category=010102&openness=ended", f"category_code = '010102' AND {_ENDED}"),
    Line("one town", "town={town}&openness=all", "town_id = %(town)s"),
    Line("one village", "village={village}&openness=all", "village_id = %(village)s"),
    Line("one post", "assignee={post}&openness=all", "assignee_id = %(post)s"),
    Line("severity 2", "severity=2&openness=all", "severity = 2"),
    Line("severity 2, open", "severity=2", f"severity = 2 AND {_OPEN}"),
    Line("channel open311", "channel=open311&openness=all", "channel = 'open311'"),
    Line("channel open311, open", "channel=open311", f"channel = 'open311' AND {_OPEN}"),
    Line("all, newest", "openness=all", "true"),
    Line("all, last page", "openness=all&cursor=last", "true", is_turned=True),
    Line("ended", "openness=ended", _ENDED),
    Line("text, common", "q=垃圾&openness=all", _words("垃圾")),
    Line("text, middling", "q=路灯不亮&openness=all", _words("路灯不亮")),
    Line("text, rare", "q=不存在的词组&openness=all", _words("不存在的词组")),
)


def names() -> list[str]:
    return [f"list, {each.name}" for each in LINES]


def measure(ground: Ground, times: int) -> Iterator[tuple[Figure, Figure]]:
    """(over HTTP, bare SQL) of each line, so many times at one connection each."""
    who = posts(ground)
    with served(ground) as web, bare.connected(ground) as database:
        connection = Connection(web.port, {"Cookie": f"sessionid={who.handler}", "Accept": "application/json"})
        for each in LINES:
            yield _measured(each, who, connection, database, times)


def _measured(each: Line, who: Posts, connection: Connection, database: Database, times: int) -> tuple[Figure, Figure]:
    values = {"office": who.office, "post": who.post, "town": who.town, "village": who.village}
    path = _path(f"/api/v1/cases?scope=office&{each.query.format(**values)}".rstrip("&"))
    durations, failed, bodies = timed(connection, "GET", path, times)
    wrong = "" if failed else next(filter(None, (wrong_in(body, each, values, database) for body in bodies)), "")
    if not (failed or wrong):
        wrong = _miscounted(connection, path, each, values, database)
    beside = bare.asked(database, each.statement(), values, times)
    return figure(f"list, {each.name}", durations, failed=failed, wrong=wrong), beside


def wrong_in(body: bytes, each: Line, values: Mapping[str, object], database: Database) -> str:
    """The fault of an answer, "" where it is what was asked. Lights turn while we look: asked twice more."""
    told = [row["number"] for row in json.loads(body)["rows"]]
    for _ in range(3):
        found = numbers(each, values, database)
        if told == found:
            return ""
    return f"{len(told)} rows from {told[:1]}, SQL has {len(found)} from {found[:1]}"


def numbers(each: Line, values: Mapping[str, object], database: Database) -> list[str]:
    """The numbers of one page of a list, by SQL of our own."""
    found = [ids.case_number(int(str(row[0]))) for row in database.execute(each.statement("id").encode(), values)]
    return found[::-1] if each.is_turned else found


def _miscounted(
    connection: Connection,
    path: str,
    each: Line,
    values: Mapping[str, object],
    database: Database,
) -> str:
    for _ in range(3):
        _, body = connection.request("GET", f"{path}&count=true")
        told = json.loads(body)["count"]["number"]
        (found,) = database.execute(each.count().encode(), values).fetchone() or (0,)
        if told == found:
            return ""
    return f"counted {told}, SQL has {found}"


def _path(asked: str) -> str:
    return quote(asked, safe="/?&=")
