from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from liandong.foundation.access import public as access
from liandong.foundation.by_key import ByKey
from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import ids, time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import InvalidInput, NotFound

from . import shipped
from .domain.actions import Action
from .domain.assessing import Assessed, Voices, assess, tells_danger
from .domain.extension import extension_rule
from .domain.learned import Learned
from .domain.lifecycle import PROMISED, State
from .domain.light import Light, light
from .domain.pairs import Pair, pair_asked
from .domain.taxonomy import CategoryRow, Taxonomy
from .models import Case, Category, DeadlineEntry, LearnedModel, Message, Task, versions_of


def _load_taxonomy() -> Taxonomy:
    rows = Category.objects.order_by("code", "version").values_list(
        "current", "code", "version", "parent_code", "zh", "en", "leaf", "owner", "co_owners", "severity",
        "accept_budget", "finish_budget", "flags", "keywords_zh", "keywords_en",
    )  # fmt: skip
    current: dict[str, CategoryRow] = {}
    retired: dict[str, CategoryRow] = {}
    for is_current, code, *row in rows:
        (current if is_current else retired)[code] = _category(code, *row)
    return Taxonomy(current, retired)


def _category(*columns: Any) -> CategoryRow:
    *plain, flags, keywords_zh, keywords_en = columns
    plain[7] = tuple(plain[7])
    return CategoryRow(*(*plain, frozenset(flags), tuple(keywords_zh), tuple(keywords_en)))


def _load_voices() -> Voices:
    return Voices.of(_load_taxonomy().leaves(), shipped.dangers(), shipped.start_model(), _load_learned())


def _load_learned() -> Learned | None:
    """The county's own model; None where it has none, or one of an earlier form, until the next night."""
    weights = LearnedModel.objects.exclude(weights=None).order_by("-id").values_list("weights", flat=True).first()
    try:
        return Learned.from_bytes(bytes(weights)) if weights else None
    except (KeyError, ValueError):
        return None


_taxonomy = Cached(_load_taxonomy, "taxonomy")
_voices = Cached(_load_voices, "taxonomy", "learned")


def taxonomy() -> Taxonomy:
    """The current categories."""
    return _taxonomy.get()


def assess_words(text: str) -> Assessed:
    """What a report's words make of it: up to three leaves with reasons, the one that is taken, and danger."""
    return assess(text, _voices.get())


def words_tell_danger(text: str) -> bool:
    """Whether a report's words tell of a danger, whatever its category is."""
    return tells_danger(text, _voices.get())


def tells_emergency(category_code: str, text: str) -> bool:
    """Whether the emergency numbers come with a report: its category is such a one, or its words tell of a danger."""
    category = taxonomy().named(category_code)
    return (category is not None and category.is_emergency) or words_tell_danger(text)


def asked_pair(settled: str, proposed: Sequence[str]) -> Pair | None:
    """The question that a form asks where its leaf, or one of those proposed, differs from another only by what is
    wanted; `settled` "" where none is chosen or clear.
    """
    return pair_asked(shipped.pairs(), settled, proposed, taxonomy().by_code)


@dataclass(frozen=True, slots=True)
class ConfirmedCase:
    """The category that a post stood for, and whether the case came in the last thirty days."""

    code: str
    is_recent: bool


_RECENT = timedelta(days=30)


