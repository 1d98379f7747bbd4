"""Navigation of both sides: names of pages, resolved to what this installation has and this actor may open."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.pieces import NavItem

STAFF = (
    NavItem("console:square", gettext_lazy("事件广场")),
    NavItem("console:tasks", gettext_lazy("我的任务")),
    NavItem("intake:register", gettext_lazy("登记"), "intake.register"),
    NavItem("intake:phone", gettext_lazy("坐席"), "intake.answer_calls"),
    NavItem("console:queue", gettext_lazy("队列"), "console.see_queues"),
    NavItem("notifications:deliveries", gettext_lazy("发送记录"), "notifications.keep_sending"),
    NavItem("admin:index", gettext_lazy("登记册"), "access.keep_registers"),
)
RESIDENT = (
    NavItem("intake:report", gettext_lazy("上报问题")),
    NavItem("intake:status", gettext_lazy("查询进度")),
)
SETTINGS = {"staff": ("STAFF_NAVIGATION", STAFF), "resident": ("RESIDENT_NAVIGATION", RESIDENT)}


@dataclass(frozen=True, slots=True)
class Link:
    """A resolved entry; at most one of a navigation is the current one."""

    url: str
    label: str
    is_current: bool


def address(url_name: str) -> str:
    """The address of a page, or an empty string when this installation has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links(side: str, request: HttpRequest | None) -> list[Link]:
    """Entries for `staff` or `resident`; the role of the signed-in post decides where an entry asks for a right."""
    setting, default = SETTINGS[side]
    items: Iterable[NavItem] = getattr(settings, setting, default)
    role = getattr(getattr(request, "user", None), "role", None)
    allowed = [item for item in items if not item.right or rooms.may(role, item.right)]
    found = [(url, str(item.label)) for item in allowed if (url := address(item.url_name))]
    path = request.path if request is not None else ""
    current = max((url for url, _ in found if path.startswith(url)), key=len, default="")
    return [Link(url, label, url == current) for url, label in found]
