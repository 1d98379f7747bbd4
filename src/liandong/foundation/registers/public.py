"""Door of the registers: versions, caches and the recorded way to change a row."""

from .cache import Cached
from .commands import bump, record_import, save_row

__all__ = ["Cached", "bump", "record_import", "save_row"]
