"""The words of known places follow a new way of cutting them."""

from liandong.foundation.registers.public import Indexed, Taken, index_anew

from .models import Place
from .queries import words_of

INDEX = "places"
STEP = 500
"""Places of one transaction."""


def go_on() -> Indexed:
    """Goes on for a second."""
    return index_anew(name=INDEX, step=_step)


def _step(behind: int) -> Taken:
    rows = list(Place.objects.select_for_update().filter(pk__gt=behind).order_by("pk")[:STEP])
    for row in rows:
        row.tokens = words_of(row.name, row.address, row.aliases)
    Place.objects.bulk_update(rows, ["tokens"])
    return Taken(rows[-1].pk if rows else behind, len(rows), len(rows) < STEP)
