"""A tiny invented county for tests: two towns, four villages, eight cells, all squares; eight offices; every role.

    lon 105.0    105.1    105.2    105.3    105.4
lat 35.2 ├─ 东坪 ─┬─ 西坪 ─┼─ 南沟 ─┬─ 北沟 ─┤   cells 2
         ├────────┼────────┼────────┼────────┤ 35.1
lat 35.0 └────────┴────────┴────────┴────────┘   cells 1
           town 青坪镇       │  town 白沟镇
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection

from liandong.app import groundwork
from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.foundation.access.queries import actor_of
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import County
from liandong.foundation.places import public as places
from liandong.foundation.registers.public import Cached
from liandong.kernel import ids, time
from liandong.kernel.actor import SYSTEM, Actor

T = TypeVar("T")

COUNTY = "990101000000"
TOWN_A, TOWN_B = "990101001000", "990101002000"
VILLAGES = {"A1": "990101001201", "A2": "990101001202", "B1": "990101002201", "B2": "990101002202"}
CELLS = {f"{village}{n}": f"{code}00{n}" for village, code in VILLAGES.items() for n in (1, 2)}
WEST = {"A1": 105.0, "A2": 105.1, "B1": 105.2, "B2": 105.3}
POINTS = {f"{village}{n}": (WEST[village] + 0.05, 34.95 + 0.1 * n) for village in VILLAGES for n in (1, 2)}
"""The middle of each cell (lon, lat)."""
OUTSIDE = (106.0, 36.0)

POTHOLE = "020101"  # HUD: 120 working minutes, 3 working days; severity 3; public
MANHOLE = "020201"  # HUD: 5 minutes, 2 hours of natural time; severity 1
RUBBISH = "010101"  # LAW: 15 minutes, 4 hours
BURNING = "010107"  # each town's government for its town
WATER = "030101"  # in nobody's duty list
GAS = "030301"  # a danger, in nobody's duty list: 119 comes first
NEIGHBOURS = "100102"  # JUS: private, 30 natural days rolled forward
EMISSION = "050201"  # LAW: reporter confidential (and private)
CONDUCT = "120301"  # SUP: private, confidential, recusal

MONDAY = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)
"""Monday 10:00 in the county; the week after it has no holiday, offices are open 8:30–17:30."""


def load() -> None:
    """Writes the registers, unless they are there; what loading them recorded is removed, so that a test's ledger and
    events are its own.
    """
    if County.objects.exists():
        return
    Cached.forget_all()  # of tables that another test has emptied nothing is remembered
    groundwork.lay()
    orgs.set_up_county(actor=SYSTEM, name="青坪县", name_en="Qingping County", code="990101", is_sample=True)
    orgs.import_divisions(actor=SYSTEM, rows=_divisions(), valid_from=datetime(2020, 1, 1, tzinfo=UTC).date())
    orgs.import_offices(actor=SYSTEM, rows=_OFFICES)
    orgs.import_duties(actor=SYSTEM, rows=_DUTIES)
    access.import_staff(actor=SYSTEM, rows=_STAFF)
    places.import_places(actor=SYSTEM, rows=_PLACES)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE ledger_seal DISABLE TRIGGER USER")
        cursor.execute(_APART)
    clear()


def clear() -> None:
    """Removes all cases and reports, ledger and events, and what else work leaves behind."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR)
    Cached.forget_all("absences")


_APART = """
SELECT setval('cases_case_id_seq', 1000), setval('intake_report_id_seq', 300000), setval('cases_task_id_seq', 600000)
"""
"""A case, its report and its first task never have one number: whatever takes one for the other is noticed."""

_CLEAR = """
DELETE FROM console_batch_item; DELETE FROM console_batch;
DELETE FROM process_run; DELETE FROM joint_part;
DELETE FROM notifications_notification; DELETE FROM notifications_delivery; DELETE FROM notifications_look;
DELETE FROM notifications_opt_out; DELETE FROM notifications_preference; DELETE FROM notifications_chat_address;
DELETE FROM intake_call; DELETE FROM intake_callback;
DELETE FROM intake_contact_reading; DELETE FROM intake_contact; DELETE FROM intake_photo; DELETE FROM intake_document;
DELETE FROM intake_report;
DELETE FROM cases_handover_line; DELETE FROM cases_handover;
DELETE FROM cases_publication; DELETE FROM cases_undo; DELETE FROM cases_word_search;
DELETE FROM cases_deadline_entry; DELETE FROM cases_task; DELETE FROM cases_involvement;
DELETE FROM cases_attachment; DELETE FROM cases_message;
DELETE FROM cases_case;
DELETE FROM jobs_job;
DELETE FROM ledger_entry WHERE stream_kind <> 'process'; DELETE FROM ledger_seal;
DELETE FROM events_event; DELETE FROM events_retry; DELETE FROM events_deadletter;
DELETE FROM events_timer; DELETE FROM events_worker;
DELETE FROM access_rate; DELETE FROM access_absence; DELETE FROM django_session;
DELETE FROM registers_word_index; DELETE FROM cases_learned_model;
"""


