"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

PANELS = (
    rooms.Panel(
        "case",
        "place",
        _("地点"),
        30,
        "liandong.contexts.console.web.panels.place",
        "console/panels/place.html",
        rooms.Place.MATTER,
    ),
)
EVENTS = {
    "ListExported": rooms.Told(_("导出清单")),
}
ROOM = rooms.Room(name="console", label=_("工作台"), panels=PANELS, events=EVENTS)
