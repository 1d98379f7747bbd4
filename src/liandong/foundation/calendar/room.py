"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "days and hours of the county",
        "registers of the county",
        "registers of the county",
        "calendar_office_hours",
        "calendar_weekday",
        "calendar_notice",
        "calendar_day",
    ),
)
LACKS = (
    rooms.Lack(
        "calendar.years",
        110,
        _("没有放假安排的年份"),
        _("只知道法定节假日，不知道调休：工作日的期限可能差一两天。"),
        _("导入国务院办公厅的放假通知（日期、放假或上班）。"),
        "liandong.foundation.calendar.lacking.years",
        "opening:file",
        ("calendar",),
        label=_("导入工作日历"),
    ),
)
ROOM = rooms.Room(name="calendar", label=_("工作日历"), stores=STORES, lacks=LACKS)
