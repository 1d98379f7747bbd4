from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from liandong.foundation.access import public as access
from liandong.foundation.by_key import ByKey
from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import ids, time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import NotFound

from .domain.learned import Learned
from .domain.lifecycle import LIFECYCLE, MOST_EXTENSIONS, PROMISED, Action, State
from .domain.light import Light, light
from .domain.proposal import LeafWords, Proposal, SynonymIndex, propose_learned
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


def _leaf_words(row: CategoryRow) -> LeafWords:
    return LeafWords(row.code, (row.zh, row.en), (*row.keywords_zh, *row.keywords_en))


@dataclass(frozen=True, slots=True)
class _Sources:
    """What proposals are made from; `learned` None while too few cases are confirmed."""

    synonyms: SynonymIndex
    learned: Learned | None


def _load_sources() -> _Sources:
    leaves = {row.code: row for row in _load_taxonomy().leaves()}
    weights = LearnedModel.objects.exclude(weights=None).order_by("-id").values_list("weights", flat=True).first()
    learned = Learned.from_bytes(bytes(weights)).only(leaves) if weights else None
    return _Sources(SynonymIndex(map(_leaf_words, leaves.values())), learned)


_taxonomy = Cached(_load_taxonomy, "taxonomy")
_sources = Cached(_load_sources, "taxonomy", "learned")


def taxonomy() -> Taxonomy:
    """The current categories."""
    return _taxonomy.get()


def propose_category(text: str) -> list[Proposal]:
    """Up to three leaves that the words speak for, best first, with the words as reasons."""
    sources = _sources.get()
    return propose_learned(text, sources.synonyms, sources.learned)


def leaf_words() -> list[LeafWords]:
    """The current leaves with their names and synonyms."""
    return [_leaf_words(row) for row in taxonomy().leaves()]


def confirmed_cases(limit: int) -> dict[int, str]:
    """The newest cases whose category a person at work stood for, and that category, by case id.

    The desk screened it, or the lead office signed for it or answered it; what was returned waits for its next office.
    Private and confidential ones, complaints of
    a post, and withdrawn ones are left out: from them nothing is learned.
    """
    screened = Task.objects.filter(case_id=OuterRef("pk"), kind=Task.Kind.SCREEN, outcome="replaced")
    confirmed = Q(accepted_at__isnull=False) | Q(answered_at__isnull=False) | Exists(screened)
    rows = Case.objects.filter(confirmed, is_private=False, is_confidential=False, complained_staff=None)
    open_leaves = [row.code for row in taxonomy().leaves() if not row.is_private]
    rows = rows.filter(category_code__in=open_leaves, queue="").exclude(state=State.WITHDRAWN)
    return dict(rows.order_by("-received_at", "-id").values_list("id", "category_code")[:limit])


def last_learned_at() -> datetime | None:
    """When the category proposal was last trained, with or without a result."""
    return LearnedModel.objects.order_by("-id").values_list("learned_at", flat=True).first()


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
    extension_asked: str
    extension_count: int
    solved: bool | None
    satisfied: int | None
    version: int
    complained_office_id: int | None
    complained_staff_id: int | None
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


def may_see(row: CaseRow, actor: Actor, task_offices: Sequence[int | None] = ()) -> bool:
    """Whether a post may open the case: the same rule as `visible_to`, over all scopes that the post has."""
    if actor.office_id is not None and row.complained_office_id == actor.office_id:
        return False
    if actor.kind == "staff" and row.complained_staff_id == actor.id:
        return False
    if actor.has(Role.CLERK, Role.COORDINATOR):
        return True
    own_office = actor.office_id is not None and (row.office_id == actor.office_id or actor.office_id in task_offices)
    if own_office and actor.has(Role.HANDLER, Role.DISPATCHER):
        return True
    if row.assignee_id is not None and row.assignee_id == actor.id and actor.kind == "staff":
        return True
    if row.is_private:
        return False
    return (
        actor.has(Role.LEADER, Role.ADMINISTRATOR)
        or (actor.has(Role.DISPATCHER) and row.town_id in versions_of(actor.division_id))
        or (actor.has(Role.GRID_WORKER) and row.cell_id in versions_of(*actor.cell_ids))
    )


def visible_case(*, actor: Actor, case_id: int) -> CaseRow:
    """One case for a post at work. Raises NotFound also where the post may not see it: its existence is no answer."""
    row = find(case_id)
    if may_see(row, actor):
        return row
    offices = Task.objects.filter(case_id=case_id).values_list("office_id", flat=True)
    if may_see(row, actor, tuple(offices)):
        return row
    raise NotFound("没有找到这个事件编号。")


def visible_among(*, actor: Actor, case_ids: Collection[int]) -> dict[int, CaseRow]:
    """Of these cases those that a post at work may see, by id. One statement."""
    rows = [CaseRow(*row) for row in Case.objects.filter(pk__in=case_ids).values_list(*CASE_COLUMNS)]
    return {row.id: row for row in rows if may_see(row, actor)}


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


