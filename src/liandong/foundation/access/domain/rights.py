"""Rights to accounts and registers."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

KEEP_REGISTERS = Right("access.keep_registers", "维护登记册和账号", {Role.ADMINISTRATOR})
SEE_TROUBLE = Right("access.see_trouble", "在页面上看到系统故障提示", {Role.ADMINISTRATOR})
ARRANGE_ABSENCES = Right("access.arrange_absences", "安排任何岗位的请假与代理", {Role.COORDINATOR, Role.ADMINISTRATOR})
ARRANGE_ABSENCES_NEARBY = Right(
    "access.arrange_absences_nearby", "安排本部门岗位和本乡镇网格员的请假与代理", {Role.DISPATCHER}
)
RIGHTS = (KEEP_REGISTERS, SEE_TROUBLE, ARRANGE_ABSENCES, ARRANGE_ABSENCES_NEARBY)