def together(*jobs: Callable[[], T]) -> list[T | BaseException]:
    """What each job returned or raised; all run at once, each in a thread with a connection of its own."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | BaseException:
        try:
            start.wait(10)
            return job()
        except BaseException as error:  # noqa: BLE001
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(copy_context().run, run, job) for job in jobs]
        return [each.result() for each in running]


def away(username: str, deputy: str, *, hours_long: float = 24, begins_in_hours: float = 0) -> access.AbsenceRow:
    """The post is out from now, or later, for so long, and another stands in."""
    begins_at = time.now() + hours(begins_in_hours)
    return access.set_absence(
        actor=post(username),
        staff_id=post(username).id,
        deputy_id=post(deputy).id,
        begins_at=begins_at,
        ends_at=begins_at + hours(hours_long),
        reason="leave",
    )


def grid_worker_beside(username: str) -> str:
    """A new grid worker of the same village, with no cell of his own; the name of the post."""
    division_id = access.staff()[post(username).id].division_id
    code = orgs.organisation().divisions[division_id or 0].code
    beside = access.StaffInput(f"{username}_beside", "邻格网格岗", "grid_worker", "Grid beside", "", code)
    access.import_staff(actor=SYSTEM, rows=[beside])
    return beside.username


def post(username: str) -> Actor:
    """The actor of one of the county's posts."""
    return actor_of(Staff.objects.get(username=username))


def office(code: str) -> int:
    return orgs.organisation().office_by_code[code].id


def division(code: str) -> int:
    return orgs.organisation().by_code[code].id


def report(text: str = "路面有个大坑，请来修补", **fields: Any) -> intake.Incoming:
    """A report from cell A11 on a pothole, unless `fields` say otherwise; `at="B12"` names another cell."""
    lon, lat = POINTS[fields.pop("at", "A11")]
    plain = intake.Incoming(text=text, channel="web", origin="web", lon=lon, lat=lat, category_code=POTHOLE)
    return replace(plain, **fields)


def receive(text: str = "路面有个大坑，请来修补", *, past: intake.Past | None = None, **fields: Any) -> cases.CaseRow:
    """The case that `report(…)` becomes."""
    (row,) = receive_all([report(text, **fields)], [past])
    return row


def receive_all(
    batch: Sequence[intake.Incoming], pasts: Sequence[intake.Past | None] | None = None
) -> list[cases.CaseRow]:
    """The cases that the reports become, in their order."""
    rows = []
    for answer in intake.receive(actor=SYSTEM, batch=batch, pasts=pasts):
        if isinstance(answer, intake.Rejected):
            raise answer.error
        rows.append(cases.find(answer.case_id))
    return rows


def facts(entry: ledger.EntryRow) -> dict[str, Any]:
    """What an entry says of its action, without what it binds of rows."""
    return {name: value for name, value in entry.payload.items() if name != ledger.BOUND}


def local(day: int, hour: int = 0, minute: int = 0, *, month: int = 5) -> datetime:
    """A moment of May 2026 on the county's clocks."""
    return datetime(2026, month, day, hour, minute, tzinfo=orgs.county().tz).astimezone(UTC)


