"""Rights to runs of processes."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

PLACE_ANEW = Right("process.place_anew", "重新放置停滞的流程", {Role.CLERK, Role.COORDINATOR, Role.ADMINISTRATOR})
RIGHTS = (PLACE_ANEW,)
