"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "holds ids, codes and salted commitments: salts go with the words",
        "what the ledger holds",
        "record of actions",
        "ledger_entry",
        "ledger_seal",
        "ledger_seal_key",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "keys, signed heads and the mark: no words",
        "what the ledger holds",
        "record of actions",
        "keys/",
        "ledger/",
        "mark/",
    ),
)
ROOM = rooms.Room(name="ledger", label=_("留痕"), stores=STORES)
