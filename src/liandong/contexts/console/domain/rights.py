"""Rights on the pages of the console."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SEE_QUEUES = Right("console.see_queues", "处理各类队列", {Role.CLERK, Role.COORDINATOR})
BEGIN_WITH_TASKS = Right("console.begin_with_tasks", "登录后先看我的任务", {Role.HANDLER, Role.GRID_WORKER})
SEE_UNCLAIMED = Right(
    "console.see_unclaimed",
    "我的任务中列出本部门待认领",
    {Role.CLERK, Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR, Role.LEADER, Role.ADMINISTRATOR},
)
RIGHTS = (SEE_QUEUES, BEGIN_WITH_TASKS, SEE_UNCLAIMED)
