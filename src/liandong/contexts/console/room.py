"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place
from liandong.kernel.actor import Role

_DESK = (Role.CLERK, Role.COORDINATOR)
_REGISTERS = (Role.ADMINISTRATOR, Role.COORDINATOR)

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
        Page("console:queue", _("队列"), Place.STAFF, 50, _DESK),
        Page("console:absences", _("代理与请假"), Place.MENU, 10),
        Page("console:categories", pgettext_lazy("page", "事项分类"), Place.MENU, 20, _REGISTERS),
        Page("console:rooms", _("功能开关"), Place.MENU, 30, (Role.ADMINISTRATOR,)),
        Page("console:workload", _("我的工作量"), Place.TASKS, 10),
        Page("console:absences", _("代理与请假"), Place.TASKS, 20),
        Page("console:categories", _("事项分类：牵头部门、时限、归类"), Place.REGISTERS, 10),
    ),
    urls=(("console/", "liandong.contexts.console.urls"),),
    api=rooms.Router("liandong.contexts.console.api.router"),
    lanes=(("/console/export/", "exports"),),
    public=("api-1:near", "api-1:divisions", "api-1:categories", "api-1:offices"),
    panels=PANELS,
    events=EVENTS,
)