def confirmed_cases(limit: int) -> dict[int, ConfirmedCase]:
    """The newest cases whose category a post of this county stood for, by case id.

    The desk screened it, or somebody else than who recorded it signed for it or answered it; what was returned waits
    for its next office. So what came with a source's own history counts only once a post here has done one of these.
    Private and confidential ones, complaints of a post, and withdrawn ones are left out: they teach nothing.
    """
    screened = Task.objects.filter(case_id=OuterRef("pk"), kind=Task.Kind.SCREEN, outcome="replaced")
    recorded = DeadlineEntry.objects.filter(case_id=OuterRef("case_id"), kind=DeadlineEntry.Kind.START)
    signed = DeadlineEntry.objects.filter(
        case_id=OuterRef("pk"),
        kind__in=(DeadlineEntry.Kind.ACCEPT, DeadlineEntry.Kind.STOP),
        actor__startswith="staff:",
    ).exclude(actor__in=recorded.values("actor"))
    confirmed = (Q(accepted_at__isnull=False) | Q(answered_at__isnull=False)) & Exists(signed)
    rows = Case.objects.filter(
        confirmed | Exists(screened), is_private=False, is_confidential=False, complained_staff=None
    )
    open_leaves = [row.code for row in taxonomy().leaves() if not row.is_private]
    rows = rows.filter(category_code__in=open_leaves, queue="").exclude(state=State.WITHDRAWN)
    since = time.now() - _RECENT
    newest = rows.order_by("-received_at", "-id").values_list("id", "category_code", "received_at")[:limit]
    return {case_id: ConfirmedCase(code, received_at >= since) for case_id, code, received_at in newest}


@dataclass(frozen=True, slots=True)
class SpeakingModel:
    """Which model proposes categories. `is_own`: the county's, taught from its confirmed cases too; else the start
    model, or where `has_start` is False the written synonyms alone.

    `learned_at`: the last training; `figures`: what it found, by the names of `Figures`, {} where too little was there.
    """

    is_own: bool
    has_start: bool
    learned_at: datetime | None
    figures: Mapping[str, Any]


def speaking_model() -> SpeakingModel:
    """For the administrator's page."""
    last = LearnedModel.objects.order_by("-id").defer("weights").first()
    return SpeakingModel(
        is_own=_load_learned() is not None,
        has_start=shipped.start_model() is not None,
        learned_at=last.learned_at if last else None,
        figures=last.figures if last else {},
    )


def last_learned_at() -> datetime | None:
    """When the category proposal was last trained, with or without a result."""
    return LearnedModel.objects.order_by("-id").values_list("learned_at", flat=True).first()


