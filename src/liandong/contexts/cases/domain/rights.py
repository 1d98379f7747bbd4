"""Rights to see cases and to work on them. Who may take which action stands in `actions`."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SEE_COUNTY = Right(
    "cases.see_county",
    "看全县的公开事件",
    {Role.CLERK, Role.COORDINATOR, Role.LEADER, Role.ADMINISTRATOR},
)
SEE_TOWN = Right("cases.see_town", "看本乡镇的公开事件", {Role.DISPATCHER})
SEE_CELLS = Right("cases.see_cells", "看本网格的公开事件", {Role.GRID_WORKER})
SEE_OFFICE = Right("cases.see_office", "看本部门承办事件的清单", {Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR})
SEE_PRIVATE = Right("cases.see_private", "所见范围内不公开的事件也看", {Role.CLERK, Role.COORDINATOR})
SEE_OFFICE_LOADS = Right("cases.see_office_loads", "看各部门在办件数", {Role.DISPATCHER, Role.COORDINATOR})

SUPERVISE_COUNTY = Right("cases.supervise_county", "看写给上级的话", {Role.COORDINATOR, Role.LEADER})
SUPERVISE_TOWN = Right("cases.supervise_town", "在本乡镇看写给上级的话", {Role.DISPATCHER})

HANDLE_COUNTY = Right("cases.handle_county", "办理任何事件，不论由谁承办", {Role.CLERK, Role.COORDINATOR})
HANDLE_OFFICE = Right("cases.handle_office", "办理本部门承办的事件，包括不公开的", {Role.HANDLER, Role.DISPATCHER})
HANDLE_TOWN = Right("cases.handle_town", "分派本乡镇待受理的事件，办理本乡镇部门承办的事件", {Role.DISPATCHER})
HANDLE_CELLS = Right("cases.handle_cells", "分派本网格待受理的事件，办理本乡镇部门承办的事件", {Role.GRID_WORKER})
CLAIM_FOR_OFFICE = Right(
    "cases.claim_for_office",
    "看本部门无人认领的任务",
    {Role.CLERK, Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR},
)
BE_ASSIGNED_IN_OFFICE = Right(
    "cases.be_assigned_in_office", "可以被指派本部门的任务", {Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR}
)
BE_ASSIGNED_IN_TOWN = Right("cases.be_assigned_in_town", "可以被指派本乡镇的任务", {Role.GRID_WORKER})
ACT_AS_ASSIGNED = Right(
    "cases.act_as_assigned", "办理交给自己的任务；代理人替其办理时记明替谁", {Role.HANDLER, Role.GRID_WORKER}
)
CONSENT_FOR_TOWN = Right("cases.consent_for_town", "代表本部门答复征求乡镇意见，看被征求意见的事件", {Role.DISPATCHER})
WITHDRAW_ANY_CONSENT = Right("cases.withdraw_any_consent", "撤回他人提出的征求意见", {Role.COORDINATOR})
DECIDE_EXTENSION = Right("cases.decide_extension", "批复第一次延期", {Role.COORDINATOR})
DECIDE_SECOND_EXTENSION = Right("cases.decide_second_extension", "批复第二次延期（不属任何部门的岗位）", {Role.LEADER})
TAKE_OWN_VERDICTS = Right("cases.take_own_verdicts", "登记对受理中心自办事件的评价", {Role.CLERK})
HEAR_OF_UNCLEAR = Right("cases.hear_of_unclear", "收到待受理事件的提醒", {Role.CLERK, Role.COORDINATOR})
HEAR_OF_COUNTY = Right("cases.hear_of_county", "收到全县超期和待协调事件的提醒", {Role.COORDINATOR})

RIGHTS = (
    SEE_COUNTY,
    SEE_TOWN,
    SEE_CELLS,
    SEE_OFFICE,
    SEE_PRIVATE,
    SEE_OFFICE_LOADS,
    SUPERVISE_COUNTY,
    SUPERVISE_TOWN,
    HANDLE_COUNTY,
    HANDLE_OFFICE,
    HANDLE_TOWN,
    HANDLE_CELLS,
    CLAIM_FOR_OFFICE,
    BE_ASSIGNED_IN_OFFICE,
    BE_ASSIGNED_IN_TOWN,
    ACT_AS_ASSIGNED,
    CONSENT_FOR_TOWN,
    WITHDRAW_ANY_CONSENT,
    DECIDE_EXTENSION,
    DECIDE_SECOND_EXTENSION,
    TAKE_OWN_VERDICTS,
    HEAR_OF_UNCLEAR,
    HEAR_OF_COUNTY,
)
