"""Long work of places."""

from liandong.foundation.jobs import public as jobs

from . import indexing

FOLLOWS_S = 5.0
"""How often rows are looked for that a process of the version before has written meanwhile."""


@jobs.work("places.index_words", at_start=True)
def index_words(_turn: jobs.Turn) -> jobs.Again | None:
    """Cuts the words of places anew, where they are cut in an earlier way."""
    found = indexing.go_on()
    return None if found.is_done else jobs.Again(in_s=0 if found.rows else FOLLOWS_S)
