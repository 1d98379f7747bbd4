"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

ROOM = rooms.Room(
    name="files",
    label=_("文件"),
    stores=rooms.stores(
        rooms.Kept.MATTER,
        "files that no row names any more are swept within a day",
        "photos",
        "photos, documents",
        "blobs/",
    ),
)
