"""Rights to set a county up."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SET_UP = Right("opening.set_up", "看还缺什么、导入文件", {Role.ADMINISTRATOR})
RIGHTS = (SET_UP,)
