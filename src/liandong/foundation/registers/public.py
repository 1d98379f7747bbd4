"""Door of the registers: versions, caches and the recorded way to change a row."""

from .cache import Cached
from .commands import bump, record_import, save_row
from .domain.events import RegisterImported
from .word_index import Taken, WordIndexRow, index_anew, word_indexes

__all__ = [
    "Cached",
    "RegisterImported",
    "Taken",
    "WordIndexRow",
    "bump",
    "index_anew",
    "record_import",
    "save_row",
    "word_indexes",
]