def leaves_since() -> dict[str, datetime]:
    """Since when each code of a leaf is known, in whatever version."""
    rows = Category.objects.filter(leaf=True).values_list("code").annotate(since=Min("valid_from"))
    return dict(rows)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists and pages show it; moments UTC, degrees WGS-84."""

    id: int
    state: str
    title: str
    category_code: str
    severity: int
    queue: str
    channel: str
    address: str
    lon: float | None
    lat: float | None
    division_id: int | None
    town_id: int | None
    village_id: int | None
    cell_id: int | None
    office_id: int | None
    assignee_id: int | None
    is_private: bool
    is_confidential: bool
    is_published: bool
    received_at: datetime
    accept_due_at: datetime | None
    due_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    provisional: bool
    accepted_at: datetime | None
    answered_at: datetime | None
    verdict_due_at: datetime | None
    question_lapsed_at: datetime | None
    review_at: datetime | None
    closed_at: datetime | None
    changed_at: datetime
    report_count: int
    rework_count: int
    return_count: int
    is_designated: bool
    undo_version: int | None
    undo_what: str
    extension_asked: str
    extension_count: int
    consent_office_id: int | None
    consent_asker_id: int | None
    solved: bool | None
    satisfied: int | None
    unhappy_at: datetime | None
    urge_count: int
    urged_at: datetime | None
    version: int
    complained_office_id: int | None
    complained_staff_id: int | None
    joined_to_id: int | None
    clock_from: datetime
    accept_budget: str
    finish_budget: str
    language: str

    @property
    def number(self) -> str:
        return ids.case_number(self.id)

    @property
    def light(self) -> Light:
        return light(time.now(), self.yellow_at, self.red_at)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task; `done_at` None while it is open."""

    id: int
    case_id: int
    kind: str
    office_id: int | None
    assignee_id: int | None
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """Something written on a case; `public`: the reporter may read it."""

    id: int
    kind: str
    public: bool
    text: str
    actor: str
    office_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One line of the deadline ledger."""

    kind: str
    at: datetime
    accept_budget: str
    finish_budget: str
    actor: str


CASE_COLUMNS: Sequence[str] = tuple(CaseRow.__slots__)

_cases = ByKey(CaseRow, lambda: Case.objects.values_list(*CASE_COLUMNS), "pk")
_tasks = ByKey(TaskRow, lambda: Task.objects.order_by("id").values_list(*TaskRow.__slots__), "case_id")
_messages = ByKey(MessageRow, lambda: Message.objects.order_by("id").values_list(*MessageRow.__slots__), "case_id")
_deadlines = ByKey(
    DeadlineRow, lambda: DeadlineEntry.objects.order_by("id").values_list(*DeadlineRow.__slots__), "case_id"
)


def row_of(case: Case) -> CaseRow:
    """The frozen row of a case that a command has just written."""
    return CaseRow(*(getattr(case, name) for name in CASE_COLUMNS))


def find(case_id: int) -> CaseRow:
    """One case without asking who looks: for commands and for a reporter whose receipt was checked. Raises NotFound."""
    for row in _cases.of(case_id):
        return row
    raise NotFound("没有找到这个事件编号。")


def rows_of(case_ids: Collection[int]) -> dict[int, CaseRow]:
    """Some cases by id, without asking who looks: for what is told to those whom they concern. One statement."""
    rows = Case.objects.filter(pk__in=case_ids).values_list(*CASE_COLUMNS)
    return {row[0]: CaseRow(*row) for row in rows}


def turned_yellow(since: datetime, until: datetime) -> list[CaseRow]:
    """Cases whose running clock turned yellow after `since`, up to `until`; those red by then too."""
    turned = Case.objects.filter(red_at__gt=since, yellow_at__gt=since, yellow_at__lte=until).order_by("red_at", "id")
    return [CaseRow(*row) for row in turned.values_list(*CASE_COLUMNS)]


def turned_red(since: datetime, until: datetime) -> list[CaseRow]:
    """Cases whose running clock turned red after `since`, up to `until`."""
    turned = Case.objects.filter(red_at__gt=since, red_at__lte=until).order_by("red_at", "id")
    return [CaseRow(*row) for row in turned.values_list(*CASE_COLUMNS)]


def count_red(since: datetime, until: datetime) -> int:
    """How many running clocks turned red after `since`, up to `until`, and still run."""
    return Case.objects.filter(red_at__gt=since, red_at__lte=until).count()


def count_unclear() -> int:
    """How many cases wait for the desk to say what, where or whose they are."""
    return Case.objects.filter(state=State.RECEIVED).exclude(queue="").count()


def may_see(row: CaseRow, actor: Actor, task_offices: Sequence[int | None] = ()) -> bool:
    """Whether a post may open the case: the same rule as `visible_to`, over all scopes that the post has; and a town's
    dispatcher whose consent is asked for, who has to know what for.
    """
    if actor.office_id is not None and row.complained_office_id == actor.office_id:
        return False
    if actor.kind == "staff" and row.complained_staff_id == actor.id:
        return False
    if actor.has(Role.CLERK, Role.COORDINATOR):
        return True
    own_office = actor.office_id is not None and actor.office_id in (row.office_id, *task_offices)
    if own_office and actor.has(Role.HANDLER, Role.DISPATCHER):
        return True
    if is_asked_for_consent(row, actor):
        return True
    if is_given_to(row, actor):
        return True
    if row.is_private:
        return False
    return (
        actor.has(Role.LEADER, Role.ADMINISTRATOR)
        or (actor.has(Role.DISPATCHER) and row.town_id in versions_of(actor.division_id))
        or (actor.has(Role.GRID_WORKER) and row.cell_id in versions_of(*actor.cell_ids))
    )


def is_asked_for_consent(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether it is this town's dispatcher whose consent to lead the case is asked for."""
    asked = row.consent_office_id is not None and row.consent_office_id == actor.office_id
    return asked and actor.has(Role.DISPATCHER)


