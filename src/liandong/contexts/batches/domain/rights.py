"""Rights to many cases at once."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

BEGIN = Right("batches.begin", "批量办理", {Role.COORDINATOR, Role.DISPATCHER})
RIGHTS = (BEGIN,)