def number_of_nothing() -> str:
    """A right number of no case."""
    return ids.case_number(9_000_000)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def _square(west: float, south: float, wide: float, high: float) -> dict[str, Any]:
    east, north = round(west + wide, 4), round(south + high, 4)
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def _divisions() -> list[orgs.DivisionInput]:
    def row(code: str, name: str, kind: str, parent: str, *square: float) -> orgs.DivisionInput:
        return orgs.DivisionInput(code, name, kind, parent, f"{kind} {code}", _square(*square))

    towns = {"A": (TOWN_A, "青坪镇", 105.0), "B": (TOWN_B, "白沟镇", 105.2)}
    names = {"A1": "东坪村", "A2": "西坪村", "B1": "南沟村", "B2": "北沟村"}
    return [
        row(COUNTY, "青坪县", "county", "", 105.0, 35.0, 0.4, 0.2),
        *(row(code, name, "town", COUNTY, west, 35.0, 0.2, 0.2) for code, name, west in towns.values()),
        *(row(VILLAGES[v], names[v], "village", towns[v[0]][0], WEST[v], 35.0, 0.1, 0.2) for v in VILLAGES),
        *(
            row(code, f"{names[cell[:2]]}第{cell[2]}网格", "cell", VILLAGES[cell[:2]], WEST[cell[:2]], south, 0.1, 0.1)
            for cell, code in CELLS.items()
            for south in (35.0 if cell.endswith("1") else 35.1,)
        ),
    ]


_OFFICES = [
    orgs.OfficeInput("SGC", "县社会治理中心", "Governance Centre", "SGC", is_desk=True),
    orgs.OfficeInput("SUP", "县监督办公室", "Supervision Office", "SUP"),
    orgs.OfficeInput("LAW", "县综合执法局", "Law Enforcement Office", "LAW", phone="000-1001"),
    orgs.OfficeInput("HUD", "县住房建设局", "Housing Office", "HUD", phone="000-1002"),
    orgs.OfficeInput("JUS", "县司法局", "Justice Office", "JUS"),
    orgs.OfficeInput("POL", "县公安局", "Police", "POL"),
    orgs.OfficeInput("TWN-A", "青坪镇人民政府", "Qingping Town", "TWN", TOWN_A),
    orgs.OfficeInput("TWN-B", "白沟镇人民政府", "Baigou Town", "TWN", TOWN_B),
]

_DUTIES = [
    orgs.DutyInput("01", "LAW"),
    orgs.DutyInput(BURNING, "TWN-A", division_code=TOWN_A),
    orgs.DutyInput(BURNING, "TWN-B", division_code=TOWN_B),
    orgs.DutyInput("01", "TWN-A", "assist", TOWN_A),
    orgs.DutyInput("02", "HUD"),
    orgs.DutyInput("0203", "TWN-B", division_code=TOWN_B),
    orgs.DutyInput("05", "LAW"),
    orgs.DutyInput("10", "JUS"),
    orgs.DutyInput("11", "POL"),
    orgs.DutyInput("1203", "SUP"),
]

_STAFF = [
    access.StaffInput("clerk", "受理一岗", "clerk", "Desk clerk", "SGC"),
    access.StaffInput("coordinator", "统筹一岗", "coordinator", "Coordinator", "SGC"),
    access.StaffInput("desk", "中心经办岗", "handler", "Desk", "SGC"),
    access.StaffInput("sup", "监督一岗", "handler", "Supervision", "SUP"),
    access.StaffInput("law1", "执法一岗", "handler", "Law 1", "LAW"),
    access.StaffInput("law2", "执法二岗", "handler", "Law 2", "LAW"),
    access.StaffInput("hud1", "住建一岗", "handler", "Housing 1", "HUD"),
    access.StaffInput("hud2", "住建二岗", "handler", "Housing 2", "HUD"),
    access.StaffInput("jus1", "司法一岗", "handler", "Justice 1", "JUS"),
    access.StaffInput("pol1", "公安一岗", "handler", "Police 1", "POL"),
    access.StaffInput("town_a", "青坪镇指挥岗", "dispatcher", "Qingping dispatcher", "TWN-A", TOWN_A),
    access.StaffInput("town_b", "白沟镇指挥岗", "dispatcher", "Baigou dispatcher", "TWN-B", TOWN_B),
    access.StaffInput(
        "grid_a1", "东坪网格岗", "grid_worker", "Grid A1", "", VILLAGES["A1"], (CELLS["A11"], CELLS["A12"])
    ),
    access.StaffInput("grid_b1", "南沟网格岗", "grid_worker", "Grid B1", "", VILLAGES["B1"], (CELLS["B11"],)),
    access.StaffInput("leader", "县领导岗", "leader", "Leader"),
    access.StaffInput("law_head", "执法局领导岗", "leader", "Head of law enforcement", "LAW"),
    access.StaffInput("admin", "系统管理岗", "administrator", "Administrator"),
]

_PLACES = [
    places.PlaceInput("东坪广场", *POINTS["A11"], "square", "东坪村人民路1号", source="test", source_id="1"),
    places.PlaceInput("南沟水库", *POINTS["B11"], "reservoir", "南沟村", source="test", source_id="2"),
]