def visible_case(*, actor: Actor, case_id: int) -> CaseRow:
    """One case for a post at work; a joined one also for those who see the case that carries its matter.

    Raises NotFound also where the post may not see it: its existence is no answer.
    """
    row = find(case_id)
    if may_see(row, actor):
        return row
    offices = Task.objects.filter(case_id=case_id).values_list("office_id", flat=True)
    if may_see(row, actor, tuple(offices)):
        return row
    if row.joined_to_id is not None and may_see(carrier(row), actor):
        return row
    raise NotFound("没有找到这个事件编号。")


def joined_cases(case_id: int, *, most: int | None = None) -> list[CaseRow]:
    """The cases of the same matter that are joined to this one, the oldest first."""
    rows = Case.objects.filter(joined_to=case_id).order_by("id").values_list(*CASE_COLUMNS)
    return [CaseRow(*row) for row in rows[:most]]


ALIKE: Mapping[str, str] = {
    "is_private": "公开与不公开的事件不能合并。",
    "is_confidential": "保密与不保密的事件不能合并。",
    "complained_office_id": "反映的部门不同，不能合并。",
    "complained_staff_id": "反映的岗位不同，不能合并。",
}
"""What two cases must have in common to be joined: who may see them and who must not handle them."""


def unlike(one: CaseRow | Case, other: CaseRow | Case) -> str:
    """Why the two can't be joined; empty where they can."""
    reasons = (sentence for column, sentence in ALIKE.items() if getattr(one, column) != getattr(other, column))
    return next(reasons, "")


def of_matter(case_ids: Collection[int]) -> dict[int, int | None]:
    """These cases and those joined to them, each with the one that it is joined to. Only of cases, so that indexes lead
    it; one statement.
    """
    rows = Case.objects.filter(Q(pk__in=case_ids) | Q(joined_to_id__in=case_ids))
    return dict(rows.order_by("pk").values_list("pk", "joined_to_id"))


def awaiting_verdict() -> list[int]:
    """Ids of the answered cases and of those joined to one: whose reporters may judge now. Led by the answered ones;
    one statement.
    """
    answered = Case.objects.filter(state=State.ANSWERED).values_list("pk")
    joined = Case.objects.filter(joined_to__isnull=False, joined_to__state=State.ANSWERED).values_list("pk")
    return [case_id for (case_id,) in answered.union(joined, all=True)]


def carrier(row: CaseRow) -> CaseRow:
    """The case that carries the matter: the one it is joined to, else itself."""
    return find(row.joined_to_id) if row.joined_to_id is not None else row


def visible_among(case_ids: Collection[int], *, actor: Actor) -> dict[int, CaseRow]:
    """Those of the cases that the post may open, in the order of the ids; two statements."""
    offices: dict[int, list[int | None]] = {}
    for case_id, office_id in Task.objects.filter(case_id__in=case_ids).values_list("case_id", "office_id"):
        offices.setdefault(case_id, []).append(office_id)
    found = {row[0]: CaseRow(*row) for row in Case.objects.filter(pk__in=case_ids).values_list(*CASE_COLUMNS)}
    rows = (found[case_id] for case_id in dict.fromkeys(case_ids) if case_id in found)
    return {row.id: row for row in rows if may_see(row, actor, tuple(offices.get(row.id, ())))}


def tasks(case_id: int) -> list[TaskRow]:
    return _tasks.of(case_id)


def messages(case_id: int, *, public_only: bool = False) -> list[MessageRow]:
    return [message for message in _messages.of(case_id) if message.public or not public_only]


def deadline_entries(case_id: int) -> list[DeadlineRow]:
    return _deadlines.of(case_id)


