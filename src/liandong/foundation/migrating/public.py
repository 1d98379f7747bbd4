"""Door of migrating."""

from .editor import LOCK_S, SchemaEditor, TableIsHeld
from .operations import AddIndexBeside, AddUniqueBeside, Enforces, RowsLackIt

__all__ = ["LOCK_S", "AddIndexBeside", "AddUniqueBeside", "Enforces", "RowsLackIt", "SchemaEditor", "TableIsHeld"]
