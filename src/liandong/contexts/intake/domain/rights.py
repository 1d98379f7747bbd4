"""Rights of posts, reporters and client systems to reports, calls and contacts."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

REGISTER = Right(
    "intake.register",
    "登记上报",
    {Role.CLERK, Role.COORDINATOR, Role.DISPATCHER, Role.GRID_WORKER},
)
REGISTER_ON_SITE = Right("intake.register_on_site", "在现场登记：渠道为网格，地点取自设备", {Role.GRID_WORKER})
SEND = Right(
    "intake.send",
    "通过接口发送上报",
    {Role.REPORTER, Role.CLERK, Role.COORDINATOR, Role.DISPATCHER, Role.GRID_WORKER},
)
ANSWER_CALLS = Right("intake.answer_calls", "接听来电，查找来电人的事件", {Role.CLERK, Role.COORDINATOR})
TELL_NUMBERS = Right("intake.tell_numbers", "登记时告知紧急电话", {Role.CLERK, Role.COORDINATOR, Role.DISPATCHER})
READ_CONTACTS = Right("intake.read_contacts", "查看任何事件的联系方式，包括要求保密的", {Role.CLERK, Role.COORDINATOR})
LIST_CONTACTS = Right("intake.list_contacts", "导出清单时附带联系方式", {Role.CLERK, Role.COORDINATOR})
LIST_OWN_CONTACTS = Right("intake.list_own_contacts", "导出本部门清单时附带自办事件的联系方式", {Role.HANDLER})
ERASE = Right("intake.erase", "应本人要求删除上报和联系方式", {Role.COORDINATOR, Role.ADMINISTRATOR})
ERASE_CONTACT = Right("intake.erase_contact", "在事件页面上删除联系方式", {Role.COORDINATOR})

RIGHTS = (
    REGISTER,
    REGISTER_ON_SITE,
    SEND,
    ANSWER_CALLS,
    TELL_NUMBERS,
    READ_CONTACTS,
    LIST_CONTACTS,
    LIST_OWN_CONTACTS,
    ERASE,
    ERASE_CONTACT,
)