def history(case_ids: Collection[int]) -> Mapping[int, list[DeadlineRow]]:
    """The deadline ledgers of some cases, each in its order."""
    found: dict[int, list[DeadlineRow]] = {case_id: [] for case_id in case_ids}
    lines = DeadlineEntry.objects.filter(case_id__in=case_ids).order_by("id")
    for case_id, *line in lines.values_list("case_id", *DeadlineRow.__slots__):
        found[case_id].append(DeadlineRow(*line))
    return found


def promised_after(case_id: int, limit: int) -> list[CaseRow]:
    """The next cases by number that still owe an answer."""
    rows = Case.objects.filter(pk__gt=case_id, state__in=PROMISED, closed_at=None).order_by("pk")
    return [CaseRow(*row) for row in rows.values_list(*CASE_COLUMNS)[:limit]]


def review_due(at: datetime) -> list[int]:
    """Ids of parked cases whose day of review has come; they are few."""
    return list(Case.objects.filter(state=State.PARKED, review_at__lte=at).order_by("pk").values_list("pk", flat=True))


def asked() -> list[CaseRow]:
    """Cases that wait for their reporter's reply; they are few."""
    rows = Case.objects.filter(state=State.ASKED).order_by("pk")
    return [CaseRow(*row) for row in rows.values_list(*CASE_COLUMNS)]


def may_undo(row: CaseRow | Case, what: str) -> bool:
    """Whether this was done to the case last, nothing has happened since, and it can be taken back."""
    return row.undo_version == row.version and row.undo_what == what


def may_ask_extension(row: CaseRow | Case) -> bool:
    """Before the due time, as often as the law has it, one request at a time (接诉即办条例 15, 信访工作条例)."""
    in_time = row.due_at is not None and time.now() < row.due_at
    return in_time and not row.extension_asked and row.extension_count < extension_rule(row.category_code).most


def may_park(row: CaseRow | Case) -> bool:
    """A time limit of the law's own never stands still (信访工作条例, 政府信息公开条例 33)."""
    return not extension_rule(row.category_code).is_statutory


def decides_extension(row: CaseRow | Case, post: Actor | access.StaffRow) -> bool:
    """Whether the post may: of leaders only the county's."""
    role = decider_of_extension(row)
    return post.role == role and (role is Role.COORDINATOR or post.office_id is None)


def decider_of_extension(row: CaseRow | Case) -> Role:
    """The first is the coordinator's to decide, the second a county leader's; where leaders don't see the case, another
    coordinator's (docs/decisions/time-limits-in-the-ledger.md).
    """
    return Role.COORDINATOR if row.extension_count == 0 or row.is_private else Role.LEADER


def may_publish(row: CaseRow | Case) -> bool:
    """Words of a private or confidential matter, or of a complaint about an office or a post, are nobody else's."""
    complains = row.complained_office_id is not None or row.complained_staff_id is not None
    return not (row.is_private or row.is_confidential or complains)


def may_return(row: CaseRow | Case) -> bool:
    """An office that the county has designated keeps the case; the desk has nobody to return it to."""
    return not row.is_designated and row.office_id != orgs.organisation().desk_id


def is_emergency(row: CaseRow | Case) -> bool:
    """Whether the case is of a category for which the emergency numbers come first."""
    category = taxonomy().named(row.category_code)
    return category is not None and category.is_emergency


def may_take_verdict(row: CaseRow | Case, actor: Actor) -> bool:
    """Reporters judge themselves. Of posts none may take it down whose office leads the case: it would judge its own
    work; the desk's clerks, who answer nothing, may for the desk too.
    """
    return actor.kind != "staff" or not judges_itself(actor, row.office_id)


def is_judgeable(carrier: Case | CaseRow) -> bool:
    """Whether a case that others are joined to has an answer whose verdict time runs."""
    if carrier.answered_at is None:
        return False
    if State(carrier.state) is State.ANSWERED:
        return True
    until = carrier.answered_at + timedelta(days=orgs.county().verdict_days)
    return State(carrier.state) is State.CLOSED and time.now() <= until


