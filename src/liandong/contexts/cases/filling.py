"""Messages that the version before wrote have no audience: they get the one by which they are read anyway."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from .models import Message

AT_A_TIME = 5000
_FILL = """
UPDATE cases_message SET audience = CASE WHEN public THEN 'reporter' ELSE 'involved' END
WHERE id = ANY(%s) AND audience = ''
"""


def lacking() -> QuerySet[Message]:
    """Those that lack it."""
    return Message.objects.filter(audience="")


def fill(keys: Collection[Any]) -> None:
    """Fills these in the transaction it is called in; again without harm. The ledger isn't told: its entries on these
    rows are from before the column, and say nothing of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [list(keys)])


def fill_some() -> bool:
    """The next portion; whether there may be more."""
    keys = list(lacking().order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    fill(keys)
    return len(keys) == AT_A_TIME
