"""Rights to the taxonomy."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SEE_OVERVIEW = Right("categories.see_overview", "查看事项分类及其承办部门", {Role.COORDINATOR, Role.ADMINISTRATOR})
RIGHTS = (SEE_OVERVIEW,)
