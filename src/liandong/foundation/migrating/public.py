"""Door of migrating."""

from .editor import LOCK_S, SchemaEditor, TableIsHeld
from .operations import AddIndexBeside, Enforces, RowsLackIt

__all__ = ["LOCK_S", "AddIndexBeside", "Enforces", "RowsLackIt", "SchemaEditor", "TableIsHeld"]
