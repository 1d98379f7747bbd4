"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

EVENTS = {
    "OptedOut": rooms.Told(_("退订")),
    "ChatAddressSet": rooms.Told(_("设置群聊地址")),
    "ChatAddressRemoved": rooms.Told(_("删除群聊地址")),
    "DeliveryRetried": rooms.Told(_("重发")),
    "DeadLetterRevived": rooms.Told(_("重新投递")),
}
ROOM = rooms.Room(
    name="notifications",
    label=_("通知"),
    pages=(
        Page("notifications:deliveries", _("发送记录"), Place.STAFF, 60, rights.KEEP_SENDING),
        Page("notifications:settings", _("通知设置"), Place.MENU, 40),
    ),
    urls=(("notifications/", "liandong.contexts.notifications.urls"),),
    header=("notifications/parts/header.html",),
    events=EVENTS,
    rights=rights.RIGHTS,
)
