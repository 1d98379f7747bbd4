"""Rights to messages."""

from liandong.kernel.rights import Right
from liandong.kernel.roles import Role

SEE_DELIVERIES = Right(
    "notifications.see_deliveries", "查看发送记录，重发失败的消息", {Role.COORDINATOR, Role.ADMINISTRATOR}
)
KEEP_SENDING = Right("notifications.keep_sending", "维护群聊地址，重新投递失败的系统事件", {Role.ADMINISTRATOR})
RIGHTS = (SEE_DELIVERIES, KEEP_SENDING)
