"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place
from liandong.kernel.actor import Role

ROOM = rooms.Room(
    name="notifications",
    label=_("通知"),
    pages=(
        Page("notifications:deliveries", _("发送记录"), Place.STAFF, 60, (Role.ADMINISTRATOR,)),
        Page("notifications:settings", _("通知设置"), Place.MENU, 40),
    ),
    urls=(("notifications/", "liandong.contexts.notifications.urls"),),
    header=("notifications/parts/header.html",),
)
