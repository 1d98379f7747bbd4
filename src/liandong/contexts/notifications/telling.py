"""From what happened to who is told: rows for events in batches, for lights that turned, and counts for the desk.
All may run again without harm.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import connection, transaction

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.events import public as events
from liandong.foundation.orgs import public as orgs
from liandong.kernel import time

from . import recipients
from .domain.kinds import LIGHTS, OF_ONE, TOLD, Audience, Kind
from .models import Look, Notification

AGAIN = timedelta(minutes=10)
"""A look begins so much before the last one ended: a transaction that committed late is found then."""
ROWS_A_STATEMENT = 5000
_MOST_URGENT = 1
_LEADING = (Audience.OFFICE, Audience.HOLDER)
"""In whose place the coordinators are told while the county coordinates."""
_OPEN_WORK = (cases.State.DISPATCHED, cases.State.HANDLING)


def tell(batch: Sequence[events.EventRow]) -> None:
    """One look at the cases, one at the contacts, one statement for the rows, and one for the desk's count."""
    rows = cases.rows_of({event.stream.id for event in batch})
    reporters = _reporters(batch)
    _keep(
        note for event in batch if event.stream.id in rows for note in _notes(event, rows[event.stream.id], reporters)
    )
    if any(
        event.type in ("CaseReceived", "CaseReturned") and _is_unclear(rows.get(event.stream.id)) for event in batch
    ):
        _count(Kind.UNCLEAR, recipients.desk(), cases.count_unclear(), time.now())


class Note(msgspec.Struct, frozen=True):
    """A notification that is to be written, by its columns."""

    staff_id: int | None
    report_id: int | None
    case_id: int
    kind: str
    key: str
    at: datetime
    urgent: bool
    count: int = 1
    pending: bool = True


Reporters = dict[int, list[intake.ToReach]]


def _reporters(batch: Sequence[events.EventRow]) -> Reporters:
    """Reports with a contact, by their own and their main case, of those events that reporters are told of."""
    concerned = {event.stream.id for event in batch if any(to is Audience.REPORTER for _, to in TOLD[event.type])}
    found: Reporters = {}
    for report in intake.reports_to_reach(concerned) if concerned else ():
        for case_id in concerned & {report.case_id, report.main_id}:
            found.setdefault(case_id, []).append(report)
    return found


def _notes(event: events.EventRow, row: cases.CaseRow, reporters: Reporters) -> Iterator[Note]:
    for kind, audience in TOLD[event.type]:
        if event.type == "NoteAdded" and not event.payload.get("by_reporter"):
            continue
        if kind is Kind.NEW_TASK and not _waits_for_a_post(row):
            continue
        if kind is Kind.URGENT_UNCLEAR and not (event.payload.get("urgent") and _is_nobodys_yet(row)):
            continue
        if audience is Audience.REPORTER:
            for report in reporters.get(row.id, ()):
                is_own = report.case_id == row.id
                if event.payload.get("actor") != f"reporter:{report.id}" and (is_own or kind not in OF_ONE):
                    yield _note(kind, row, str(event.id), event.at, report=report)
            continue
        if kind is Kind.UNSOLVED and row.is_joined:
            continue
        is_coordinated = row.state == cases.State.COORDINATING and audience in _LEADING
        to = Audience.COORDINATORS if is_coordinated else audience
        for staff_id in recipients.posts_for(to, row, event.payload):
            yield _note(kind, row, str(event.id), event.at, staff_id=staff_id)


def _waits_for_a_post(row: cases.CaseRow) -> bool:
    return row.state in _OPEN_WORK and not row.queue and row.assignee_id is None


def _is_nobodys_yet(row: cases.CaseRow) -> bool:
    return _is_unclear(row) or _waits_for_a_post(row)


def _is_unclear(row: cases.CaseRow | None) -> bool:
    return row is not None and row.state == cases.State.RECEIVED and row.queue != ""


def _note(
    kind: Kind,
    row: cases.CaseRow,
    key: str,
    at: datetime,
    *,
    staff_id: int | None = None,
    report: intake.ToReach | None = None,
) -> Note:
    """To a reporter of its own case, whichever one carries the matter."""
    return Note(
        staff_id=staff_id,
        report_id=report.id if report else None,
        case_id=report.case_id if report else row.id,
        kind=kind.value,
        key=key,
        at=at,
        urgent=row.severity == _MOST_URGENT,
    )


_COLUMNS = ", ".join(Note.__struct_fields__)
_KEEP = f"""
INSERT INTO notifications_notification ({_COLUMNS})
SELECT {_COLUMNS} FROM json_populate_recordset(NULL::notifications_notification, %s)
ON CONFLICT DO NOTHING
"""  # noqa: S608 (names of our own columns)


def _keep(notes: Iterable[Note]) -> None:
    """As JSON: for each report that comes there are some rows, and as model objects they cost more than all else."""
    all_notes = list(notes)
    with connection.cursor() as cursor:
        for first in range(0, len(all_notes), ROWS_A_STATEMENT):
            cursor.execute(_KEEP, [msgspec.json.encode(all_notes[first : first + ROWS_A_STATEMENT]).decode()])


def _count(kind: Kind, posts: Iterable[int], count: int, now: datetime) -> None:
    """One line a day for each post: how many there are as of now; unread again, and to be sent again."""
    today = orgs.day_of(now).isoformat()
    Notification.objects.bulk_create(
        (Notification(staff_id=staff_id, kind=kind, key=today, count=count, at=now) for staff_id in posts if count),
        update_conflicts=True,
        unique_fields=["staff", "report", "case", "kind", "key"],
        update_fields=["count", "at", "read_at", "pending"],
    )


def tell_turned_lights() -> None:
    """Tells whose lights turned yellow and red since the last look; the first look only remembers when it was."""
    now = time.now()
    with transaction.atomic():
        look, is_first = Look.objects.select_for_update().get_or_create(name="lights", defaults={"until": now})
        if is_first:
            return
        since = look.until - AGAIN
        red = cases.turned_red(since, now)
        _keep(_lights(Kind.YELLOW, [row for row in cases.turned_yellow(since, now) if row.red_at and row.red_at > now]))
        _keep(_lights(Kind.RED, red))
        if any(row.red_at and row.red_at > look.until for row in red):
            _count(Kind.OVERDUE, recipients.coordinators(), cases.count_red(_midnight(now), now), now)
        look.until = now
        look.save()


def _lights(kind: Kind, rows: Iterable[cases.CaseRow]) -> Iterator[Note]:
    for row in rows:
        turned = row.yellow_at if kind is Kind.YELLOW else row.red_at
        if turned is None or row.queue:
            continue
        for staff_id in recipients.posts_for(LIGHTS[kind], row, {}):
            yield _note(kind, row, turned.isoformat(), turned, staff_id=staff_id)


def _midnight(now: datetime) -> datetime:
    return now.astimezone(orgs.county().tz).replace(hour=0, minute=0, second=0, microsecond=0)
