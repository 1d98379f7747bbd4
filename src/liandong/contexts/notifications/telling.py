"""Decides who is told of what happened: rows for events in batches, for lights that turned, and counts for the desk.
All may run again without harm. Who is told of what, the rooms say (`room.py`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.facts import Facts
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.kernel import time

from .models import ONCE, Look, Notification
from .wording import CASE

AGAIN = timedelta(minutes=10)
"""A look begins so much before the last one ended: a transaction that committed late is found then."""
ROWS_A_STATEMENT = 5000


def tell(batch: Sequence[events.EventRow]) -> None:
    """One look at each sort of thing, one at the contacts, one statement for the rows, and one for each count."""
    told = [(event, kind) for event in batch for kind in _kinds(event)]
    rows = _rows({event.stream for event, _ in told})
    happened = [(event, kind, rows[event.stream]) for event, kind in told if event.stream in rows]
    reporters = _reporters(event.stream.id for event, kind, _ in happened if _is_to_reporters(kind))
    wanted = [each for each in happened if _is_told(*each)]
    _keep(note for each in wanted if not each[1].count for note in _notes(*each, reporters))
    for kind, event, row in {kind: (kind, event, row) for event, kind, row in wanted if kind.count}.values():
        _count(kind, _wanted(kind, row, event.facts), time.now())


def _kinds(event: events.EventRow) -> Iterator[rooms.Kind]:
    """The kinds that tell the event, of what it happened to."""
    return (kind for kind in rooms.kinds_of(event.type) if kind.about == event.stream.kind)


def _rows(streams: Collection[ledger.Stream]) -> dict[ledger.Stream, Any]:
    """Those that are there."""
    ids: dict[str, set[int]] = defaultdict(set)
    for stream in streams:
        ids[stream.kind].add(stream.id)
    found: dict[ledger.Stream, Any] = {}
    for name, wanted in ids.items():
        if (about := rooms.about(name)) is not None:
            there = rooms.called(about.rows)(wanted)
            found |= {stream: there[stream.id] for stream in streams if stream.kind == name and stream.id in there}
    return found


def _is_to_reporters(kind: rooms.Kind) -> bool:
    """Only cases have reporters: the stream of another sort may have the id of any case."""
    return kind.group is None and kind.about == CASE


def _is_told(event: events.EventRow, kind: rooms.Kind, row: Any) -> bool:
    return not kind.when or bool(rooms.called(kind.when)(row, event))


class Note(msgspec.Struct, frozen=True):
    """A notification that is to be written, by its columns."""

    staff_id: int | None
    report_id: int | None
    about: str
    about_id: int | None
    kind: str
    key: str
    at: datetime
    urgent: bool
    count: int = 1
    pending: bool = True
    case_id: int | None = None


Reporters = dict[int, list[intake.ToReach]]


def _reporters(case_ids: Iterable[int]) -> Reporters:
    """Reports with a contact or of a post, by their own and their main case."""
    concerned = set(case_ids)
    found: Reporters = {}
    for report in intake.reports_to_reach(concerned) if concerned else ():
        for case_id in concerned & {report.case_id, report.main_id}:
            found.setdefault(case_id, []).append(report)
    return found


def _notes(event: events.EventRow, kind: rooms.Kind, row: Any, reporters: Reporters) -> Iterator[Note]:
    facts = event.facts
    if kind.group is None:
        for report in reporters.get(event.stream.id, ()) if _is_to_reporters(kind) else ():
            is_own = report.case_id == event.stream.id
            if facts.actor != f"reporter:{report.id}" and (is_own or not kind.of_one):
                yield from _to_reporter(event, kind, row, report)
        return
    for staff_id in _posts(kind, row, facts):
        yield _note(kind, row, event.stream.id, str(event.id), event.at, staff_id=staff_id)


def _to_reporter(event: events.EventRow, kind: rooms.Kind, row: Any, report: intake.ToReach) -> Iterator[Note]:
    """By the contact that was left; a post that reported it itself by its bell, of its own case."""
    if report.staff_id is None:
        yield _note(kind, row, report.case_id, str(event.id), event.at, report=report)
    elif report.staff_id in _open_to(kind, row, event.facts, [report.staff_id]):
        yield _note(kind, row, report.case_id, str(event.id), event.at, staff_id=report.staff_id)


def _wanted(kind: rooms.Kind, row: Any, facts: Facts) -> Iterator[int]:
    """The posts of its audiences, each once."""
    return iter(dict.fromkeys(post for name in kind.audiences for post in rooms.called(name)(row, facts)))


def _posts(kind: rooms.Kind, row: Any, facts: Facts) -> list[int]:
    """Those, with the deputies of those that are out."""
    return _open_to(kind, row, facts, dict.fromkeys(_with_deputies(_wanted(kind, row, facts))))


def _open_to(kind: rooms.Kind, row: Any, facts: Facts, wanted: Iterable[int]) -> list[int]:
    """Those who may be told: not who did it, nor from whom it is hidden."""
    about, posts = rooms.about(kind.about), access.staff()
    hidden = rooms.called(about.is_hidden_from) if about and about.is_hidden_from else None
    return [
        id_
        for id_ in wanted
        if id_ in posts and f"staff:{id_}" != facts.actor and not (hidden and hidden(row, posts[id_]))
    ]


def _with_deputies(posts: Iterator[int]) -> Iterator[int]:
    for staff_id in posts:
        yield staff_id
        if absence := access.away(staff_id):
            yield absence.deputy_id


def _note(
    kind: rooms.Kind,
    row: Any,
    about_id: int,
    key: str,
    at: datetime,
    *,
    staff_id: int | None = None,
    report: intake.ToReach | None = None,
) -> Note:
    """A note. `about_id`: a reporter's is its own case, whichever one carries the matter."""
    about = rooms.about(kind.about)
    return Note(
        staff_id=staff_id,
        report_id=report.id if report else None,
        about=kind.about,
        about_id=about_id,
        kind=kind.name,
        key=key,
        at=at,
        urgent=bool(about and about.is_urgent and rooms.called(about.is_urgent)(row)),
        case_id=about_id if kind.about == CASE else None,
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


def _count(kind: rooms.Kind, posts: Iterable[int], now: datetime) -> None:
    """One line a day for each post: how many there are as of now; unread again, and to be sent again."""
    today, count = orgs.day_of(now).isoformat(), rooms.called(kind.count)(now)
    Notification.objects.bulk_create(
        (
            Notification(staff_id=staff_id, about=kind.about, kind=kind.name, key=today, count=count, at=now)
            for staff_id in posts
            if count
        ),
        update_conflicts=True,
        unique_fields=ONCE,
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
        yellow = [row for row in cases.turned_yellow(since, now) if row.red_at and row.red_at > now]
        red = cases.turned_red(since, now)
        fresh = [row for row in red if row.red_at and row.red_at > look.until]
        for kind in rooms.kinds().values():
            if kind.about != CASE:
                continue
            if kind.count and kind.light is rooms.Light.RED and fresh:
                _count(kind, _wanted(kind, fresh[0], Facts()), now)
            elif kind.light and not kind.count:
                _keep(_lights(kind, red if kind.light is rooms.Light.RED else yellow))
        look.until = now
        look.save()


def _lights(kind: rooms.Kind, rows: Iterable[cases.CaseRow]) -> Iterator[Note]:
    for row in rows:
        turned = row.yellow_at if kind.light is rooms.Light.YELLOW else row.red_at
        if turned is None or row.queue:
            continue
        for staff_id in _posts(kind, row, Facts()):
            yield _note(kind, row, row.id, turned.isoformat(), turned, staff_id=staff_id)
