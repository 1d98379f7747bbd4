"""Door of divisions, offices and duties."""

from .commands import (
    DivisionInput,
    DutyInput,
    Loaded,
    OfficeInput,
    import_divisions,
    import_duties,
    import_offices,
    set_up_county,
    switch_room,
)
from .division_field import DivisionField, DivisionsField
from .domain import rights
from .domain.routing import Routed
from .queries import (
    CountyRow,
    DivisionRow,
    OfficeRow,
    Organisation,
    county,
    day_of,
    division_name,
    office_name,
    office_short_name,
    organisation,
    outlines,
    rooms_off,
    today,
)

__all__ = [
    "CountyRow",
    "DivisionField",
    "DivisionInput",
    "DivisionRow",
    "DivisionsField",
    "DutyInput",
    "Loaded",
    "OfficeInput",
    "OfficeRow",
    "Organisation",
    "Routed",
    "county",
    "day_of",
    "division_name",
    "import_divisions",
    "import_duties",
    "import_offices",
    "office_name",
    "office_short_name",
    "organisation",
    "outlines",
    "rights",
    "rooms_off",
    "set_up_county",
    "switch_room",
    "today",
]
