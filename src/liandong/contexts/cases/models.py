"""Cases 事件, their tasks, deadline ledger and messages."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from liandong.foundation.ledger import public as ledger

from .domain.lifecycle import State
from .scopes import CaseQuerySet, Scope

_WORK = ("state", "red_at", "yellow_at", "severity", "channel", "category_code")
_PLACES = ("town", "village", "assignee")
_LISTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "case_newest": ((), ("closed_at", "red_at", "category_code", "office", "town")),
    "case_office_newest": (("office",), ("closed_at", "red_at", "category_code", "severity", "channel", "town")),
    "case_town_newest": (("town",), ("closed_at", "red_at", "category_code", "severity", "channel", "office")),
    "case_cell_newest": (("cell",), ("closed_at", "state", "red_at", "yellow_at", "category_code")),
    "case_village_newest": (("village",), ()),
    "case_category_received": (("category_code",), ()),
    "case_severity_received": (("severity",), ()),
    "case_channel_received": (("channel",), ()),
    "case_office_category": (("office", "category_code"), ()),
}
"""Indexes over the whole history: columns that lead, then receipt time and id, so that a page is a walk, then columns
that filters are judged by without reading the case. docs/decisions/lists-after-a-burst.md
"""
_OPEN_LISTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "case_newest_open": ((), (*_WORK, "office", *_PLACES)),
    "case_office_newest_open": (("office",), (*_WORK, *_PLACES)),
    "case_town_newest_open": (("town",), (*_WORK, "office", "village", "assignee")),
}
_ENDED_WORK = ("state", "severity", "channel", "category_code")
_ENDED_LISTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "case_newest_ended": ((), (*_ENDED_WORK, "office", *_PLACES)),
    "case_office_newest_ended": (("office",), (*_ENDED_WORK, *_PLACES)),
    "case_town_newest_ended": (("town",), (*_ENDED_WORK, "office", "village", "assignee")),
}
"""A fresh case costs these nothing."""
RARE_STATES = ["received", "asked", "coordinating", "parked", "withdrawn", "referred"]
"""States that few cases are in at a time: found by their own small index, the others by walking."""


_PICKED = (
    *("state", "channel", "severity", "yellow_at", "red_at", "received_at", "id", "office", "town", "village", "cell"),
    *("assignee", "category_code", "is_private", "complained_office", "complained_staff"),
)
"""Of what is open, by what has few values first: PostgreSQL skips from one group to the next, so that a state, light,
severity or channel is found without walking past what lies above it, in every scope; the rest is judged in the index.
"""

_ENDED = ["closed", "withdrawn", "referred", "joined"]


def scope_choices() -> list[tuple[str, Any]]:
    """Asked when they are needed: another scope is no change of the table."""
    return Scope.choices


def _newest(name: str, *lead: str, judged: tuple[str, ...] = (), condition: Q | None = None) -> models.Index:
    return models.Index(*lead, F("received_at").desc(), F("id").desc(), *judged, name=name, condition=condition)


def _next_red(name: str, *lead: str, judged: tuple[str, ...]) -> models.Index:
    work = ("yellow_at", "received_at", "state", "severity", "channel", "category_code")
    return models.Index(*lead, "red_at", "id", *work, *judged, name=name, condition=Q(red_at__isnull=False))


@ledger.bind
class Case(ledger.BoundModel):
    """The matter to be resolved. One wide row: it carries every column that a list filters or sorts by.

    `cell`, `village`, `town` repeat what `division` says, so that scopes can lead indexes; `division` alone is checked.
    `yellow_at`, `red_at`: when the running clocks (accept or finish, whichever is nearer) turn; NULL when none runs.
    `accept_due_at`, `due_at`: what was promised; they stay after the clocks stop. `version` counts ledger entries;
    `undo_version` is the one that did what `undo_what` says (an action; "" in rows from before is `reassign`), as long
    as that can be undone (`Undo`). `extension_asked`: the budget that the office asks for on top, "" where it asks for
    none. `review_at`: until when the case is parked. `unhappy_at`: since when an unhappy verdict waits for the desk to
    look at it. `urge_count` counts all urging, `urged_at` is when the county or town last did.
    `joined_to`: the case that carries the same matter; `report_count`: the reports of the case itself and of those that
    are joined to it.
    `public_address`: the address down to the street, as anybody may read it; `is_published`: its words are public too
    (`Publication`).
    `consent_office`: the town's office whose consent is waited for, `consent_asker` the post that asked.
    """

    state = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    category_code = models.CharField(max_length=12, blank=True, default="")
    category_version = models.PositiveIntegerField(default=0)
    severity = models.PositiveSmallIntegerField(default=4)
    queue = models.CharField(max_length=10, blank=True, default="", help_text="category、place 或 duty：还不清楚的一项")
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=8, blank=True, default="")

    address = models.CharField(max_length=200, blank=True, default="")
    public_address = models.CharField(max_length=200, blank=True, default="", db_default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    source_crs = models.CharField(max_length=8, blank=True, default="")
    near = models.BigIntegerField(null=True, help_text="H3 单元，分辨率 9")
    division = models.ForeignKey("orgs.Division", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    cell = models.ForeignKey(
        "orgs.Division", null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    village = models.ForeignKey(
        "orgs.Division", null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    town = models.ForeignKey(
        "orgs.Division", null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )

    office = models.ForeignKey("orgs.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    assignee = models.ForeignKey("access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    complained_office = models.ForeignKey(
        "orgs.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    complained_staff = models.ForeignKey(
        "access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    is_private = models.BooleanField(default=False)
    is_confidential = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False, db_default=False)

    accept_budget = models.CharField(max_length=12, blank=True, default="")
    finish_budget = models.CharField(max_length=12, blank=True, default="")
    received_at = models.DateTimeField()
    clock_from = models.DateTimeField()
    accept_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    verdict_due_at = models.DateTimeField(null=True)
    question_lapsed_at = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    joined_to = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_index=False, related_name="joined", help_text="同一件事的主事件"
    )
    report_count = models.PositiveIntegerField(default=1)
    rework_count = models.PositiveSmallIntegerField(default=0)
    return_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_designated = models.BooleanField(default=False, db_default=False)
    undo_version = models.PositiveIntegerField(null=True)
    undo_what = models.CharField(max_length=10, blank=True, default="", db_default="")
    extension_asked = models.CharField(max_length=12, blank=True, default="", db_default="")
    extension_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    consent_office = models.ForeignKey(
        "orgs.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    consent_asker = models.ForeignKey(
        "access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    solved = models.BooleanField(null=True)
    satisfied = models.PositiveSmallIntegerField(null=True)
    unhappy_at = models.DateTimeField(null=True)
    urge_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    urged_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    tokens = SearchVectorField(null=True, editable=False)
    salt = models.BinaryField(max_length=16, null=True)

    objects = CaseQuerySet.as_manager()  # type: ignore[misc]  # the base has one for all its models
    binding = ledger.Binding(
        "case",
        stream="case",
        owner="pk",
        columns=(
            "state",
            "title",
            "category_code",
            "category_version",
            "severity",
            "queue",
            "channel",
            "language",
            "address",
            "public_address",
            "lon",
            "lat",
            "source_crs",
            "near",
            "division_id",
            "cell_id",
            "village_id",
            "town_id",
            "office_id",
            "assignee_id",
            "complained_office_id",
            "complained_staff_id",
            "is_private",
            "is_confidential",
            "is_published",
            "accept_budget",
            "finish_budget",
            "received_at",
            "clock_from",
            "accept_due_at",
            "due_at",
            "accepted_at",
            "answered_at",
            "verdict_due_at",
            "question_lapsed_at",
            "review_at",
            "closed_at",
            "changed_at",
            "joined_to_id",
            "report_count",
            "rework_count",
            "return_count",
            "is_designated",
            "undo_version",
            "undo_what",
            "extension_asked",
            "extension_count",
            "consent_office_id",
            "consent_asker_id",
            "solved",
            "satisfied",
            "unhappy_at",
            "urge_count",
            "urged_at",
            "version",
            "yellow_at",
            "red_at",
            "provisional",
        ),
        hidden=frozenset({"title", "address", "public_address", "lon", "lat", "near"}),
        derived={"tokens": "search words, cut from title, address and report"},
        later=3,
    )

    class Meta:
        db_table = "cases_case"
        indexes = [
            *(_newest(name, *lead, judged=judged) for name, (lead, judged) in _LISTS.items()),
            *(
                _newest(name, *lead, judged=judged, condition=Q(closed_at=None))
                for name, (lead, judged) in _OPEN_LISTS.items()
            ),
            *(
                _newest(name, *lead, judged=judged, condition=Q(closed_at__isnull=False))
                for name, (lead, judged) in _ENDED_LISTS.items()
            ),
            _newest("case_assignee_newest", "assignee", condition=Q(assignee__isnull=False)),
            _newest("case_queue", "queue", condition=Q(state=State.RECEIVED.value)),
            _newest("case_rare_state", "state", condition=Q(state__in=RARE_STATES)),
            models.Index(*_PICKED, name="case_picked_open", condition=Q(closed_at=None)),
            _next_red("case_office_next_red", "office", judged=_PLACES),
            _next_red("case_next_red", judged=("office", *_PLACES)),
            models.Index("near", name="case_near_open", condition=Q(closed_at=None, is_private=False)),
            models.Index("verdict_due_at", name="case_verdict_due", condition=Q(state=State.ANSWERED.value)),
            _newest("case_extension_asked", condition=~Q(extension_asked="")),
            models.Index("joined_to", name="case_joined_to", condition=Q(joined_to__isnull=False)),
            _newest("case_consent_asked", "consent_office", condition=Q(consent_office__isnull=False)),
            models.Index("unhappy_at", "id", name="case_unhappy", condition=Q(unhappy_at__isnull=False)),
            _newest("case_provisional", condition=Q(provisional=True, closed_at=None)),
            _newest("case_rework_open", condition=Q(rework_count__gt=0, closed_at=None)),
            GinIndex(fields=["tokens"], name="case_tokens"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="case_severity_1_to_4"),
            models.CheckConstraint(
                condition=(Q(state__in=_ENDED, closed_at__isnull=False) | (~Q(state__in=_ENDED) & Q(closed_at=None))),
                name="case_ended_iff_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(state="joined", joined_to__isnull=False) | (~Q(state="joined") & Q(joined_to=None)),
                name="case_joined_iff_to_another",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="case_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


@ledger.bind
class Publication(ledger.BoundModel):
    """Words that anybody may read 公开内容: of the report and of the office's latest answer, without names and
    numbers of persons. There is one only where the reporter allowed it or a post released it.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="publication")
    text = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    salt = models.BinaryField(max_length=16, null=True)

    binding = ledger.Binding(
        "publication",
        stream="case",
        owner="pk",
        columns=("text", "answer"),
        hidden=frozenset({"text", "answer"}),
    )

    class Meta:
        db_table = "cases_publication"

    def __str__(self) -> str:
        return f"publication of case {self.pk}"


