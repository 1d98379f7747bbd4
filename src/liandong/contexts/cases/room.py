"""The room, as `foundation/rooms` knows it."""

from django.utils.translation import gettext_lazy as _

from liandong.foundation.rooms import public as rooms

from .domain import rights
from .domain.actions import EVENT_NAMES, REPORTER_WORDS, RIGHT_TO

_WEB = "liandong.contexts.cases.web.panels"
PANELS = (
    rooms.Panel("case", "carried", _("主事件"), 10, f"{_WEB}.carried", "cases/panels/carried.html", rooms.Area.TOP),
    rooms.Panel(
        "case",
        "happened",
        _("经过"),
        10,
        f"{_WEB}.happened",
        "cases/panels/happened.html",
        rooms.Area.STORY,
        sheet="cases/panels/happened_sheet.html",
    ),
    rooms.Panel(
        "case", "time-limits", _("时限"), 10, f"{_WEB}.time_limits", "cases/panels/time_limits.html", rooms.Area.WORK
    ),
    rooms.Panel(
        "case", "reasons", _("为什么是这一天"), 20, f"{_WEB}.reasons", "cases/panels/reasons.html", rooms.Area.AFTER
    ),
    rooms.Panel(
        "case",
        "same",
        _("可能是同一件事"),
        30,
        f"{_WEB}.same",
        "cases/panels/same.html",
        rooms.Area.AFTER,
        lazy=True,
        when=f"{_WEB}.may_join",
        opens=f"{_WEB}.is_in_line",
        link=_("找一找"),
    ),
)

