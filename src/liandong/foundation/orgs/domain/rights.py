"""Rights to the county's own settings."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SWITCH_ROOMS = Right("orgs.switch_rooms", "启用和停用功能", {Role.ADMINISTRATOR})
RIGHTS = (SWITCH_ROOMS,)