@ledger.bind
class Undo(ledger.BoundModel):
    """How a case stood before the last thing that can be taken back 撤销, one row a case: `version` did `what`;
    `before` is a struct of `domain/undo.py`. `joined_to`: the case that a joined one hangs under by decision; it may be
    joined on. The row goes when it is taken back.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="undo")
    version = models.PositiveIntegerField()
    what = models.CharField(max_length=16)
    before = models.JSONField()
    joined_to = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")

    binding = ledger.Binding(
        "undo", stream="undo", owner="pk", columns=("version", "what", "before", "joined_to_id"), goes=True
    )

    class Meta:
        db_table = "cases_undo"

    def __str__(self) -> str:
        return f"{self.what} of case {self.pk}"


class WordSearch(models.Model):
    """One search with words 文字搜索: which post, when, in which scope, for which purpose, how many it found (exact to
    1,000); of the words a salted hash only. Kept for six months.
    """

    staff = models.ForeignKey(
        "access.Staff", on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("岗位")
    )
    at = models.DateTimeField(_("时间"))
    scope = models.CharField(_("范围"), max_length=8, choices=scope_choices)
    purpose = models.CharField(max_length=16, blank=True, default="")
    hits = models.PositiveIntegerField(_("找到"))
    words = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = _("文字搜索记录")
        db_table = "cases_word_search"
        indexes = [
            models.Index("staff", "at", name="word_search_of_post"),
            models.Index("at", name="word_search_at"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.at}"


@ledger.bind
class Task(ledger.BoundModel):
    """One piece of work on a case 任务, for one office and perhaps one post, with its own clocks.

    Of the main task (any but `assist`) the case has the same budgets and times, for lists. `due_at`: when the work is
    due, of a screening one the accept time. `yellow_at`, `red_at`: when its running clocks turn; NULL when none runs.
    Done tasks from before there were these columns have none of them.
    """

    class Kind(models.TextChoices):
        SCREEN = "screen", "受理"
        HANDLE = "handle", "办理"
        ASSIST = "assist", "协办"
        COORDINATE = "coordinate", "统筹"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=12)
    office = models.ForeignKey("orgs.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    assignee = models.ForeignKey("access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, default="")
    accept_budget = models.CharField(max_length=12, blank=True, default="", db_default="")
    finish_budget = models.CharField(max_length=12, blank=True, default="", db_default="")
    accept_due_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False, db_default=False)

    binding = ledger.Binding(
        "task",
        stream="case",
        owner="case_id",
        columns=(
            *("case_id", "kind", "office_id", "assignee_id", "created_at", "due_at", "done_at", "outcome"),
            *("accept_budget", "finish_budget", "accept_due_at", "yellow_at", "red_at", "provisional"),
        ),
        later=6,
    )

    class Meta:
        db_table = "cases_task"
        indexes = [
            models.Index("assignee", "due_at", "id", name="task_assignee_open", condition=Q(done_at=None)),
            models.Index("office", "due_at", "id", name="task_office_open", condition=Q(done_at=None)),
            models.Index(
                "assignee",
                "done_at",
                name="task_assignee_done",
                condition=Q(assignee__isnull=False, done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


@ledger.bind
class Involvement(ledger.BoundModel):
    """An office's part in a case 参与, one row a case and office: which role (`domain.involvement.PartRole`) it has or
    had last, since when, until when; `until` NULL while it lasts. `received_at` repeats the case's, so that lists of an
    office are walks of an index (docs/decisions/offices-involved.md).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="involved")
    office = models.ForeignKey("orgs.Office", on_delete=models.PROTECT, db_index=False, related_name="+")
    role = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    binding = ledger.Binding(
        "involvement",
        stream="case",
        owner="case_id",
        columns=("case_id", "office_id", "role", "received_at", "since", "until"),
    )

    class Meta:
        db_table = "cases_involvement"
        indexes = [
            models.Index(
                *("office", "role", F("received_at").desc(), F("case").desc()),
                name="involvement_now",
                condition=Q(until=None),
            ),
            models.Index(
                *("office", F("received_at").desc(), F("case").desc()),
                name="involvement_before",
                condition=Q(until__isnull=False),
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["case", "office"], name="involvement_of_office")]

    def __str__(self) -> str:
        return f"{self.role} {self.case_id}"