def has_judged(carrier: Case | CaseRow, case_id: int) -> bool:
    """Whether the reporter of the joined case has judged the newest answer."""
    verdicts = [entry.at for entry in ledger.entries(("case", case_id)) if entry.action == "JoinedReporterJudged"]
    return carrier.answered_at is not None and any(at >= carrier.answered_at for at in verdicts)


def judges_itself(actor: Actor, office_id: int | None) -> bool:
    """Whether the office's verdict would be taken by one of its own that may have worked on it."""
    own = actor.office_id is not None and actor.office_id == office_id
    return own and not (actor.has(Role.CLERK) and office_id == orgs.organisation().desk_id)


def check_satisfied(satisfied: int | None) -> None:
    """1 (very dissatisfied) to 5 (very satisfied), or not said. Raises InvalidInput."""
    if satisfied is not None and satisfied not in range(1, 6):
        raise InvalidInput("满意度应为 1 到 5。", field="satisfied")


def needs_category(row: CaseRow | Case) -> bool:
    """Whether nobody has said yet what the case is about: until then it can't go to another office."""
    return row.queue == "category"


def concerns(row: CaseRow | Case, actor: Actor, action: Action) -> bool:
    """Whether this is the post's to do: what its office leads, what was given to it, anything for the desk.

    Of the public matters in its town a dispatcher also sorts those that wait for an office, and leads those of the
    town's own offices; so does a grid worker in the cell. What another office leads they may only note. Consent is the
    town's that is asked; a leader decides second extensions and does nothing else. Words are made public by the desk or
    the lead office.
    """
    if actor.kind in ("system", "reporter"):
        return True
    if actor.office_id is not None and row.complained_office_id == actor.office_id:
        return False
    if row.complained_staff_id is not None and row.complained_staff_id == actor.id:
        return False
    if action in (Action.GIVE_CONSENT, Action.DECLINE_CONSENT):
        return is_asked_for_consent(row, actor)
    if actor.has(Role.CLERK, Role.COORDINATOR):
        return True
    if actor.has(Role.LEADER):
        return decides_extension(row, actor)
    if is_given_to(row, actor):
        return True
    if actor.has(Role.HANDLER, Role.DISPATCHER) and row.office_id is not None and row.office_id == actor.office_id:
        return True
    if row.is_private or action in (Action.PUBLISH, Action.WITHHOLD) or not _in_the_area_of(actor, row):
        return False
    return action is Action.NOTE or row.state == State.RECEIVED or _is_led_in_its_town(row)


