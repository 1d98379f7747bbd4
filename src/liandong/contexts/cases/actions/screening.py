"""受理: a report of the unclear queue gets its category, place and lead office."""

from dataclasses import replace

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.concerns import may_publish
from liandong.contexts.cases.domain.actions import Action
from liandong.contexts.cases.domain.events import CaseScreened, CaseTakenUp
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.lead_offices import lead_of, needs_consent
from liandong.contexts.cases.lists.near import near_cell
from liandong.contexts.cases.models import Case, DeadlineEntry, Message, Publication, Task
from liandong.contexts.cases.rows import CaseRow, line_now
from liandong.contexts.categories import public as categories
from liandong.foundation.places import public as places
from liandong.kernel import geo
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .registry import Effect, Given, does, foresees


@does(Action.TAKE_UP)
def take_up(*, actor: Actor, case_id: int, version: int | None = None) -> CaseRow:
    """认领 of what waits for the desk, to be screened or coordinated: the post owns it from now on. Raises Conflict
    through `version` when somebody else was quicker.
    """
    with Change(actor, case_id, Action.TAKE_UP, version) as change:
        change.take_task(actor.id)
        change.tell(CaseTakenUp(assignee=actor.id))
    return change.row


@does(Action.SCREEN)
def screen_case(
    *,
    actor: Actor,
    case_id: int,
    category_code: str,
    office_id: int | None = None,
    lon: float | None = None,
    lat: float | None = None,
    version: int | None = None,
    text: str = "",
) -> CaseRow:
    """Takes a case out of the unclear queue: category, perhaps place, and lead office (by the duty list where None).

    Raises InvalidInput for an unknown category, an impossible point, where the duty list names nobody and no office is
    given, and where a county office's duty is given to a town that hasn't been asked.
    """
    with Change(actor, case_id, Action.SCREEN, version, text) as change:
        category = categories.leaf(category_code)
        if lon is not None or lat is not None:
            _place(change, lon, lat)
        if office_id is not None and needs_consent(change.case, category.code, office_id, actor):
            raise InvalidInput("这是县级部门的职责，须先征得乡镇同意：请先派给职责部门，再改派。", field="office_id")
        lead = lead_of(change.case, category, office_id)
        _categorise(change, category)
        change.say(Message.Kind.NOTE)
        change.set(office_id=lead, queue="", assignee_id=None, is_designated=change.case.return_count > 0)
        change.open_task(Task.Kind.HANDLE, office_id=lead)
        change.tell(CaseScreened(category=category.code, lead_office=lead))
    return change.row


@foresees(Action.SCREEN)
def _screened(row: CaseRow, given: Given, actor: Actor) -> Effect:
    category = categories.leaf(given["category_code"])
    after = replace(
        row,
        office_id=lead_of(row, category, None),
        category_code=category.code,
        accept_budget=category.accept_budget,
        finish_budget=category.finish_budget,
        state=State.DISPATCHED.value,
        queue="",
    )
    return after, line_now(DeadlineEntry.Kind.START)


def _categorise(change: Change, category: categories.CategoryRow) -> None:
    change.set(
        category_code=category.code,
        category_version=category.version,
        severity=category.severity,
        accept_budget=category.accept_budget,
        finish_budget=category.finish_budget,
        is_private=category.is_private,
        is_confidential="reporter_confidential" in category.flags,
    )
    change.deadline(DeadlineEntry.Kind.START, at=change.case.clock_from)
    if change.case.is_published and not may_publish(change.case):
        Publication.objects.filter(case=change.case).delete()
        change.set(is_published=False)
    if change.case.report_count > 1:
        _keep_joined_as_close(change.case)


def _keep_joined_as_close(case: Case) -> None:
    """Cases joined to a private one don't tell its words either."""
    kept = {name: True for name in ("is_private", "is_confidential") if getattr(case, name)}
    if kept:
        Publication.objects.filter(case__joined_to=case).delete()
        Case.objects.filter(joined_to=case).update(is_published=False, **kept)


def _place(change: Change, lon: float | None, lat: float | None) -> None:
    if lon is None or lat is None:
        raise InvalidInput("经度和纬度须同时填写。", field="lon" if lon is None else "lat")
    lon, lat = geo.check_coordinates(lon, lat)
    located = places.index().locate(lon, lat)
    if places.index().knows_outlines and not located.inside:
        raise InvalidInput("这个位置不在本县范围内。", field="lon")
    change.set(
        lon=lon,
        lat=lat,
        source_crs="wgs84",
        near=near_cell(lon, lat),
        division_id=located.division_id,
        cell_id=located.cell_id,
        village_id=located.village_id,
        town_id=located.town_id,
    )
