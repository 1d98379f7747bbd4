"""The panel of parts on the page of a case."""

from collections.abc import Mapping

from liandong.contexts.cases import public as cases
from liandong.contexts.joint.public import PartRow, gives, offered, parts_shown
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms

from .forms import ShownPart, shown_parts

Look = rooms.Look[cases.CaseRow]
_NOT_YET = (cases.State.RECEIVED, cases.State.JOINED)


def own_part(look: Look) -> Mapping[str, object] | None:
    """The part of the post's own office, with its forms; None where it isn't asked."""
    own = [part for part in look.once(_shown) if part.is_own]
    return {"parts": own} if own else None


def parts(look: Look) -> Mapping[str, object] | None:
    """The other parts and, for who may ask offices, whom one press asks; None where there is neither."""
    row, known = look.row, look.once(parts_shown)
    may_give = row.is_open and row.state not in _NOT_YET and gives(row, look.actor)
    others = [part for part in look.once(_shown) if not part.is_own]
    if not others and not may_give:
        return None
    return {
        "parts": others,
        "may_give": may_give,
        "offered": [(each, cases.names.office(each)) for each in offered(row, known)] if may_give else [],
        "offices": lambda: _others(row, known),
    }


def _shown(look: Look) -> list[ShownPart]:
    known = look.once(parts_shown)
    messages = cases.messages(look.row.id, reader=look.once(cases.reader_shown)) if known else []
    return shown_parts(look.row, known, {message.id: message.text for message in messages}, look.actor)


def _others(row: cases.CaseRow, known: list[PartRow]) -> list[tuple[int, str]]:
    """Offices at work that may be asked by hand."""
    not_asked = {part.office_id for part in known if part.ended_at is None} | {row.office_id, row.complained_office_id}
    registry = orgs.organisation()
    return [
        (office.id, cases.names.office(office.id))
        for office in registry.offices.values()
        if office.active and office.id not in not_asked
    ]
