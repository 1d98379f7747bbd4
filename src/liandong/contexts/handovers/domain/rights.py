"""Rights to hand-overs."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

WRITE = Right(
    "handovers.write",
    "写交接",
    {Role.CLERK, Role.COORDINATOR, Role.HANDLER, Role.DISPATCHER, Role.GRID_WORKER},
)
TAKE_FOR_OFFICE = Right(
    "handovers.take_for_office",
    "接收交给本部门的交接",
    {Role.CLERK, Role.COORDINATOR, Role.HANDLER, Role.DISPATCHER},
)
CHANGE_SHIFTS = Right("handovers.change_shifts", "值班交接", {Role.CLERK, Role.COORDINATOR})
RIGHTS = (WRITE, TAKE_FOR_OFFICE, CHANGE_SHIFTS)
