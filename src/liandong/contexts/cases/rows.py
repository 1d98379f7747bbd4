"""Frozen rows of cases, for lists and pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from liandong.kernel import ids, time

from .domain.audience import Audience, audience_of
from .domain.light import Light, light
from .models import Case


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
    def is_joined(self) -> bool:
        """Whether another case carries the matter (`matter.Matter`)."""
        return self.joined_to_id is not None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with its own clocks; `done_at` None while it is open."""

    id: int
    case_id: int
    kind: str
    office_id: int | None
    assignee_id: int | None
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    outcome: str
    accept_budget: str
    finish_budget: str
    accept_due_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    provisional: bool

    @property
    def light(self) -> Light:
        return light(time.now(), self.yellow_at, self.red_at)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """Something written on a case; `public`: its audience is the reporter."""

    id: int
    kind: str
    public: bool
    text: str
    actor: str
    office_id: int | None
    at: datetime
    audience: Audience

    @classmethod
    def kept(cls, *columns: Any) -> Self:
        """Of the table's columns: what a row from before there were audiences says is read from `public`."""
        row = cls(*columns)
        return replace(row, audience=audience_of(str(row.audience), is_public=row.public))


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file that belongs to a message. `width`, `height`: of a photo; `name`: of a document."""

    id: int
    case_id: int
    message_id: int
    sha256: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    name: str

    @property
    def is_photo(self) -> bool:
        return self.width is not None

    @property
    def case_number(self) -> str:
        """Where its address begins."""
        return ids.case_number(self.case_id)


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One line of the deadline ledger."""

    kind: str
    at: datetime
    accept_budget: str
    finish_budget: str
    actor: str


def line_now(kind: str) -> DeadlineRow:
    """The line that something done now would add; budgets of the case count."""
    return DeadlineRow(kind, time.now(), "", "", "")


CASE_COLUMNS: Sequence[str] = tuple(CaseRow.__slots__)


def row_of(case: Case) -> CaseRow:
    """The frozen row of a case that a command has just written."""
    return CaseRow(*(getattr(case, name) for name in CASE_COLUMNS))
