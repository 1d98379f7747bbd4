"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from . import queries
from .domain import rights

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "divisions, offices and duties: no person",
        "registers of the county",
        "registers of the county",
        "orgs_county",
        "orgs_division",
        "orgs_office",
        "orgs_duty",
    ),
)
ROOM = rooms.Room(
    name="orgs", label=_("区划与部门"), switched_off=queries.rooms_off, rights=rights.RIGHTS, stores=STORES
)
