"""What posts may do with messages, and of what they are told beside their own cases."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SEE_DELIVERIES = Right(
    "notifications.see_deliveries", "查看发送记录，重发失败的消息", {Role.COORDINATOR, Role.ADMINISTRATOR}
)
KEEP_SENDING = Right("notifications.keep_sending", "维护群聊地址，重新投递失败的系统事件", {Role.ADMINISTRATOR})
HEAR_OF_UNCLEAR = Right("notifications.hear_of_unclear", "收到待受理事件的提醒", {Role.CLERK, Role.COORDINATOR})
HEAR_OF_COUNTY = Right("notifications.hear_of_county", "收到全县超期和待协调事件的提醒", {Role.COORDINATOR})
RIGHTS = (SEE_DELIVERIES, KEEP_SENDING, HEAR_OF_UNCLEAR, HEAR_OF_COUNTY)
