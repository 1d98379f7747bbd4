"""Door of places: where a point lies, and where a typed address is."""

from .commands import PlaceInput, import_places
from .index import Located, index
from .queries import PlaceRow, by_id, resolve, search

__all__ = ["Located", "PlaceInput", "PlaceRow", "by_id", "import_places", "index", "resolve", "search"]
