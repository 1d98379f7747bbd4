"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

_HOME = "liandong.contexts.console.web.panels"
PANELS = (
    rooms.Panel(
        "home",
        "field",
        _("现场"),
        10,
        f"{_HOME}.field",
        "console/panels/home_field.html",
        rooms.Area.TOP,
        right=intake.rights.REGISTER_ON_SITE,
    ),
    rooms.Panel(
        "home",
        "decisions",
        _("等您决定的"),
        20,
        f"{_HOME}.decisions",
        "console/panels/home_decisions.html",
        rooms.Area.TOP,
    ),
    rooms.Panel(
        "home",
        "desk",
        _("等中心处理的"),
        30,
        f"{_HOME}.desk",
        "console/panels/home_desk.html",
        rooms.Area.WORK,
        right=rights.SEE_QUEUES,
    ),
    rooms.Panel(
        "home",
        "area",
        _("所辖范围"),
        40,
        f"{_HOME}.area",
        "console/panels/home_area.html",
        rooms.Area.WORK,
        right=rights.SEE_FIGURES,
    ),
    rooms.Panel(
        "home",
        "mine",
        _("我手上的"),
        50,
        f"{_HOME}.mine",
        "console/panels/home_mine.html",
        rooms.Area.WORK,
        right=rights.WORK_AT_DESK,
    ),
    rooms.Panel(
        "home",
        "own-office",
        _("本部门的"),
        60,
        f"{_HOME}.office",
        "console/panels/home_own_office.html",
        rooms.Area.WORK,
        right=cases.rights.HANDLE_OFFICE,
    ),
    rooms.Panel(
        "home",
        "late",
        _("超期最久的"),
        65,
        f"{_HOME}.late",
        "console/panels/home_late.html",
        rooms.Area.BELOW,
        right=rights.SEE_FIGURES,
        when=f"{_HOME}.looks_on",
    ),
    rooms.Panel(
        "home", "next", _("最先到期的"), 75, f"{_HOME}.next_due", "console/panels/home_next.html", rooms.Area.BELOW
    ),
    rooms.Panel(
        "home",
        "cells",
        _("我的网格"),
        70,
        f"{_HOME}.cells",
        "console/panels/home_cells.html",
        rooms.Area.BELOW,
        right=cases.rights.SEE_CELLS,
    ),
    rooms.Panel(
        "home",
        "registers",
        _("登记册"),
        90,
        f"{_HOME}.registers",
        "console/panels/home_registers.html",
        rooms.Area.BELOW,
        right=access.rights.KEEP_REGISTERS,
    ),
    rooms.Panel(
        "case",
        "place",
        _("地点"),
        30,
        "liandong.contexts.console.web.panels.place",
        "console/panels/place.html",
        rooms.Area.MATTER,
    ),
)
EVENTS = {
    "ListExported": rooms.Told(_("导出清单")),
}
ROOM = rooms.Room(
    name="console",
    label=_("工作台"),
    pages=(
        Page("console:home", _("首页"), Place.STAFF, 5),
        Page("console:square", _("事件广场"), Place.STAFF, 10),
        Page("console:tasks", _("我的任务"), Place.STAFF, 20),
        Page("console:queue", _("队列"), Place.STAFF, 50, rights.SEE_QUEUES),
        Page("console:absences", _("代理与请假"), Place.MENU, 10),
        Page("console:categories", pgettext_lazy("page", "事项分类"), Place.MENU, 20, categories.rights.SEE_OVERVIEW),
        Page("console:rooms", _("功能开关"), Place.MENU, 30, orgs.rights.SWITCH_ROOMS),
        Page("console:workload", _("我的工作量"), Place.TASKS, 10, rights.WORK_AT_DESK),
        Page("console:past", _("本部门曾经办"), Place.TASKS, 15, cases.rights.HANDLE_OFFICE),
        Page("console:absences", _("代理与请假"), Place.TASKS, 20, rights.WORK_AT_DESK),
        Page("console:categories", _("事项分类：牵头部门、时限、归类"), Place.REGISTERS, 10),
    ),
    urls=(("console/", "liandong.contexts.console.urls"),),
    api=rooms.Router("liandong.contexts.console.api.router"),
    header=("console/parts/palette.html",),
    lanes=(("/console/export/", "exports"),),
    public=("api-1:near", "api-1:divisions", "api-1:categories", "api-1:offices"),
    panels=PANELS,
    events=EVENTS,
    rights=rights.RIGHTS,
)
