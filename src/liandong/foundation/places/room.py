"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "known places: no person",
        "registers of the county",
        "registers of the county",
        "places_place",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "roads and waters of maps: no person",
        "registers of the county",
        "registers of the county",
        "places_ground_shape",
    ),
)
LACKS = (
    rooms.Lack(
        "places.places",
        150,
        _("还没有地点"),
        _("只写了地名的上报找不到位置，要由受理员逐件确定。"),
        _("导入小区、学校、桥梁等有名称的地点和标准地址。"),
        "liandong.foundation.places.lacking.places",
        "opening:file",
        ("places",),
        label=_("导入地点"),
        is_needed=False,
    ),
)
ROOM = rooms.Room(name="places", label=_("地点"), stores=STORES, lacks=LACKS)
