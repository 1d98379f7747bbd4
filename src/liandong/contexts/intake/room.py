"""What the room hangs up."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

_WEB = "liandong.contexts.intake.web.panels"
PANELS = (
    rooms.Panel(
        "case",
        "reports",
        _("上报内容"),
        10,
        f"{_WEB}.reports",
        "intake/panels/reports.html",
        rooms.Place.MATTER,
        sheet="intake/panels/reports_sheet.html",
    ),
    rooms.Panel(
        "case", "pictures", _("照片"), 20, f"{_WEB}.pictures", "intake/panels/pictures.html", rooms.Place.MATTER
    ),
    rooms.Panel(
        "case", "contacts", _("联系方式"), 40, f"{_WEB}.contacts", "intake/panels/contacts.html", rooms.Place.MATTER
    ),
    rooms.Panel(
        "case",
        "public-words",
        _("公开内容"),
        10,
        f"{_WEB}.public_words",
        "intake/panels/public_words.html",
        rooms.Place.ASKED,
        lazy=True,
    ),
)
EVENTS = {
    "ReportErased": rooms.Told(_("上报已删除")),
    "ContactRead": rooms.Told(_("查看联系方式")),
    "ContactUsed": rooms.Told(_("系统发送了通知")),
    "ContactErased": rooms.Told(_("删除联系方式")),
    "CallBegan": rooms.Told(_("接听")),
    "CallEnded": rooms.Told(_("结束通话")),
    "CallLedToCase": rooms.Told(_("通话与事件关联")),
    "CallerLookedUp": rooms.Told(_("按来电号码查找")),
    "CallbackTried": rooms.Told(_("回访一次")),
}
ROOM = rooms.Room(
    name="intake", label=_("受理"), panels=PANELS, events=EVENTS, loads=("liandong.contexts.intake.publishing",)
)
