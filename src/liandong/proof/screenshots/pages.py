"""Which pages are looked at, and in whose eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

RESIDENT = ""
CLERK, COORDINATOR, HANDLER, TOWN = "clerk1", "coordinator1", "handler-law-1", "dispatcher-jicheng"
GRID, LEADER, ADMIN = "grid-jicheng-1", "leader1", "admin1"


@dataclass(frozen=True, slots=True)
class Shown:
    """`path`: an address, or one with a name of `CASES` in braces. `typed`: what is written into fields by their
    selector; `pressed`: what is pressed then, in turn.
    """

    name: str
    path: str
    who: str = RESIDENT
    typed: Mapping[str, str] = field(default_factory=dict)
    pressed: tuple[str, ...] = ()
    status: int = 200


_LAW = "SELECT c.id FROM cases_case c JOIN orgs_office o ON o.id = c.office_id AND o.code = 'LAW' WHERE"
_ANY = "SELECT c.id FROM cases_case c WHERE"
_PART_OF = (
    "c.id IN (SELECT part.case_id FROM joint_part part JOIN cases_task t ON t.id = part.task_id "
    "JOIN orgs_office o ON o.id = t.office_id WHERE"
)
_TOWN = "(SELECT s.office_id FROM access_staff s WHERE s.username = 'dispatcher-jicheng')"
CASES: Mapping[str, str] = {
    "dispatched": f"{_LAW} c.state = 'dispatched' ORDER BY c.red_at LIMIT 1",
    "handling": f"{_LAW} c.state = 'handling' ORDER BY c.assignee_id, c.red_at LIMIT 1",
    "answered": f"{_LAW} c.state = 'answered' ORDER BY c.id LIMIT 1",
    "closed": f"{_LAW} c.state = 'closed' ORDER BY c.id DESC LIMIT 1",
    "asked": f"{_ANY} c.state = 'asked' ORDER BY c.id LIMIT 1",
    "extension": f"{_ANY} c.state = 'handling' AND c.extension_asked <> '' ORDER BY c.id LIMIT 1",
    "unclear": f"{_ANY} c.state = 'received' AND c.queue = 'category' ORDER BY c.id LIMIT 1",
    "in_cell": "SELECT c.id FROM cases_case c WHERE c.state = 'handling' AND NOT c.is_private AND c.cell_id IN "
    "(SELECT own.division_id FROM access_staff_cell own JOIN access_staff s ON s.id = own.staff_id "
    "WHERE s.username = 'grid-jicheng-1') LIMIT 1",
    "parts_open": f"{_LAW} c.closed_at IS NULL AND {_PART_OF} t.done_at IS NULL) ORDER BY c.id LIMIT 1",
    "parts_done": f"{_ANY} c.closed_at IS NULL AND {_PART_OF} t.outcome = 'answered') ORDER BY c.id LIMIT 1",
    "part_of_town": f"{_ANY} c.closed_at IS NULL AND {_PART_OF} t.done_at IS NULL AND o.id = {_TOWN}) LIMIT 1",
}
"""A case of each kind that a page needs; `receipt_NAME` is the receipt of its first report."""

PAGES: tuple[Shown, ...] = (
    Shown("home", "/"),
    Shown("report", "/report/"),
    Shown(
        "report-words",
        "/report/",
        typed={"textarea[name=text]": "小区门口的井盖不见了，晚上看不见，很危险。"},
        pressed=(".picker > summary",),
    ),
    Shown("report-place", "/report/", typed={"input[name=address]": "苇坎社区"}, pressed=("[data-map-open]",)),
    Shown("report-wrong", "/report/", pressed=(".send .btn",)),
    Shown("status", "/status/"),
    Shown("receipt-dispatched", "{receipt_dispatched}"),
    Shown("receipt-handling", "{receipt_handling}"),
    Shown("receipt-asked", "{receipt_asked}"),
    Shown("receipt-answered", "{receipt_answered}"),
    Shown("receipt-closed", "{receipt_closed}"),
    Shown("not-found", "/nowhere/", status=404),
    Shown("login", "/accounts/login/"),
    Shown("square", "/console/square/", HANDLER),
    Shown("square-clerk", "/console/square/", CLERK),
    Shown("square-coordinator", "/console/square/", COORDINATOR),
    Shown("square-town", "/console/square/", TOWN),
    Shown("square-leader", "/console/square/", LEADER),
    Shown("square-grid", "/console/square/", GRID),
    Shown("square-nothing", "/console/square/?q=zzzz", HANDLER),
    Shown("square-filtered", "/console/square/?category=0101&channel=web", COORDINATOR),
    Shown("square-views", "/console/square/", COORDINATOR, pressed=(".view-menu > summary",)),
    Shown("square-map", "/console/square/", COORDINATOR, pressed=(".list-tools .map-toggle",)),
    Shown("staff-home", "/console/", HANDLER),
    Shown("staff-home-leader", "/console/", LEADER),
    Shown("staff-home-grid", "/console/", GRID),
    Shown("staff-home-town", "/console/", TOWN),
    Shown("staff-home-clerk", "/console/", CLERK),
    Shown("staff-home-coordinator", "/console/", COORDINATOR),
    Shown("staff-home-admin", "/console/", ADMIN),
    Shown("palette", "/console/case/{dispatched}/", HANDLER, pressed=("[data-palette]",)),
    Shown("palette-page", "/console/palette/?q=%E7%A4%BE%E5%8C%BA", COORDINATOR),
    Shown("tasks", "/console/tasks/", HANDLER),
    Shown("case-dispatched", "/console/case/{dispatched}/", HANDLER),
    Shown("case-handling", "/console/case/{handling}/", HANDLER),
    Shown("case-handling-coordinator", "/console/case/{handling}/", COORDINATOR),
    Shown("case-handling-clerk", "/console/case/{handling}/", CLERK),
    Shown("case-extension", "/console/case/{extension}/", COORDINATOR),
    Shown("case-answered", "/console/case/{answered}/", HANDLER),
    Shown("case-closed", "/console/case/{closed}/", COORDINATOR),
    Shown("case-unclear", "/console/case/{unclear}/", CLERK),
    Shown("case-grid", "/console/case/{in_cell}/", GRID),
    Shown("case-parts-lead", "/console/case/{parts_open}/", HANDLER),
    Shown("case-parts-answered", "/console/case/{parts_done}/", COORDINATOR),
    Shown("case-parts-helper", "/console/case/{part_of_town}/", TOWN),
    Shown("sheet", "/console/case/{handling}/sheet/", HANDLER),
    Shown("queue", "/console/queue/", CLERK),
    Shown("queue-coordinator", "/console/queue/", COORDINATOR),
    Shown("past", "/console/past/", HANDLER),
    Shown("workload", "/console/workload/", HANDLER),
    Shown("absences", "/console/absences/", HANDLER),
    Shown("handovers", "/console/handovers/", CLERK),
    Shown("bulk-records", "/console/bulk/", COORDINATOR),
    Shown("categories", "/console/categories/", ADMIN),
    Shown("rooms", "/console/rooms/", ADMIN),
    Shown("register", "/desk/register/", CLERK),
    Shown("mine", "/desk/mine/", GRID),
    Shown("phone", "/desk/phone/", CLERK),
    Shown("calls", "/desk/calls/", CLERK),
    Shown("callbacks", "/desk/callbacks/", CLERK),
    Shown("notifications", "/notifications/", HANDLER),
    Shown("notification-settings", "/notifications/settings/", HANDLER),
    Shown("deliveries", "/notifications/deliveries/", ADMIN),
    Shown("dead-letters", "/notifications/dead-letters/", ADMIN),
    Shown("registers", "/admin/", ADMIN),
    Shown("register-staff", "/admin/access/staff/", ADMIN),
    Shown("register-staff-add", "/admin/access/staff/add/", ADMIN),
    Shown("register-county", "/admin/orgs/county/", ADMIN),
    Shown("register-county-row", "/admin/orgs/county/1/change/", ADMIN),
    Shown("register-division", "/admin/orgs/division/", ADMIN),
    Shown("register-duty", "/admin/orgs/duty/", ADMIN),
    Shown("register-duty-wrong", "/admin/orgs/duty/add/", ADMIN, pressed=("button[name=_save]",)),
    Shown("register-office", "/admin/orgs/office/", ADMIN),
    Shown("register-office-past", "/admin/orgs/office/1/history/", ADMIN),
    Shown("register-place", "/admin/places/place/", ADMIN),
    Shown("register-searches", "/admin/cases/wordsearch/", ADMIN),
    Shown("lacks", "/opening/", ADMIN),
    Shown("import", "/opening/files/", ADMIN),
    Shown("import-staff", "/opening/files/staff/", ADMIN),
    Shown("import-divisions-wrong", "/opening/files/divisions/", ADMIN, pressed=("main form button[type=submit]",)),
    Shown("import-reports", "/opening/files/reports/", ADMIN),
    Shown("password", "/accounts/password/change/", HANDLER),
)
