"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain import rights

_WEB = "liandong.contexts.joint.web.panels"
PANELS = (
    rooms.Panel(
        "case", "own-part", _("本部门协办"), 5, f"{_WEB}.own_part", "joint/panels/own_part.html", rooms.Area.WORK
    ),
    rooms.Panel("case", "parts", _("协办部门"), 10, f"{_WEB}.parts", "joint/panels/parts.html", rooms.Area.AFTER),
)
_A = "liandong.contexts.joint.queries"
KINDS = (
    rooms.Kind(
        "part_asked",
        _("请本部门协办"),
        rooms.Group.TASKS,
        ("CaseReceived", "AssistTaskOpened"),
        (f"{_A}.assisting_posts",),
    ),
    rooms.Kind(
        "part_ended",
        _("协办有结果"),
        rooms.Group.PROGRESS,
        ("AssistTaskEnded",),
        (f"{_A}.lead",),
        when=f"{_A}.is_of_helper",
    ),
    rooms.Kind(
        "part_over",
        _("协办不用再办"),
        rooms.Group.PROGRESS,
        ("AssistTaskEnded",),
        (f"{_A}.assisting_posts",),
        when=f"{_A}.is_of_giver",
    ),
    rooms.Kind(
        "part_time_asked",
        _("申请协办延期，待批复"),
        rooms.Group.PROGRESS,
        ("AssistExtensionAsked",),
        (f"{_A}.lead",),
    ),
    rooms.Kind(
        "part_time_decided",
        _("协办延期已批复"),
        rooms.Group.PROGRESS,
        ("AssistClockMoved", "AssistExtensionRefused"),
        (f"{_A}.assisting_posts",),
    ),
    rooms.Kind(
        "emergency_in_town",
        _("本乡镇有特急事件"),
        rooms.Group.TASKS,
        ("CaseReceived", "CaseScreened"),
        (f"{_A}.town",),
        when=f"{_A}.is_emergency_with_an_office",
    ),
)
STORES = rooms.stores(
    rooms.Kept.ALWAYS,
    "offices, posts and times of work; the words are messages of the case",
    "what offices are asked to do on a case of another office's, and what they answered",
    "what offices are asked to do on a case of another office's, and what they answered",
    "joint_part",
)
ROOM = rooms.Room(
    name="joint",
    label=_("联合处置"),
    panels=PANELS,
    kinds=KINDS,
    rights=rights.RIGHTS,
    urls=(("console/parts/", "liandong.contexts.joint.urls"),),
    api=rooms.Router("liandong.contexts.joint.api.router"),
    loads=("liandong.contexts.joint.commands",),
    stores=STORES,
)
