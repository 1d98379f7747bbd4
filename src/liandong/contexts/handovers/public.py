"""Door of hand-overs 交接."""

from .commands import acknowledge_handover, write_handover
from .domain import rights
from .queries import (
    LISTED,
    HandoverRow,
    receivers,
    shift_handovers,
    waiting_handovers,
    written_handovers,
)

__all__ = [
    "LISTED",
    "HandoverRow",
    "acknowledge_handover",
    "receivers",
    "rights",
    "shift_handovers",
    "waiting_handovers",
    "write_handover",
    "written_handovers",
]
