"""What posts may do with the county's own register."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SWITCH_ROOMS = Right("orgs.switch_rooms", "开关本县不用的功能", {Role.ADMINISTRATOR})
RIGHTS = (SWITCH_ROOMS,)
