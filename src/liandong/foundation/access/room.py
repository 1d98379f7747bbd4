"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

ROOM = rooms.Room(
    name="access",
    label=_("人员与权限"),
    pages=(
        Page("admin:index", _("登记册"), Place.STAFF, 70, rights.KEEP_REGISTERS),
        Page("account_change_password", _("修改密码"), Place.MENU, 90),
    ),
    urls=(("accounts/", "liandong.foundation.access.urls"),),
    rights=rights.RIGHTS,
)
