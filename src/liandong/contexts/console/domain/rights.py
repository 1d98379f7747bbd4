"""Rights on the pages of the console."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SEE_QUEUES = Right("console.see_queues", "处理各类队列", {Role.CLERK, Role.COORDINATOR})
WORK_AT_DESK = Right(
    "console.work_at_desk",
    "首页和我的任务按办公室办理：手上的任务、工作量、请假、导出",
    {Role.CLERK, Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR},
)
SEE_FIGURES = Right(
    "console.see_figures",
    "首页看所辖范围的数字：已超期、今日到期、特急、评价未解决、今日新增",
    {Role.DISPATCHER, Role.COORDINATOR, Role.LEADER},
)
SEE_UNCLAIMED = Right(
    "console.see_unclaimed",
    "我的任务中列出本部门待认领",
    {Role.CLERK, Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR, Role.LEADER, Role.ADMINISTRATOR},
)
RIGHTS = (SEE_QUEUES, WORK_AT_DESK, SEE_FIGURES, SEE_UNCLAIMED)