def possible_actions(row: CaseRow, actor: Actor) -> list[Action]:
    """Actions that the table allows this post in the case's state and that would change something, in its order."""
    state = State(row.state)
    idle = _idle(row)
    if not may_take_verdict(row, actor):
        idle |= {Action.JUDGE_SOLVED, Action.JUDGE_UNSOLVED}
    if actor.kind == "staff" and row.assignee_id == actor.id:
        idle.add(Action.CLAIM)
    return [
        action
        for action, line in LIFECYCLE.items()
        if state in line.sources and actor.role in line.roles and concerns(row, actor, action) and action not in idle
    ]


def _idle(row: CaseRow) -> set[Action]:
    """What the state allows and the case's own past does not."""
    idle: set[Action] = set()
    if needs_category(row):
        idle.add(Action.REASSIGN)
    if row.question_lapsed_at is None:
        idle.add(Action.SUPPLEMENT)
    if not row.extension_asked:
        idle |= {Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION}
    if not may_ask_extension(row):
        idle.add(Action.ASK_EXTENSION)
    if not may_return(row):
        idle.add(Action.RETURN)
    if row.undo_version != row.version:
        idle.add(Action.UNDO_REASSIGN)
    return idle


def may_ask_extension(row: CaseRow | Case) -> bool:
    """Before the due time, at most twice, one request at a time (domain rule after 接诉即办条例 15)."""
    in_time = row.due_at is not None and time.now() < row.due_at
    return in_time and not row.extension_asked and row.extension_count < MOST_EXTENSIONS


def may_return(row: CaseRow | Case) -> bool:
    """An office that the county has designated keeps the case; the desk has nobody to return it to."""
    return not row.is_designated and row.office_id != orgs.organisation().desk_id


def may_take_verdict(row: CaseRow | Case, actor: Actor) -> bool:
    """Reporters judge themselves. Of posts none may take it down whose office leads the case: it would judge its own
    work; the desk's clerks, who answer nothing, may for the desk too.
    """
    return actor.kind != "staff" or not judges_itself(actor, row.office_id)


def judges_itself(actor: Actor, office_id: int | None) -> bool:
    """Whether the office's verdict would be taken by one of its own that may have worked on it."""
    own = actor.office_id is not None and actor.office_id == office_id
    return own and not (actor.has(Role.CLERK) and office_id == orgs.organisation().desk_id)


def needs_category(row: CaseRow | Case) -> bool:
    """Whether nobody has said yet what the case is about: until then it can't go to another office."""
    return row.queue == "category"


def concerns(row: CaseRow | Case, actor: Actor, action: Action) -> bool:
    """Whether this is the post's to do: what its office leads, what was given to it, anything for the desk.

    Of the public matters in its town a dispatcher also sorts those that wait for an office, and leads those of the
    town's own offices; so does a grid worker in the cell. What another office leads they may only note.
    """
    if actor.kind in ("system", "reporter"):
        return True
    if actor.office_id is not None and row.complained_office_id == actor.office_id:
        return False
    if row.complained_staff_id is not None and row.complained_staff_id == actor.id:
        return False
    if actor.has(Role.CLERK, Role.COORDINATOR):
        return True
    if row.assignee_id is not None and row.assignee_id == actor.id:
        return True
    if actor.has(Role.HANDLER, Role.DISPATCHER) and row.office_id is not None and row.office_id == actor.office_id:
        return True
    if row.is_private or not _in_the_area_of(actor, row):
        return False
    return action is Action.NOTE or row.state == State.RECEIVED or _is_led_in_its_town(row)


def _in_the_area_of(actor: Actor, row: CaseRow | Case) -> bool:
    if actor.has(Role.GRID_WORKER):
        return row.cell_id in versions_of(*actor.cell_ids)
    return actor.has(Role.DISPATCHER) and row.town_id in versions_of(actor.division_id)


def _is_led_in_its_town(row: CaseRow | Case) -> bool:
    registry = orgs.organisation()
    lead = registry.offices.get(row.office_id or 0)
    return lead is not None and row.town_id is not None and row.town_id in registry.path(lead.division_id)


TASKS_LISTED = 200


def open_tasks(*, actor: Actor, limit: int = TASKS_LISTED) -> tuple[list[CaseRow], list[CaseRow]]:
    """(cases with a task of this post, cases with a task of its office that nobody has taken), nearest due first."""
    if actor.kind != "staff":
        return [], []
    mine = Task.objects.filter(assignee_id=actor.id, done_at=None).order_by("due_at", "id")
    if actor.office_id is None or not actor.has(Role.HANDLER, Role.DISPATCHER, Role.CLERK, Role.COORDINATOR):
        return _cases_of(mine, actor, limit), []
    unclaimed = Task.objects.filter(office_id=actor.office_id, assignee=None, done_at=None).order_by("due_at", "id")
    return _cases_of(mine, actor, limit), _cases_of(unclaimed, actor, limit)


def _cases_of(wanted: QuerySet[Task], actor: Actor, limit: int) -> list[CaseRow]:
    order = list(wanted.values_list("case_id", flat=True)[:limit])
    rows = {row[0]: CaseRow(*row) for row in Case.objects.filter(pk__in=order).values_list(*CASE_COLUMNS)}
    return [rows[pk] for pk in dict.fromkeys(order) if may_see(rows[pk], actor, (actor.office_id,))]


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
