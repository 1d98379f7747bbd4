"""Long work of places."""

from liandong.foundation.jobs import public as jobs

from . import indexing


@jobs.work("places.index_words", at_start=True)
def index_words(_turn: jobs.Turn) -> jobs.Again | None:
    """Cuts the words of places anew, where they are cut in an earlier way."""
    return indexing.go_on().again
