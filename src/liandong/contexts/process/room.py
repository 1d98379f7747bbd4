"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain import rights

PANELS = (
    rooms.Panel(
        "case",
        "process",
        _("流程"),
        10,
        "liandong.contexts.process.web.panels.drawing",
        "process/panels/drawing.html",
        lazy=True,
        is_wide=True,
        link=_("查看流程"),
    ),
)
EVENTS = {
    "ProcessLoaded": rooms.Told(_("流程已装入")),
    "RunPlacedAnew": rooms.Told(_("重新放置流程")),
}
STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "drawings, and where a case stands in them: no words",
        "workings of the platform",
        "drawn processes, imported files",
        "process_definition",
        "process_run",
    ),
)
ROOM = rooms.Room(name="process", label=_("流程"), panels=PANELS, events=EVENTS, rights=rights.RIGHTS, stores=STORES)