_A = "liandong.contexts.cases.audiences"
_TASKS, _DEADLINES, _PROGRESS = rooms.Group.TASKS, rooms.Group.DEADLINES, rooms.Group.PROGRESS
ABOUT = rooms.About(
    "case",
    rows="liandong.contexts.cases.queries.rows_of",
    words=f"{_A}.words",
    address=f"{_A}.address",
    is_hidden_from=f"{_A}.is_hidden_from",
    is_urgent=f"{_A}.is_most_urgent",
    glance=f"{_A}.glance",
)
KINDS = (
    rooms.Kind(
        "new_task",
        _("新任务"),
        _TASKS,
        (
            "CaseReceived",
            "CaseScreened",
            "CaseReassigned",
            "ReassignmentUndone",
            "CaseSeparated",
        ),
        (f"{_A}.office",),
        when=f"{_A}.waits_for_a_post",
    ),
    rooms.Kind("assigned", _("指派给您"), _TASKS, ("TaskAssigned",), (f"{_A}.named",)),
    rooms.Kind(
        "unclear",
        _("待受理"),
        _TASKS,
        ("CaseReceived", "CaseReturned"),
        (f"{_A}.desk",),
        when=f"{_A}.is_unclear",
        count=f"{_A}.unclear_now",
        address=f"{_A}.queue_address",
    ),
    rooms.Kind(
        "urgent_unclear",
        _("可能有危险，请立即处理"),
        _TASKS,
        ("CaseReceived",),
        (
            f"{_A}.desk",
            f"{_A}.place_town",
        ),
        when=f"{_A}.is_urgent_and_nobodys",
    ),
    rooms.Kind("reopened", _("重新办理"), _TASKS, ("CaseReopened",), (f"{_A}.holder",)),
    rooms.Kind("consent_asked", _("征求乡镇意见，等您决定"), _TASKS, ("ConsentAsked",), (f"{_A}.town",)),
    rooms.Kind(
        "unsolved",
        _("评价未解决"),
        _TASKS,
        (
            "VerdictUnsolved",
            "JoinedReporterJudged",
        ),
        (f"{_A}.holder",),
        when=f"{_A}.is_not_joined",
    ),
    rooms.Kind("yellow", _("将到期"), _DEADLINES, audiences=(f"{_A}.holder",), light=rooms.Light.YELLOW),
    rooms.Kind("red", _("已超期"), _DEADLINES, audiences=(f"{_A}.office",), light=rooms.Light.RED),
    rooms.Kind(
        "overdue",
        _("今天新超期"),
        _DEADLINES,
        audiences=(f"{_A}.coordinators",),
        light=rooms.Light.RED,
        count=f"{_A}.red_today",
        address=f"{_A}.red_address",
    ),
    rooms.Kind("urged", _("有人催办"), _DEADLINES, ("CaseUrged", "ReporterUrged"), (f"{_A}.holder",)),
    rooms.Kind(
        "replied",
        _("上报人已补充"),
        _PROGRESS,
        ("ReporterReplied", "ReporterSupplemented", "SupplementTaken"),
        (f"{_A}.holder_of_matter",),
    ),
    rooms.Kind("report_added", _("又有人上报同一件事"), _PROGRESS, ("ReportsAdded",), (f"{_A}.holder",)),
    rooms.Kind("consent_given", _("乡镇同意承办"), _PROGRESS, ("ConsentGiven",), (f"{_A}.asker",)),
    rooms.Kind("consent_declined", _("乡镇不同意承办"), _PROGRESS, ("ConsentDeclined",), (f"{_A}.asker",)),
    rooms.Kind("no_reply", _("逾期未补充，恢复办理"), _PROGRESS, ("QuestionLapsed",), (f"{_A}.holder",)),
    rooms.Kind("solved", _("评价已解决"), _PROGRESS, ("VerdictSolved",), (f"{_A}.holder",)),
    rooms.Kind("extension_asked", _("申请延期，待审批"), _PROGRESS, ("ExtensionAsked",), (f"{_A}.deciders",)),
    rooms.Kind("extension_granted", _("同意延期"), _PROGRESS, ("ExtensionGranted",), (f"{_A}.holder",)),
    rooms.Kind("extension_refused", _("不同意延期"), _PROGRESS, ("ExtensionRefused",), (f"{_A}.holder",)),
    rooms.Kind("unparked", _("挂账复核日到"), _PROGRESS, ("ParkingReviewed",), (f"{_A}.holder",)),
    rooms.Kind(
        "limit_changed",
        _("时限已改定"),
        _PROGRESS,
        (
            "TimeLimitOverridden",
            "OverrideUndone",
        ),
        (f"{_A}.holder",),
    ),
    rooms.Kind("question", _("部门想请您补充"), None, ("ReporterAsked",), of_one=True),
    rooms.Kind("progress_told", _("部门告诉您办理进展"), None, ("ProgressTold",)),
    rooms.Kind("answered", _("部门已答复，请您评价"), None, ("CaseAnswered",)),
    rooms.Kind(
        "new_date",
        _("承诺的答复时间有变"),
        None,
        (
            "ExtensionGranted",
            "TimeLimitOverridden",
            "OverrideUndone",
        ),
    ),
    rooms.Kind("parked", _("暂时办不了，已挂账等待"), None, ("CaseParked",)),
    rooms.Kind("closed", _("县里已办结"), None, ("CaseClosed",)),
    rooms.Kind("referred", _("已移送有权处理的机关"), None, ("CaseReferredOut",)),
    rooms.Kind("goes_on", _("重新办理"), None, ("CaseReopened",)),
    rooms.Kind("joined", _("与别人上报的同一件事合并办理"), None, ("CaseJoined",)),
    rooms.Kind("separated", _("查明不是同一件事，恢复单独办理"), None, ("CaseSeparated",)),
)
"""Kinds of notification. A case that came to no office is told to the desk as one count; one whose words sound as if
somebody were in danger also on its own.
"""
EVENTS = {name: rooms.Told(words, REPORTER_WORDS.get(name, "")) for name, words in EVENT_NAMES.items()}
STORES = (
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "title, address, search words and salt are emptied; kind, point, dates and answer stay",
        "what a reporter wrote",
        "rows that the record speaks of",
        "cases_case",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "replies, verdicts and whatever a reporter wrote are emptied, with their salts",
        "what a reporter wrote",
        "rows that the record speaks of",
        "cases_message",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "its rows go",
        "what a reporter wrote",
        "reporter's identity",
        "cases_publication",
    ),
    *rooms.stores(
        rooms.Kept.MATTER,
        "rows of what reporters added go; a post's evidence stays with its message",
        "photos and documents of a message",
        "files of a message",
        "cases_attachment",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "offices, roles and times: no post, no words",
        "which offices have or had a part in a case",
        "rows that the record speaks of",
        "cases_involvement",
    ),
    *rooms.stores(
        rooms.Kept.REPLACED,
        "ids, codes and times only",
        "how a case stood before what can be taken back",
        "rows that the record speaks of",
        "cases_undo",
    ),
    *rooms.stores(
        rooms.Kept.SPAN,
        "a salted hash of the words",
        "searches with words",
        "reporter's identity",
        "cases_word_search",
        kept_for="six months",
    ),
    *rooms.stores(
        rooms.Kept.ALWAYS,
        "offices, posts and times of work",
        "what a reporter wrote",
        "rows that the record speaks of",
        "cases_task",
        "cases_deadline_entry",
    ),
    *rooms.stores(
        rooms.Kept.WORK,
        "a time and how far it got",
        "long work that waits",
        "long work",
        "cases_recomputation",
    ),
)
_F = "liandong.contexts.cases.filling.columns"
_U = "liandong.contexts.cases.filling.undo"
_C = "liandong.contexts.cases.filling.calendar"
_E = "liandong.contexts.cases.erasing"
BACKFILLS = (
    rooms.Backfill("cases.clocks", _("在办任务的时限"), f"{_F}.lacking_clocks", f"{_F}.fill_clocks"),
    rooms.Backfill("cases.tasks", _("时限留痕属于哪项任务"), f"{_F}.lacking_task", f"{_F}.fill_tasks", batch=2000),
    rooms.Backfill("cases.parts", _("参与部门"), f"{_F}.lacking_parts", f"{_F}.fill_parts"),
    rooms.Backfill("cases.audiences", _("留言给谁看"), f"{_F}.lacking_audience", f"{_F}.fill_audiences", batch=5000),
    rooms.Backfill("cases.undo", _("可以撤销的上一步"), f"{_U}.lacking", f"{_U}.fill"),
    rooms.Backfill("cases.calendar", _("日历变更后的期限重算"), f"{_C}.lacking", f"{_C}.fill"),
    rooms.Backfill("cases.erased", _("已删除内容的附件"), f"{_E}.left_over", f"{_E}.erase_left_over"),
)
LACKS = (
    rooms.Lack(
        "cases.posts_of_offices",
        70,
        _("没有经办岗位的部门"),
        _("派给它的事件没有人签收、办理。"),
        _("为每个部门至少设一个经办岗位：导入岗位文件，或在岗位账号里新增。"),
        "liandong.contexts.cases.lacking.posts_of_offices",
        "opening:file",
        ("staff",),
        label=_("导入岗位"),
    ),
)
ROOM = rooms.Room(
    name="cases",
    label=_("事件"),
    panels=PANELS,
    about=(ABOUT,),
    kinds=KINDS,
    events=EVENTS,
    rights=(*rights.RIGHTS, *RIGHT_TO.values()),
    stores=STORES,
    files=(rooms.NamedFiles("cases.Attachment"),),
    backfills=BACKFILLS,
    lacks=LACKS,
)
