"""Whom notifications about cases are for, when they are told, and what they lead to (`room.py`).

An audience takes the case and the facts of the event and returns ids of posts. While the county coordinates, its
coordinators stand in the place of the lead office.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.urls import reverse

from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.facts import Facts
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.kernel.rights import Right

from . import names
from .clocks.reckoning import time_left
from .concerns import decides_extension
from .domain import rights
from .domain.events import CaseReceived, ConsentAsked, TaskAssigned
from .domain.lifecycle import State
from .queries import count_red, count_unclear, find
from .rows import CaseRow

_OPEN_WORK = (State.DISPATCHED, State.HANDLING)
_MOST_URGENT = 1


def office(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The posts of the lead office that can take a task; where the county's desk leads, its coordinators too."""
    return coordinators(row, facts) if row.state == State.COORDINATING else _office(row)


def holder(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The assignee, else the office."""
    if row.state == State.COORDINATING:
        return coordinators(row, facts)
    return [row.assignee_id] if row.assignee_id in access.staff() and row.assignee_id else _office(row)


def holder_of_matter(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The same, of the case that carries the matter of a joined one."""
    return holder(find(row.joined_to_id) if row.joined_to_id is not None else row, facts)


def named(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The post that the event names."""
    return [facts.assignee or 0] if isinstance(facts, TaskAssigned) else []


def town(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The dispatchers of the office that the event names."""
    office_id = facts.asked_town if isinstance(facts, ConsentAsked) else 0
    return [post.id for post in _holders(rights.CONSENT_FOR_TOWN) if post.office_id == office_id]


def asker(row: CaseRow, facts: Facts) -> Iterable[int]:
    """Who asked a town."""
    return [row.consent_asker_id or 0]


def coordinators(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The county's."""
    return [post.id for post in _holders(rights.HEAR_OF_COUNTY)]


def desk(row: CaseRow, facts: Facts) -> Iterable[int]:
    """Who screens what is unclear."""
    return [post.id for post in _holders(rights.HEAR_OF_UNCLEAR)]


def place_town(row: CaseRow, facts: Facts) -> Iterable[int]:
    """The dispatchers of the town where it is, of no private case."""
    if row.town_id is None or row.is_private:
        return []
    divisions = set(orgs.organisation().versions(row.town_id))
    return [post.id for post in _holders(rights.HANDLE_TOWN) if post.division_id in divisions]


def deciders(row: CaseRow, facts: Facts) -> Iterable[int]:
    """Who may grant the extension that is asked for."""
    return [post.id for post in access.staff().values() if decides_extension(row, post)]


def _office(row: CaseRow) -> Iterator[int]:
    if row.assignee_id is not None:
        yield row.assignee_id
    if row.office_id is None:
        return
    is_desk = row.office_id == orgs.organisation().desk_id
    right = rights.BE_ASSIGNED_IN_OFFICE if is_desk else rights.HANDLE_OFFICE
    yield from (post.id for post in _holders(right) if post.office_id == row.office_id)


def _holders(right: Right) -> Iterator[access.StaffRow]:
    """The active posts that have the right."""
    return (post for post in access.staff().values() if post.may(right))


def waits_for_a_post(row: CaseRow, event: events.EventRow) -> bool:
    return row.state in _OPEN_WORK and not row.queue and row.assignee_id is None


def is_unclear(row: CaseRow, event: events.EventRow) -> bool:
    """Whether the case came to no office."""
    return row.state == State.RECEIVED and row.queue != ""


def is_urgent_and_nobodys(row: CaseRow, event: events.EventRow) -> bool:
    """Whether the words sound as if somebody were in danger, and nobody has the case yet."""
    facts = event.facts
    is_urgent = isinstance(facts, CaseReceived) and facts.urgent
    return is_urgent and (is_unclear(row, event) or waits_for_a_post(row, event))


def is_not_joined(row: CaseRow, event: events.EventRow) -> bool:
    """Whether the case has work of its own."""
    return row.joined_to_id is None


def is_hidden_from(row: CaseRow, post: access.StaffRow) -> bool:
    """Whether the case complains of the post or its office."""
    of_office = row.complained_office_id is not None and post.office_id == row.complained_office_id
    return of_office or post.id == row.complained_staff_id


def is_most_urgent(row: CaseRow) -> bool:
    return row.severity == _MOST_URGENT


def unclear_now(now: datetime) -> int:
    """How many cases wait for the desk."""
    return count_unclear()


def red_today(now: datetime) -> int:
    """How many lights turned red since midnight."""
    return count_red(now.astimezone(orgs.county().tz).replace(hour=0, minute=0, second=0, microsecond=0), now)


def words(row: CaseRow) -> str:
    """`2026-000017 · 城乡道路坑洞破损`"""
    return f"{row.number} · {names.matter(row)}"


def address(row: CaseRow) -> str:
    return reverse("console:case", args=[row.number])


def glance(row: CaseRow) -> rooms.Glance:
    """Number, matter and the running clock."""
    left, unit = time_left(row)
    return rooms.Glance(row.number, names.matter(row), row.red_at, left, unit, row.light)


def queue_address() -> str:
    return reverse("console:queue")


def red_address() -> str:
    return reverse("console:square") + "?light=red"
