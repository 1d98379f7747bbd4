"""Door of places: where a point lies, and where a typed address is."""

from .commands import PlaceInput, import_places
from .domain.address import Address, Part, Span
from .finding import Candidate, Precision, Reason, candidates, named_division, parse, resolve
from .index import Located, index
from .queries import PlaceRow, by_id, search
from .reasons import reason_words
from .street import to_the_street

__all__ = [
    "Address",
    "Candidate",
    "Located",
    "Part",
    "PlaceInput",
    "PlaceRow",
    "Precision",
    "Reason",
    "Span",
    "by_id",
    "candidates",
    "import_places",
    "index",
    "named_division",
    "parse",
    "reason_words",
    "resolve",
    "search",
    "to_the_street",
]
