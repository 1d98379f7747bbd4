"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Page, Place

from .domain import rights

_WEB = "liandong.contexts.intake.web.panels"
PANELS = (
    rooms.Panel(
        "case",
        "reports",
        _("上报内容"),
        10,
        f"{_WEB}.reports",
        "intake/panels/reports.html",
        rooms.Area.MATTER,
        sheet="intake/panels/reports_sheet.html",
    ),
    rooms.Panel(
        "case", "pictures", _("照片和文件"), 20, f"{_WEB}.pictures", "intake/panels/pictures.html", rooms.Area.MATTER
    ),
    rooms.Panel(
        "case", "contacts", _("联系方式"), 40, f"{_WEB}.contacts", "intake/panels/contacts.html", rooms.Area.MATTER
    ),
    rooms.Panel(
        "case",
        "public-words",
        _("公开内容"),
        10,
        f"{_WEB}.public_words",
        "intake/panels/public_words.html",
        rooms.Area.ASKED,
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
STORES = (
    *rooms.stores(
        rooms.Kept.MATTER,
        "words, address, what a source gave besides, salt and digest are emptied",
        "what a reporter wrote",
        "rows that the record speaks of",
        "intake_report",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "its row goes; by itself on the page of the case too",
        "name, telephone, e-mail of a reporter, if left",
        "reporter's identity",
        "intake_contact",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "who read a contact, for which purpose: the reporter's right to know outlasts the contact",
        "name, telephone, e-mail of a reporter, if left",
        "rows that the record speaks of",
        "intake_contact_reading",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "rows go at once, files that no row names within a day",
        "photos",
        "photos, documents",
        "intake_photo",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "rows go at once with their names, files that no row names within a day",
        "documents of a report",
        "documents",
        "intake_document",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "post, case and times: no number, no words",
        "calls at the desk",
        "reporter's identity",
        "intake_call",
        "intake_callback",
    ),
)
_E = "liandong.contexts.intake.erasure"
_K = "liandong.contexts.intake.phone_keys"
ROOM = rooms.Room(
    name="intake",
    label=_("受理"),
    pages=(
        Page("intake:report", _("上报问题"), Place.RESIDENT, 10),
        Page("intake:status", _("查询进度"), Place.RESIDENT, 20),
        Page("intake:register", _("登记"), Place.STAFF, 30, rights.REGISTER),
        Page("intake:mine", _("我上报的"), Place.TASKS, 90, rights.REGISTER),
        Page("intake:phone", _("坐席"), Place.STAFF, 40, rights.ANSWER_CALLS),
    ),
    urls=(("open311/", "liandong.contexts.intake.open311.urls"), ("", "liandong.contexts.intake.urls")),
    api=rooms.Router("liandong.contexts.intake.api.router", for_clients=True),
    machine_doors=(rooms.MachineDoor("/open311/", "liandong.contexts.intake.open311.doors.refused"),),
    lanes=(
        ("/open311/", "intake"),
        ("/api/v1/reports", "intake"),
        ("/api/v1/photos", "intake"),
        ("/api/v1/documents", "intake"),
        ("/api/v1/receipts/", "intake"),
        ("/api/v1/reports/batch", "batches"),
    ),
    public=(
        "intake:home",
        "intake:report",
        "intake:ground",
        "intake:ledger_key",
        "intake:verify_script",
        "intake:near_points",
        "open311:services",
        "open311:definition",
        "open311:requests",
        "open311:request",
        "open311:token",
        "open311:discovery",
    ),
    panels=PANELS,
    events=EVENTS,
    loads=("liandong.contexts.intake.publishing",),
    rights=rights.RIGHTS,
    stores=STORES,
    files=(rooms.NamedFiles("intake.Photo"), rooms.NamedFiles("intake.Document")),
    backfills=(
        rooms.Backfill("intake.phone_keys", _("按号码查找联系方式"), f"{_K}.lacking", f"{_K}.fill"),
        rooms.Backfill("intake.erased", _("已删除上报的文档"), f"{_E}.left_over", f"{_E}.erase_left_over"),
    ),
)