@ledger.bind
class DeadlineEntry(ledger.BoundModel):
    """The deadline ledger 时限留痕: due times are always recomputed from these rows and the calendar.

    start and restart carry the budgets; pause, or park, and resume come in pairs; with reassign the accept budget,
    which it carries, begins anew, and so it does with separate; override carries another finish budget, extend what is
    added to it; undo says that the last reassign or override never was; stop ends. `task`: whose clock it is, NULL in
    rows from before and where no task was made: the case's main one.
    """

    class Kind(models.TextChoices):
        START = "start", "开始"
        ACCEPT = "accept", "签收"
        PAUSE = "pause", "暂停"
        RESUME = "resume", "恢复"
        RESTART = "restart", "重新开始"
        REASSIGN = "reassign", "改派"
        UNDO = "undo", "撤销"
        SEPARATE = "separate", "撤销合并"
        EXTEND = "extend", "延期"
        PARK = "park", "挂账"
        OVERRIDE = "override", "改定"
        STOP = "stop", "停止"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadline_entries")
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    accept_budget = models.CharField(max_length=12, blank=True, default="")
    finish_budget = models.CharField(max_length=12, blank=True, default="")
    actor = models.CharField(max_length=40)
    task = models.ForeignKey(
        Task, null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="deadline_entries"
    )

    binding = ledger.Binding(
        "deadline",
        stream="case",
        owner="case_id",
        columns=("case_id", "kind", "at", "accept_budget", "finish_budget", "actor", "task_id"),
        later=1,
    )

    class Meta:
        db_table = "cases_deadline_entry"

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


