"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

EVENTS = {
    "OptedOut": rooms.Told(_("退订")),
    "ChatAddressSet": rooms.Told(_("设置群聊地址")),
    "ChatAddressRemoved": rooms.Told(_("删除群聊地址")),
    "DeliveryRetried": rooms.Told(_("重发")),
    "DeadLetterRevived": rooms.Told(_("重新投递")),
    "JobRevived": rooms.Told(_("接着做")),
}
STORES = (
    *rooms.stores(
        rooms.Kept.SPAN,
        "ids, kinds and times; nothing goes out to an erased contact any more",
        "messages that are sent",
        "messages",
        "notifications_notification",
        "notifications_delivery",
        kept_for="90 days",
    ),
    *rooms.stores(
        rooms.Kept.REPLACED,
        "choices and chat addresses of posts and offices",
        "messages that are sent",
        "chat addresses of offices",
        "notifications_preference",
        "notifications_chat_address",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "that a report wants no messages: an id and a time",
        "messages that are sent",
        "messages",
        "notifications_opt_out",
        "notifications_look",
    ),
    *rooms.stores(
        rooms.Kept.SPAN,
        "mails of a county without a mail server, in a folder of its own: the administrator empties it",
        "messages that are sent",
        "messages",
        "outbox/",
        kept_for="as long as the administrator leaves them",
    ),
)
_F = "liandong.contexts.notifications.filling"
_O = "liandong.contexts.notifications.messages_of_before"
_L = "liandong.contexts.notifications.lacking"
LACKS = (
    rooms.Lack(
        "notifications.mail",
        130,
        _("没有设置邮件发送"),
        _("通知和重设密码的邮件只存成服务器上的文件，到不了收件人。"),
        _("在服务器上设置 LIANDONG_MAIL，再运行 ./liandong senders --mail 试发一封。"),
        f"{_L}.mail",
        is_needed=False,
    ),
    rooms.Lack(
        "notifications.sms",
        140,
        _("没有设置短信发送"),
        _("只留了电话的上报人收不到进度。"),
        _("在服务器上设置 LIANDONG_SMS。"),
        f"{_L}.sms",
        is_needed=False,
    ),
    rooms.Lack(
        "notifications.url",
        120,
        _("没有设置网址"),
        _("邮件和短信里的链接打不开。"),
        _("在服务器上把 LIANDONG_URL 设为本县平台的网址。"),
        f"{_L}.url",
        is_needed=False,
    ),
)
ROOM = rooms.Room(
    name="notifications",
    label=_("通知"),
    pages=(
        Page("notifications:deliveries", _("发送记录"), Place.STAFF, 60, rights.KEEP_SENDING),
        Page("notifications:settings", _("通知设置"), Place.MENU, 40),
    ),
    urls=(("notifications/", "liandong.contexts.notifications.urls"),),
    header=("notifications/parts/header.html",),
    panels=(
        rooms.Panel(
            "home",
            "running",
            _("系统运行"),
            15,
            "liandong.contexts.notifications.web.panels.running",
            "notifications/panels/running.html",
            rooms.Area.WORK,
            right=rights.KEEP_SENDING,
        ),
    ),
    events=EVENTS,
    rights=rights.RIGHTS,
    stores=STORES,
    lacks=LACKS,
    backfills=(
        rooms.Backfill("notifications.streams", _("通知的是什么"), f"{_F}.lacking", f"{_F}.fill", batch=5000),
        rooms.Backfill("notifications.jobs", _("等待发送的消息"), f"{_O}.lacking", f"{_O}.fill"),
    ),
)
