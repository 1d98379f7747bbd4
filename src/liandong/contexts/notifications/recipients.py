"""Whom a notification is for: posts by what they do on a case, never those that the case complains of."""

from collections.abc import Iterator

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.facts import Facts
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Role

from .domain.kinds import Audience

_TAKES_TASKS = (Role.HANDLER, Role.DISPATCHER)
_DESK = (Role.CLERK, Role.COORDINATOR)


def posts_for(audience: Audience, row: cases.CaseRow, facts: Facts | None = None) -> list[int]:
    """Ids of the posts of this audience, with the deputies of those that are out; who did it isn't told of it."""
    did_it = facts.actor if facts else ""
    found = dict.fromkeys(_with_deputies(_wanted(audience, row, facts)))
    posts = access.staff()
    return [
        id_ for id_ in found if id_ in posts and f"staff:{id_}" != did_it and not _is_complained_of(posts[id_], row)
    ]


def _with_deputies(posts: Iterator[int]) -> Iterator[int]:
    for staff_id in posts:
        yield staff_id
        if absence := access.away(staff_id):
            yield absence.deputy_id


def _wanted(audience: Audience, row: cases.CaseRow, facts: Facts | None) -> Iterator[int]:
    match audience:
        case Audience.NAMED if isinstance(facts, cases.TaskAssigned):
            yield facts.assignee
        case Audience.TOWN if isinstance(facts, cases.ConsentAsked):
            yield from _dispatchers(facts.asked_town)
        case Audience.ASKER:
            yield row.consent_asker_id or 0
        case Audience.HOLDER if row.assignee_id in access.staff():
            yield row.assignee_id or 0
        case Audience.COORDINATORS:
            yield from coordinators()
        case Audience.DESK:
            yield from desk()
        case Audience.PLACE_TOWN:
            yield from _town_of(row)
        case Audience.DECIDERS:
            yield from (post.id for post in access.staff().values() if cases.decides_extension(row, post))
        case Audience.HOLDER | Audience.OFFICE:
            yield from _office(row)


def _office(row: cases.CaseRow) -> Iterator[int]:
    """The lead office's; where the county's desk leads, its coordinators too."""
    if row.assignee_id is not None:
        yield row.assignee_id
    if row.office_id is None:
        return
    roles = (*_TAKES_TASKS, Role.COORDINATOR) if row.office_id == orgs.organisation().desk_id else _TAKES_TASKS
    yield from (post.id for post in access.staff().values() if post.office_id == row.office_id and post.role in roles)


def _dispatchers(office_id: int) -> Iterator[int]:
    posts = access.staff().values()
    return (post.id for post in posts if post.office_id == office_id and post.role == Role.DISPATCHER)


def _town_of(row: cases.CaseRow) -> Iterator[int]:
    if row.town_id is None or row.is_private:
        return
    town = set(orgs.organisation().versions(row.town_id))
    yield from (
        post.id for post in access.staff().values() if post.role == Role.DISPATCHER and post.division_id in town
    )


def coordinators() -> list[int]:
    return [post.id for post in access.staff().values() if post.role == Role.COORDINATOR]


def desk() -> list[int]:
    """Who screens what is unclear."""
    return [post.id for post in access.staff().values() if post.role in _DESK]


def _is_complained_of(post: access.StaffRow, row: cases.CaseRow) -> bool:
    of_office = row.complained_office_id is not None and post.office_id == row.complained_office_id
    return of_office or post.id == row.complained_staff_id
