"""Creating reports over HTTP, beside the same rows by hand-written SQL."""

import itertools
import json
import random
from collections.abc import Callable

import psycopg

from .client import Connection, press
from .figures import Figure, figure
from .ground import Ground, served

SECONDS = 8.0
CLIENTS = (8, 32)
_TEXTS = (
    "幸福路路灯不亮，晚上出行很不方便，希望尽快维修。",
    "小区门口垃圾桶满了好几天没有人清运，气味很大。",
    "学校旁边的人行道地砖松动，下雨天一踩一身水，老人小孩走路不安全。",
    "The street light near the bridge has been out since yesterday evening.",
)


def measure(ground: Ground, key: str, points: list[tuple[float, float]]) -> list[tuple[Figure, Figure]]:
    """(over HTTP, bare SQL) at 8 and 32 connections; each report goes to another point of the county."""
    pairs = []
    for clients in CLIENTS:
        with served(ground) as port:
            numbers = itertools.count()
            work = _over_http(port, key, points, numbers)
            press(work, clients, 1.5)
            durations, elapsed, failed = press(work, clients, SECONDS)
        over = figure(f"create, c = {clients}, 2 web processes", durations, elapsed_s=elapsed, failed=failed)
        durations, elapsed, failed = press(_bare(ground), clients, SECONDS)
        pairs.append((over, figure("bare SQL", durations, elapsed_s=elapsed, failed=failed)))
    return pairs


def _over_http(
    port: int, key: str, points: list[tuple[float, float]], numbers: "itertools.count[int]"
) -> Callable[[int], Callable[[], bool]]:
    def start(client: int) -> Callable[[], bool]:
        connection = Connection(port, {"X-Api-Key": key, "Content-Type": "application/json"})
        chance = random.Random(client)  # noqa: S311

        def once() -> bool:
            lon, lat = chance.choice(points)
            report = {
                "text": chance.choice(_TEXTS) + str(next(numbers)),
                "lon": lon,
                "lat": lat,
                "category_code": "010102",
                "contact": {"phone": "100-0000-0000"},
            }
            status, _ = connection.request("POST", "/api/v1/reports", json.dumps(report).encode())
            return status == 201

        return once

    return start


_BARE = """
WITH c AS (
  INSERT INTO cases_case (id, state, title, category_code, category_version, severity, queue, channel, language,
    address, lon, lat, source_crs, office_id, is_private, is_confidential, accept_budget, finish_budget,
    received_at, clock_from, accept_due_at, due_at, yellow_at, red_at, provisional, changed_at, report_count,
    rework_count, version, tokens)
  VALUES (%(case)s, 'dispatched', 'bare', '010102', 1, 4, '', 'web', '', '', 100.1, 30.1, 'wgs84', %(office)s, false,
    false, '60wm', '1wd', now(), now(), now(), now(), now(), now(), false, now(), 1, 0, 1,
    '''street'' ''light'''::tsvector)),
r AS (
  INSERT INTO intake_report (id, case_id, channel, origin, origin_key, received_at, recorded_at, text, address, crs,
    category_code, payload, actor, receipt_code, salt, commitment)
  VALUES (%(report)s, %(case)s, 'web', 'bare', '', now(), now(), 'bare', '', 'wgs84', '010102', '{}', 'client:1', 'x',
    %(hash)s, %(hash)s)),
n AS (INSERT INTO intake_contact (report_id, name, phone, email) VALUES (%(report)s, '', '100', '')),
t AS (
  INSERT INTO cases_task (case_id, kind, office_id, created_at, due_at, outcome)
  VALUES (%(case)s, 'handle', %(office)s, now(), now(), '')),
d AS (
  INSERT INTO cases_deadline_entry (case_id, kind, at, accept_budget, finish_budget, actor)
  VALUES (%(case)s, 'start', now(), '60wm', '1wd', 'client:1')),
l AS (
  INSERT INTO ledger_entry (stream_kind, stream_id, seq, at, actor, action, payload, hash)
  VALUES ('bare', %(case)s, 1, now(), 'client:1', 'CaseReceived', '{}', %(hash)s))
INSERT INTO events_event (type, stream_kind, stream_id, payload, at)
VALUES ('Bare', 'case', %(case)s, '{}', now())
"""


def _bare(ground: Ground) -> Callable[[int], Callable[[], bool]]:
    """The same seven rows by one prepared statement, no HTTP, no checks, nothing decided."""

    def start(_client: int) -> Callable[[], bool]:
        connection = psycopg.connect(ground.url, autocommit=True)
        office = connection.execute("SELECT min(id) FROM orgs_office").fetchone()

        def once() -> bool:
            ids = connection.execute(
                "SELECT nextval('cases_case_id_seq'), nextval('intake_report_id_seq')", prepare=True
            ).fetchone()
            if ids is None or office is None:
                return False
            values = {"case": ids[0], "report": ids[1], "office": office[0], "hash": bytes(32)}
            connection.execute(_BARE, values, prepare=True)
            return True

        return once

    return start
