"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

STORES = (
    *rooms.stores(
        rooms.Kept.SPAN,
        "a file's name, numbers of its rows and which post brought it in; no words of it",
        "files that an administrator brings in",
        "files that an administrator brings in",
        "opening_upload",
        kept_for="90 days",
    ),
    *rooms.stores(
        rooms.Kept.SPAN,
        "files may hold reports of before with contacts: each goes a day after it was brought in",
        "files that an administrator brings in",
        "files that an administrator brings in",
        "imports/",
        kept_for="a day",
    ),
)
PANELS = (
    rooms.Panel(
        "home",
        "lacks",
        _("开通前还缺什么"),
        5,
        "liandong.contexts.opening.web.panels.lacks",
        "opening/panels/lacks.html",
        rooms.Area.TOP,
        right=rights.SET_UP,
    ),
)
ROOM = rooms.Room(
    name="opening",
    label=_("开通"),
    pages=(
        Page("opening:lacks", _("开通前还缺什么"), Place.REGISTERS, 5, rights.SET_UP),
        Page("opening:files", _("导入文件"), Place.REGISTERS, 6, rights.SET_UP),
        Page("opening:lacks", _("开通前还缺什么"), Place.MENU, 25, rights.SET_UP),
    ),
    urls=(("opening/", "liandong.contexts.opening.urls"),),
    events={"ImportConfirmed": rooms.Told(_("确认导入"))},
    rights=rights.RIGHTS,
    stores=STORES,
    panels=PANELS,
)
