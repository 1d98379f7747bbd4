"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

PANELS = (
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
        Page("console:square", _("事件广场"), Place.STAFF, 10),
        Page("console:tasks", _("我的任务"), Place.STAFF, 20),
        Page("console:queue", _("队列"), Place.STAFF, 50, rights.SEE_QUEUES),
        Page("console:absences", _("代理与请假"), Place.MENU, 10),
        Page("console:categories", pgettext_lazy("page", "事项分类"), Place.MENU, 20, categories.rights.SEE_OVERVIEW),
        Page("console:rooms", _("功能开关"), Place.MENU, 30, orgs.rights.SWITCH_ROOMS),
        Page("console:workload", _("我的工作量"), Place.TASKS, 10),
        Page("console:past", _("本部门曾经办"), Place.TASKS, 15, cases.rights.HANDLE_OFFICE),
        Page("console:absences", _("代理与请假"), Place.TASKS, 20),
        Page("console:categories", _("事项分类：牵头部门、时限、归类"), Place.REGISTERS, 10),
    ),
    urls=(("console/", "liandong.contexts.console.urls"),),
    api=rooms.Router("liandong.contexts.console.api.router"),
    lanes=(("/console/export/", "exports"),),
    public=("api-1:near", "api-1:divisions", "api-1:categories", "api-1:offices"),
    panels=PANELS,
    events=EVENTS,
    rights=rights.RIGHTS,
)