@ledger.bind
class Message(ledger.BoundModel):
    """Words written on a case: notes, questions, replies, answers. Personal text lives here, not in the ledger.

    `audience`: who reads them (`domain/audience.py`), "" where the version before wrote them; `public` says the same of
    the reporter alone, for that version.
    """

    class Kind(models.TextChoices):
        NOTE = "note", "备注"
        QUESTION = "question", "提问"
        REPLY = "reply", "补充"
        ANSWER = "answer", "答复"
        REASON = "reason", "理由"
        VERDICT = "verdict", "评价"
        PART = "part", "协办"
        PROGRESS = "progress", "阶段进展"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10)
    public = models.BooleanField(default=False, help_text="上报人可见")
    audience = models.CharField(max_length=12, blank=True, default="", db_default="")
    text = models.TextField()
    actor = models.CharField(max_length=40)
    office = models.ForeignKey("orgs.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()
    salt = models.BinaryField(max_length=16, null=True)

    binding = ledger.Binding(
        "message",
        stream="case",
        owner="case_id",
        columns=("case_id", "kind", "public", "text", "actor", "office_id", "at", "audience"),
        hidden=frozenset({"text"}),
        later=1,
    )

    class Meta:
        db_table = "cases_message"
        indexes = [models.Index(fields=["id"], name="message_of_before", condition=Q(audience=""))]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


@ledger.bind
class Attachment(ledger.BoundModel):
    """A file that belongs to a message 附件: a photo as evidence of an answer, a document with a reply. Who may read
    the message may have it. `width`, `height`: of a photo. `name`: what the sender called a document.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=120, blank=True, default="")
    salt = models.BinaryField(max_length=16, null=True)

    binding = ledger.Binding(
        "attachment",
        stream="case",
        owner="case_id",
        columns=("case_id", "message_id", "sha256", "media_type", "bytes", "width", "height", "name"),
        hidden=frozenset({"name"}),
    )

    class Meta:
        db_table = "cases_attachment"

    def __str__(self) -> str:
        return self.sha256


class Recomputation(models.Model):
    """An order that due times follow a changed calendar, and how far it got. The version before alone writes it; the
    table is kept so that a county can go back to that one.
    """

    ordered_at = models.DateTimeField()
    done_until = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cases_recomputation"

    def __str__(self) -> str:
        return f"due times from {self.ordered_at:%Y-%m-%d %H:%M}"
