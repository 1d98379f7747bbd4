"""Door of places: where a point lies, and where a typed address is."""

from .commands import GroundInput, PlaceInput, import_ground, import_places
from .domain.address import Address, Part, Span
from .domain.shapes import KINDS as GROUND_KINDS
from .domain.shapes import MOST_CORNERS, RANKS, ROAD, WATER
from .finding import Candidate, Precision, Reason, candidates, named_division, parse, resolve
from .ground import Around, Named, around, ground_features, roads_near
from .index import Located, index
from .queries import PlaceRow, by_id, search
from .reasons import reason_words
from .street import street_words, to_the_street

__all__ = [
    "GROUND_KINDS",
    "MOST_CORNERS",
    "RANKS",
    "ROAD",
    "WATER",
    "Address",
    "Around",
    "Candidate",
    "GroundInput",
    "Located",
    "Named",
    "Part",
    "PlaceInput",
    "PlaceRow",
    "Precision",
    "Reason",
    "Span",
    "around",
    "by_id",
    "candidates",
    "ground_features",
    "import_ground",
    "import_places",
    "index",
    "named_division",
    "parse",
    "reason_words",
    "resolve",
    "roads_near",
    "search",
    "street_words",
    "to_the_street",
]
