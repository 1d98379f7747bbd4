"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain.rights import RIGHTS

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "the county's matters: no person",
        "registers of the county",
        "registers of the county",
        "cases_category",
    ),
    *rooms.stores(
        rooms.Kept.AGAIN,
        "weights of pieces of words, learned anew every night",
        "what a reporter wrote",
        "titles, subjects",
        "cases_learned_model",
    ),
)
ROOM = rooms.Room(name="categories", label=_("事项分类"), rights=RIGHTS, stores=STORES)
