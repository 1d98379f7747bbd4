"""Whom a notification is for: posts by what they do on a case, never those that the case complains of."""

from collections.abc import Iterator, Mapping

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs

from .domain import rights
from .domain.kinds import Audience


def posts_for(audience: Audience, row: cases.CaseRow, payload: Mapping[str, object]) -> list[int]:
    """Ids of the posts of this audience, with the deputies of those that are out; who did it isn't told of it."""
    did_it = payload.get("actor")
    found = dict.fromkeys(_with_deputies(_wanted(audience, row, payload)))
    posts = access.staff()
    return [
        id_ for id_ in found if id_ in posts and f"staff:{id_}" != did_it and not _is_complained_of(posts[id_], row)
    ]


def _with_deputies(posts: Iterator[int]) -> Iterator[int]:
    for staff_id in posts:
        yield staff_id
        if absence := access.away(staff_id):
            yield absence.deputy_id


def _wanted(audience: Audience, row: cases.CaseRow, payload: Mapping[str, object]) -> Iterator[int]:
    match audience:
        case Audience.NAMED:
            yield int(str(payload.get("assignee") or 0))
        case Audience.TOWN:
            yield from _consenting(int(str(payload.get("office") or 0)))
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
    is_desk = row.office_id == orgs.organisation().desk_id
    right = cases.rights.BE_ASSIGNED_IN_OFFICE if is_desk else cases.rights.HANDLE_OFFICE
    yield from (post.id for post in access.staff().values() if post.office_id == row.office_id and post.may(right))


def _consenting(office_id: int) -> Iterator[int]:
    posts = access.staff().values()
    return (post.id for post in posts if post.office_id == office_id and post.may(cases.rights.CONSENT_FOR_TOWN))


def _town_of(row: cases.CaseRow) -> Iterator[int]:
    if row.town_id is None or row.is_private:
        return
    town = set(orgs.organisation().versions(row.town_id))
    yield from (
        post.id for post in access.staff().values() if post.may(cases.rights.HANDLE_TOWN) and post.division_id in town
    )


def coordinators() -> list[int]:
    return [post.id for post in access.staff().values() if post.may(rights.HEAR_OF_COUNTY)]


def desk() -> list[int]:
    """Who screens what is unclear."""
    return [post.id for post in access.staff().values() if post.may(rights.HEAR_OF_UNCLEAR)]


def _is_complained_of(post: access.StaffRow, row: cases.CaseRow) -> bool:
    of_office = row.complained_office_id is not None and post.office_id == row.complained_office_id
    return of_office or post.id == row.complained_staff_id