def is_given_to(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the case is the post's own, or of a post for which it stands in now."""
    return actor.kind == "staff" and row.assignee_id in (actor.id, *actor.stands_in_for)


def works_on(row: CaseRow | Case, actor: Actor) -> bool:
    """Whether the post is the one of the lead office that works on the case now, or stands in for it."""
    leads = actor.office_id is not None and actor.office_id == row.office_id
    return leads and actor.has(Role.HANDLER, Role.DISPATCHER) and is_given_to(row, actor)


def absent_behind(row: CaseRow | Case, actor: Actor) -> int | None:
    """The absent post for which a deputy acts on the case: who was given it, or whose grid cell it lies in."""
    if row.assignee_id in actor.stands_in_for:
        return row.assignee_id
    return None if row.assignee_id == actor.id else dict(actor.cells_of_absent).get(row.cell_id or 0)


def _in_the_area_of(actor: Actor, row: CaseRow | Case) -> bool:
    if actor.has(Role.GRID_WORKER):
        return row.cell_id in versions_of(*actor.cell_ids)
    return actor.has(Role.DISPATCHER) and row.town_id in versions_of(actor.division_id)


def _is_led_in_its_town(row: CaseRow | Case) -> bool:
    registry = orgs.organisation()
    lead = registry.offices.get(row.office_id or 0)
    return lead is not None and row.town_id is not None and row.town_id in registry.path(lead.division_id)


TASKS_LISTED = 100


def open_tasks(*, actor: Actor, limit: int = TASKS_LISTED) -> tuple[list[CaseRow], list[CaseRow]]:
    """(cases with a task of this post, cases with a task of its office that nobody has taken), nearest due first."""
    if actor.kind != "staff":
        return [], []
    mine = Task.objects.filter(assignee_id=actor.id, done_at=None).order_by("due_at", "id")
    if actor.office_id is None or not actor.has(Role.HANDLER, Role.DISPATCHER, Role.CLERK, Role.COORDINATOR):
        return _cases_of(mine, actor, limit), []
    unclaimed = Task.objects.filter(office_id=actor.office_id, assignee=None, done_at=None).order_by("due_at", "id")
    return _cases_of(mine, actor, limit), _cases_of(unclaimed, actor, limit)


def deputy_tasks(*, actor: Actor, limit: int = TASKS_LISTED) -> dict[int, list[CaseRow]]:
    """Cases with an open task of each post for which this one stands in now, nearest due first."""
    return {
        absent: _cases_of(Task.objects.filter(assignee_id=absent, done_at=None).order_by("due_at", "id"), actor, limit)
        for absent in actor.stands_in_for
    }


def open_task_counts(staff_ids: Collection[int]) -> dict[int, int]:
    """How many open tasks each of these posts has; help for assigning, in the order of the posts."""
    rows = Task.objects.filter(assignee_id__in=staff_ids, done_at=None).values_list("assignee_id")
    found = dict(rows.annotate(number=Count("id")))
    return {staff_id: found.get(staff_id, 0) for staff_id in staff_ids}


def _cases_of(wanted: QuerySet[Task], actor: Actor, limit: int) -> list[CaseRow]:
    """Where a case has several tasks, or may not be seen, as many tasks again are looked at."""
    found: dict[int, CaseRow] = {}
    for first in (0, limit):
        order = list(wanted.values_list("case_id", flat=True)[first : first + limit])
        rows = rows_of(set(order) - found.keys())
        found |= {pk: rows[pk] for pk in order if pk in rows and may_see(rows[pk], actor, (actor.office_id,))}
        if len(found) >= limit or len(order) < limit:
            break
    return list(found.values())[:limit]


def awaiting_decision(*, actor: Actor, limit: int = TASKS_LISTED) -> list[CaseRow]:
    """Cases that wait for this post's word, oldest first: a town's consent, a county leader's on second extensions."""
    if actor.has(Role.DISPATCHER) and actor.office_id is not None:
        rows = Case.objects.filter(consent_office_id=actor.office_id)
    elif actor.has(Role.LEADER) and actor.office_id is None:
        rows = Case.objects.exclude(extension_asked="").filter(extension_count__gt=0, is_private=False)
    else:
        return []
    waiting = [CaseRow(*row) for row in rows.order_by("received_at", "id").values_list(*CASE_COLUMNS)[:limit]]
    return [row for row in waiting if may_see(row, actor)]


_HANDLING = (Role.HANDLER, Role.DISPATCHER, Role.COORDINATOR)


def assignable_posts(row: CaseRow | Case) -> list[access.StaffRow]:
    """Posts that a case's task may be given to: those of the lead office, and grid workers of its town or village."""
    return [post for post in access.staff().values() if _may_be_assigned(post, row)]


def _may_be_assigned(post: access.StaffRow, row: CaseRow | Case) -> bool:
    if post.id == row.complained_staff_id or (
        post.office_id is not None and post.office_id == row.complained_office_id
    ):
        return False
    if post.role == Role.GRID_WORKER:
        return row.town_id in versions_of(*orgs.organisation().path(post.division_id))
    return post.office_id is not None and post.office_id == row.office_id and post.role in _HANDLING
