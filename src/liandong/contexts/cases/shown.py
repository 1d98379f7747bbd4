"""Cases as pages show them, with their names in the language of the request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from liandong.foundation.facts import Facts
from liandong.foundation.ledger import public as ledger
from liandong.foundation.rooms import public as rooms
from liandong.kernel import ids

from . import names
from .attachments import attachments_of
from .clocks.explaining import budget_words, long_date
from .clocks.reckoning import time_left
from .domain.audience import AUDIENCE_MARKS, Reader
from .domain.events import CaseFacts
from .domain.lifecycle import PARKING_GROUNDS, UNSOLVED_REASONS
from .queries import may_read, messages, reader_of, replies_of_joined, rows_of
from .rows import AttachmentRow, CaseRow, MessageRow

DUE_TIMES = {"accept_due_at": "签收时限", "due_at": "办结时限"}


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of the square: the case with its names; `away`: that its post is out, and who stands in; `left`, `unit`:
    what is left until red, as `due` wants it.
    """

    row: CaseRow
    kind: str
    place: str
    office: str
    state: str
    assignee: str
    away: str
    left: int | None
    unit: str


def listed(row: CaseRow) -> ListedCase:
    left, unit = time_left(row)
    return ListedCase(
        row=row,
        kind=names.category(row.category_code),
        place=row.address or names.place(row.division_id),
        office=names.office(row.office_id),
        state=names.state(row.state),
        assignee=names.post(row.assignee_id),
        away=names.away(row.assignee_id),
        left=left,
        unit=unit,
    )


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the timeline: who did what when; `text` is what was written then, where the reader may read it, and
    `audience` marks who else does where that isn't all who work on it. `seq`: its place in the ledger's stream of the
    case, 0 where it has none; `actor` and `event`: of its entry there.
    """

    at: datetime
    what: str
    who: str
    detail: str
    text: str
    audience: str = ""
    files: tuple[AttachmentRow, ...] = ()
    seq: int = 0
    actor: str = ""
    event: str = ""


def timeline(row: CaseRow, *, reader: Reader | None = None) -> list[Happening]:
    """From the ledger, with what was written, as far as the reader may read it (`messages`); what a case had lived
    through before it came here stands by its dates.
    """
    written = {message.id: message for message in messages(row.id, reader=reader)}
    entries = ledger.entries(("case", row.id))
    happened = [(entry, entry.facts) for entry in entries]
    told = {_message_of(facts) for _, facts in happened}
    files = attachments_of(written.values())
    found = [_happening(entry, facts, written, files) for entry, facts in happened]
    if len(entries) == 1:
        found[0] = replace(found[0], at=row.received_at)
        found += _brought_along(row)
    found += [
        Happening(message.at, gettext("答复"), names.office(message.office_id), "", message.text, _mark(message))
        for message in written.values()
        if message.id not in told
    ]
    return sorted(found, key=lambda happening: happening.at)


def timeline_of(look: rooms.Look[CaseRow]) -> list[Happening]:
    """The timeline of the page's case, with what reporters of cases joined to it added there: panels and the page
    share it.
    """
    own = timeline(look.row, reader=look.once(reader_shown))
    if look.row.report_count == 1:
        return own
    return sorted([*own, *_added_by_joined(look)], key=lambda happening: happening.at)


def _added_by_joined(look: rooms.Look[CaseRow]) -> Iterable[Happening]:
    """None of a case that complains of the reader."""
    written = replies_of_joined(look.row.id)
    rows = rows_of(written) if written else {}
    readers = {case_id: reader_of(actor=look.actor, row=row) for case_id, row in rows.items()}
    said = [(case_id, each) for case_id in rows for each in written[case_id] if may_read(readers[case_id], each)]
    files = attachments_of([message for _, message in said])
    for case_id, message in said:
        yield Happening(
            at=message.at,
            what=gettext("合并上报人补充"),
            who=names.actor(message.actor),
            detail=ids.case_number(case_id),
            text=message.text,
            audience=_mark(message),
            files=tuple(files.get(message.id, ())),
            actor=message.actor,
        )


def reader_shown(look: rooms.Look[CaseRow]) -> Reader:
    """The reader of the page's case: panels share it."""
    return reader_of(actor=look.actor, row=look.row)


def last_seen(steps: Iterable[Happening]) -> int:
    """Up to where a page shows the case: the place of the newest step in the ledger's stream of the case."""
    return max((step.seq for step in steps), default=0)


def newest(case_id: int) -> int:
    """The same of the case as it stands now."""
    return ledger.last_seq(("case", case_id))


def _message_of(facts: Facts) -> int:
    """The message that an event of a case tells of; a higher room's event tells of none."""
    return facts.message if isinstance(facts, CaseFacts) else 0


def _happening(
    entry: ledger.EntryRow,
    facts: Facts,
    written: Mapping[int, MessageRow],
    files: Mapping[int, list[AttachmentRow]],
) -> Happening:
    message = written.get(_message_of(facts))
    return Happening(
        at=entry.at,
        what=rooms.event_words(entry.event),
        who=_who(entry, facts),
        detail=_detail(facts),
        text=message.text if message else "",
        audience=_mark(message) if message else "",
        files=tuple(files.get(message.id, ())) if message else (),
        seq=entry.seq,
        actor=entry.actor,
        event=entry.event,
    )


def _mark(message: MessageRow) -> str:
    return gettext(AUDIENCE_MARKS[message.audience]) if message.audience in AUDIENCE_MARKS else ""


def _who(entry: ledger.EntryRow, facts: Facts) -> str:
    """The post, and for whom it stood in."""
    if not isinstance(facts, CaseFacts) or not facts.in_place_of:
        return names.actor(entry.actor)
    return gettext("%(deputy)s（代 %(absent)s）") % {
        "deputy": names.actor(entry.actor),
        "absent": names.actor(facts.in_place_of),
    }


def _brought_along(row: CaseRow) -> Iterable[Happening]:
    office = names.office(row.office_id)
    if row.accepted_at:
        yield Happening(row.accepted_at, gettext("签收"), office, "", "")
    if row.closed_at:
        yield Happening(row.closed_at, names.state(row.state), office, "", "")


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "lead_office": names.office,
    "asked_town": names.office,
    "assisting_office": names.office,
    "category": names.category,
    "carrier": ids.case_number,
    "joined_case": ids.case_number,
    "assignee": names.post,
    "channel": names.channel,
    "number": str,
    "outcome": names.outcome,
    "extension": budget_words,
    "budget": budget_words,
    "ground": lambda ground: gettext(PARKING_GROUNDS[ground]),
    "reason": lambda reason: gettext(UNSOLVED_REASONS.get(reason, reason)),
}
"""Facts that the timeline shows, in this order."""


def _detail(facts: Facts) -> str:
    shown = ((show, getattr(facts, name, None)) for name, show in _SHOWN.items())
    moved = ((name, getattr(facts, key, ())) for key, name in DUE_TIMES.items())
    parts = [
        *(show(value) for show, value in shown if value),
        *(_moved(gettext(name), dates) for name, dates in moved if dates),
    ]
    return " · ".join(part for part in parts if part)


def _moved(name: str, dates: Iterable[str | None]) -> str:
    before, after = (long_date(datetime.fromisoformat(at)) if at else "—" for at in dates)
    return gettext("%(name)s：%(before)s → %(after)s") % {"name": name, "before": before, "after": after}
