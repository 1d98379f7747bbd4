"""Door of migrating."""

from .editor import SchemaEditor, TableIsHeld
from .operations import AddIndexBeside, AddUniqueBeside, Enforces, RowsLackIt

__all__ = ["AddIndexBeside", "AddUniqueBeside", "Enforces", "RowsLackIt", "SchemaEditor", "TableIsHeld"]
