"""The panels of the console: the place of a case on its page, with the map whose outlines the console serves; and what
waits for a post on its home page.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from liandong.contexts.cases import public as cases
from liandong.contexts.console import geojson
from liandong.contexts.console.domain import rights
from liandong.contexts.handovers import public as handovers
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import Tile

from . import queues
from .workload import FIGURES

NEXT_LISTED, CELLS_LISTED = 5, 8
"""Cases of the two lists at the foot."""
_LOOKED_AT = 50
"""So many tasks by their promised date are looked at for those whose clock runs out next."""
_LATEST = datetime.max.replace(tzinfo=UTC)
Home = rooms.Look[None]
Context = Mapping[str, object]


_NAMES: Mapping[cases.Figure, str] = {
    cases.Figure.RECEIVED: "待受理",
    cases.Figure.DISPATCHED: "待签收",
    cases.Figure.OVERDUE: "已超期",
    cases.Figure.TODAY: "今日到期",
    cases.Figure.URGENT: "特急",
    cases.Figure.BACK: "评价未解决",
    cases.Figure.NEW: "今日新增",
}
_TONES = {cases.Figure.OVERDUE: "red", cases.Figure.TODAY: "yellow"}
_WORK_TONES = {cases.WorkFigure.RED: "red", cases.WorkFigure.TODAY: "yellow"}
_AREA = (
    cases.Figure.OVERDUE,
    cases.Figure.TODAY,
    cases.Figure.URGENT,
    cases.Figure.BACK,
    cases.Figure.NEW,
)
_TOWN = (cases.Figure.RECEIVED, cases.Figure.DISPATCHED, *_AREA)
_OFFICE = (cases.Figure.OVERDUE, cases.Figure.TODAY, cases.Figure.DISPATCHED, cases.Figure.BACK)
_MINE = (
    cases.WorkFigure.RED,
    cases.WorkFigure.TODAY,
    cases.WorkFigure.DISPATCHED,
    cases.WorkFigure.BACK,
)


def place(look: rooms.Look[cases.CaseRow]) -> Mapping[str, object]:
    row = look.row
    return {
        "division": cases.names.place(row.division_id),
        "border": cases.names.border(row.lon, row.lat),
        "cells_url": f"{reverse('api-1:divisions')}?level={geojson.ground_level('village', 'town')}&ground=1",
    }


def field(look: Home) -> Context:
    """The three big buttons of who works outside."""
    in_hand = cases.workload(actor=look.actor)
    return {
        "in_hand": in_hand.open,
        "late": in_hand.numbers[cases.WorkFigure.RED],
        "own": intake.own_going_on(actor=look.actor),
        "report_url": reverse("intake:register"),
        "mine_url": reverse("intake:mine"),
    }


def decisions(look: Home) -> Context | None:
    """Consents and extensions that wait for this post's word."""
    rows = cases.awaiting_decision(actor=look.actor)
    if not rows:
        return None
    return _list(rows[:NEXT_LISTED], gettext("等您决定的"), reverse("console:tasks"), count=_many(len(rows)))


def desk(look: Home) -> Context:
    """The queues with what waits in each, and hand-overs that wait to be read."""
    path = reverse("console:queue")
    tiles = [
        Tile(gettext(queues.NAMES[queue]), _exact(count), f"{path}?{urlencode({'queue': queue})}")
        for queue, count in queues.counts(look.actor).items()
    ]
    if rooms.is_on("handovers"):
        waiting = handovers.waiting_handovers(look.actor, most=handovers.LISTED + 1)
        tiles.append(Tile(gettext("等您知悉的交接"), _many(len(waiting), handovers.LISTED), reverse("console:tasks")))
    return {"heading": gettext("等中心处理的"), "tiles": tiles}


def area(look: Home) -> Context:
    """The figures of the widest scope, each with its list; a town's also what waits to be taken up."""
    scope = cases.scopes_of(look.actor)[0]
    wanted = _TOWN if look.actor.may(cases.rights.HANDLE_TOWN) else _AREA
    return {
        "heading": gettext("全县") if scope is cases.Scope.COUNTY else gettext("本乡镇"),
        "tiles": _figures(look, scope, wanted),
    }


def looks_on(look: Home) -> bool:
    """Whether the post has no work of its own that would stand there."""
    return not look.actor.may(rights.WORK_AT_DESK)


