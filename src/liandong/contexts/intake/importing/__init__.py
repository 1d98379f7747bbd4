"""Door of the importer of reports; apart from `intake.public`, so that web processes don't load the readers."""

from .mapping import MANGLED, is_mangled
from .readers import SourceRow, Table, open_table
from .rejects import Rejects, in_both
from .run import Tally, import_reports, load_mapping, shipped_mappings

__all__ = [
    "MANGLED",
    "Rejects",
    "SourceRow",
    "Table",
    "Tally",
    "import_reports",
    "in_both",
    "is_mangled",
    "load_mapping",
    "open_table",
    "shipped_mappings",
]
