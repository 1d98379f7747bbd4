"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place
from liandong.kernel.actor import Role

_REGISTER = (Role.CLERK, Role.COORDINATOR, Role.DISPATCHER, Role.GRID_WORKER)

ROOM = rooms.Room(
    name="intake",
    label=_("受理"),
    pages=(
        Page("intake:report", _("上报问题"), Place.RESIDENT, 10),
        Page("intake:status", _("查询进度"), Place.RESIDENT, 20),
        Page("intake:register", _("登记"), Place.STAFF, 30, _REGISTER),
        Page("intake:phone", _("坐席"), Place.STAFF, 40, (Role.CLERK, Role.COORDINATOR)),
    ),
    urls=(("open311/", "liandong.contexts.intake.open311.urls"), ("", "liandong.contexts.intake.urls")),
    api=rooms.Router("liandong.contexts.intake.api.router", for_clients=True),
    machine_doors=(rooms.MachineDoor("/open311/", "liandong.contexts.intake.open311.doors.refused"),),
    lanes=(
        ("/open311/", "intake"),
        ("/api/v1/reports", "intake"),
        ("/api/v1/photos", "intake"),
        ("/api/v1/receipts/", "intake"),
        ("/api/v1/reports/batch", "batches"),
    ),
    public=(
        "intake:home",
        "intake:report",
        "intake:ground",
        "intake:ledger_key",
        "intake:verify_script",
        "intake:near_points",
        "open311:services",
        "open311:definition",
        "open311:requests",
        "open311:request",
        "open311:token",
        "open311:discovery",
    ),
)