def late(look: Home) -> Context:
    """The cases that are overdue longest in the widest scope: to be urged."""
    scope = cases.scopes_of(look.actor)[0]
    page = cases.list_cases(
        actor=look.actor,
        scope=scope,
        filters=cases.Filters(light=cases.Light.RED),
        sort=cases.Sort.DUE,
        rows=NEXT_LISTED,
    )
    asked = cases.asked_for(cases.Figure.OVERDUE)
    address = f"{reverse('console:square')}?{urlencode({'scope': scope.value, **asked})}"
    return _list(page.rows, gettext("超期最久的"), address)


def mine(look: Home) -> Context:
    """The post's own tasks."""
    load, path = cases.workload(actor=look.actor), reverse("console:tasks")
    tiles = [
        Tile(
            gettext(FIGURES[each]),
            str(load.numbers[each]),
            f"{path}?show={each}",
            _WORK_TONES.get(each, "") if load.numbers[each] else "",
        )
        for each in _MINE
    ]
    return {"heading": gettext("我手上的"), "total": load.open, "total_url": path, "tiles": tiles}


def office(look: Home) -> Context | None:
    """The cases that the post's office leads."""
    if look.actor.office_id is None:
        return None
    return {"heading": gettext("本部门的"), "tiles": _figures(look, cases.Scope.OFFICE, _OFFICE)}


def next_due(look: Home) -> Context | None:
    """The next five of the post, of those for whom it stands in and, where it may take them, of its office that nobody
    has taken.
    """
    own, unclaimed = cases.open_tasks(actor=look.actor, limit=_LOOKED_AT)
    absent = cases.deputy_tasks(actor=look.actor, limit=_LOOKED_AT)
    found = {row.id: row for rows in (unclaimed, *absent.values(), own) for row in rows}
    if not found and not look.actor.may(cases.rights.ACT_AS_ASSIGNED):
        return None
    rows = sorted(found.values(), key=lambda row: row.red_at or _LATEST)[:NEXT_LISTED]
    return _list(rows, gettext("最先到期的"), reverse("console:tasks"))


def cells(look: Home) -> Context:
    """The open cases in the post's grid cells, the next due first."""
    page, count = cases.list_and_count(
        actor=look.actor,
        scope=cases.Scope.CELLS,
        filters=cases.Filters(),
        sort=cases.Sort.DUE,
        rows=CELLS_LISTED,
    )
    address = f"{reverse('console:square')}?{urlencode({'scope': cases.Scope.CELLS, 'sort': cases.Sort.DUE})}"
    return _list(page.rows, gettext("我的网格"), address, count=_exact(count))


def registers(look: Home) -> Context:
    """The registers with how much is in each."""
    registry = orgs.organisation()
    kinds = [row.kind for row in registry.by_code.values()]
    offices = sum(row.active for row in registry.offices.values())
    tiles = [
        Tile(gettext("乡镇街道"), str(kinds.count("town")), reverse("admin:orgs_division_changelist")),
        Tile(gettext("村和社区"), str(kinds.count("village")), reverse("admin:orgs_division_changelist")),
        Tile(gettext("单元网格"), str(kinds.count("cell")), reverse("admin:orgs_division_changelist")),
        Tile(pgettext("several", "部门"), str(offices), reverse("admin:orgs_office_changelist")),
        Tile(pgettext("several", "岗位"), str(len(access.staff())), reverse("admin:access_staff_changelist")),
    ]
    return {"heading": gettext("登记册"), "tiles": tiles, "total_url": reverse("admin:index")}


def _figures(look: Home, scope: cases.Scope, wanted: tuple[cases.Figure, ...]) -> list[Tile]:
    path = reverse("console:square")
    return [
        Tile(
            gettext(_NAMES[each.figure]),
            f"{each.number:,}",
            f"{path}?{urlencode({'scope': scope.value, **each.asked})}",
            _TONES.get(each.figure, "") if each.number else "",
            "" if each.before is None else gettext("上周同日此时 %(number)s") % {"number": f"{each.before:,}"},
        )
        for each in cases.figures(actor=look.actor, scope=scope, wanted=wanted)
    ]


def _list(rows: list[cases.CaseRow], heading: str, url: str, *, count: str = "") -> Context:
    return {"heading": heading, "cases": [cases.listed(row) for row in rows], "count": count, "all_url": url}


def _many(number: int, most: int = cases.TASKS_LISTED - 1) -> str:
    return f"{most}+" if number > most else str(number)


def _exact(count: cases.Count) -> str:
    return f"{count.number:,}" + ("" if count.exact else "+")
