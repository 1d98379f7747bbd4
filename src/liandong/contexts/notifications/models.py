"""Notifications 通知, what is sent of them 发送, and how each post wants it."""

from collections.abc import Mapping

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from liandong.foundation.rooms.public import Group

from .domain.pace import INTERVAL_MIN, QUIET_FROM, QUIET_UNTIL

GROUP_NAMES: Mapping[Group, str] = {
    Group.TASKS: "新任务和指派",
    Group.DEADLINES: "将到期、超期和催办",
    Group.PROGRESS: "办理进展",
}

ONCE = ["staff", "report", "about", "about_id", "kind", "key"]
"""Nobody is told the same twice."""


class Notification(models.Model):
    """Something happened, told for one post or for the reporter of one report. It holds no words of anybody.

    `about`, `about_id`: the stream that it happened to; without the second it counts. `case` repeats it where that is
    a case, for the version before, which reads nothing else: nothing here does.
    `key`: the event, or the moment a light turned, so that nobody is told twice; of a count the day. `pending`: not
    looked at yet for sending. `urgent`: of severity 1.
    """

    staff = models.ForeignKey("access.Staff", null=True, on_delete=models.CASCADE, db_index=False, related_name="+")
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=20, default="case", db_default="case")
    about_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=1)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    pending = models.BooleanField(default=True)

    class Meta:
        db_table = "notifications_notification"
        indexes = [
            models.Index("staff", F("at").desc(), F("id").desc(), name="notification_newest"),
            models.Index("staff", name="notification_unread", condition=Q(read_at=None, staff__isnull=False)),
            models.Index("id", name="notification_pending", condition=Q(pending=True)),
            models.Index("at", name="notification_age"),
            models.Index(
                fields=["id"],
                name="notification_of_before",
                condition=Q(about="case", about_id=None, case__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=ONCE, name="notification_once_of_stream", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["staff", "report", "case", "kind", "key"], name="notification_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=False, report=None) | Q(staff=None, report__isnull=False),
                name="notification_for_post_or_reporter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.about} {self.about_id}"


class Delivery(models.Model):
    """One message 发送 that goes out: to a post, to the group of an office, or to a reporter. The address isn't in it.

    `notifications`: ids of what it tells; none for a trial. `next_at`: when it is tried next.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待发送"
        FAILED = "failed", "失败，将重试"
        DEAD = "dead", "未送达"
        SENT = "sent", "已发送"
        DROPPED = "dropped", "不再发送"

    class Means(models.TextChoices):
        MAIL = "mail", "邮件"
        CHAT = "chat", "群聊"
        SMS = "sms", "短信"

    staff = models.ForeignKey("access.Staff", null=True, on_delete=models.CASCADE, db_index=False, related_name="+")
    office = models.ForeignKey("orgs.Office", null=True, on_delete=models.CASCADE, db_index=False, related_name="+")
    report = models.ForeignKey("intake.Report", null=True, on_delete=models.CASCADE, related_name="+")
    means = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=State.WAITING)
    notifications = ArrayField(models.BigIntegerField(), default=list)
    is_password_link = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notifications_delivery"
        indexes = [
            models.Index("next_at", name="delivery_due", condition=Q(state__in=["waiting", "failed"])),
            models.Index("state", F("id").desc(), name="delivery_state"),
            models.Index("created_at", name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.means} {self.state}"


class Way(models.TextChoices):
    """How a post is told besides the page."""

    PAGE = "page", "只在页面上"
    MAIL = "mail", "发邮件"
    CHAT = "chat", "发群聊"


class Preference(models.Model):
    """The choice of a post 通知设置: a way for each group of kinds, how often, when not. Absent: only on the page."""

    staff = models.OneToOneField("access.Staff", primary_key=True, on_delete=models.CASCADE, related_name="+")
    tasks = models.CharField(GROUP_NAMES[Group.TASKS], max_length=8, default=Way.PAGE)
    deadlines = models.CharField(GROUP_NAMES[Group.DEADLINES], max_length=8, default=Way.PAGE)
    progress = models.CharField(GROUP_NAMES[Group.PROGRESS], max_length=8, default=Way.PAGE)
    interval_min = models.PositiveSmallIntegerField(default=INTERVAL_MIN)
    quiet_from = models.PositiveSmallIntegerField(default=QUIET_FROM)
    quiet_until = models.PositiveSmallIntegerField(default=QUIET_UNTIL)
    language = models.CharField(max_length=8, default="zh-hans")

    class Meta:
        db_table = "notifications_preference"
        constraints = [
            models.CheckConstraint(condition=Q(quiet_from__lte=23, quiet_until__lte=23), name="preference_hours")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}"


class ChatAddress(models.Model):
    """Where a post or the group of an office is reached by chat 群聊地址: a URL with a key, never shown in full."""

    staff = models.OneToOneField("access.Staff", null=True, on_delete=models.CASCADE, related_name="+")
    office = models.OneToOneField("orgs.Office", null=True, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=500)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "notifications_chat_address"
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, office=None) | Q(staff=None, office__isnull=False),
                name="chat_address_of_post_or_office",
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id or ''} {self.office_id or ''}"


class OptOut(models.Model):
    """A reporter wants no more messages on a report 退订."""

    report = models.OneToOneField("intake.Report", primary_key=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "notifications_opt_out"

    def __str__(self) -> str:
        return f"{self.report_id}"


class Look(models.Model):
    """Until when it was looked which lights have turned 上次查看."""

    name = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()

    class Meta:
        db_table = "notifications_look"

    def __str__(self) -> str:
        return f"{self.name} {self.until}"
