"""Events of a case, one struct each. The table at the end serves those who read older entries."""

from typing import Any

import msgspec

from liandong.foundation import facts
from liandong.foundation.facts import (
    BatchId,
    Budget,
    CaseId,
    Code,
    Count,
    Day,
    DivisionId,
    Facts,
    FormerName,
    Hex,
    MessageId,
    Moved,
    OfficeId,
    PostId,
    ReportId,
    State,
    Stood,
    TaskId,
    Told,
    Who,
)


class CaseFacts(Facts, frozen=True):
    """`in_place_of`: the absent post that the actor stands in for. Due times only where they moved."""

    from_state: State = msgspec.field(default="", name="from")
    to_state: State = msgspec.field(default="", name="to")
    batch: BatchId = 0
    message: MessageId = 0
    in_place_of: Who = ""
    accept_due_at: Moved = []
    due_at: Moved = []


class CaseReceived(CaseFacts, frozen=True):
    """A report became a case. `contact`: commitments to name, telephone and mail."""

    state: State = ""
    category: Code = ""
    lead_office: OfficeId | None = None
    division: DivisionId | None = None
    channel: Code = ""
    queue: Code = ""
    published: bool = False
    urgent: bool = False
    assisting: list[OfficeId] = []
    report: ReportId = 0
    commitment: Hex = ""
    contact: Any = msgspec.UNSET


class CaseScreened(CaseFacts, frozen=True):
    """An unclear case got category and office."""

    category: Code = ""
    lead_office: OfficeId = 0


class CaseAccepted(CaseFacts, frozen=True):
    """The lead office took it on."""


class TaskClaimed(CaseFacts, frozen=True):
    """A post of the lead office took the task."""

    assignee: PostId = 0


class TaskAssigned(CaseFacts, frozen=True):
    """A post was given the task."""

    assignee: PostId = 0
    was: Stood = {}


class AssignmentUndone(CaseFacts, frozen=True):
    """The post that had the case has it again; nothing had followed yet."""

    assignee: PostId | None = None


class CaseTakenUp(CaseFacts, frozen=True):
    """A post of the desk took up what waits to be screened or coordinated."""

    assignee: PostId = 0


class CaseReassigned(CaseFacts, frozen=True):
    """Another office leads."""

    lead_office: OfficeId = 0
    was: Stood = {}


class ReassignmentUndone(CaseFacts, frozen=True):
    """A wrong reassignment that nothing had followed yet; `lead_office` leads again."""

    lead_office: OfficeId | None = None


class CaseReturned(CaseFacts, frozen=True):
    """Not this office's duty: back to the desk, which leads until it designates another."""

    lead_office: OfficeId | None = None


class ConsentAsked(CaseFacts, frozen=True):
    """Before a county office's duty is passed down to a town; the clocks run on."""

    asked_town: OfficeId = 0


class ConsentGiven(CaseFacts, frozen=True):
    """The reassignment that was asked for follows."""

    asked_town: OfficeId = 0


class ConsentDeclined(CaseFacts, frozen=True):
    """The case stays."""

    asked_town: OfficeId | None = None


class ConsentWithdrawn(CaseFacts, frozen=True):
    """By who asked, or a coordinator."""

    asked_town: OfficeId | None = None


class NoteAdded(CaseFacts, frozen=True):
    """A post wrote a note 备注 for the others."""


class SupplementTaken(CaseFacts, frozen=True):
    """The desk took down words that the reporter added unasked."""


class ReporterAsked(CaseFacts, frozen=True):
    """The clock stands still."""


class ReporterReplied(CaseFacts, frozen=True):
    """The answer to the question; the clock goes on."""


class ReporterSupplemented(CaseFacts, frozen=True):
    """Words that the reporter adds unasked, or to a question that had lapsed: no state and no clock moves."""


class QuestionLapsed(CaseFacts, frozen=True):
    """No reply within the county's reply days: back to the handler, the clock goes on."""


class ExtensionAsked(CaseFacts, frozen=True):
    """Before the due time, at most twice, a petition once."""

    extension: Budget = ""


class ExtensionGranted(CaseFacts, frozen=True):
    """Decided above, the second one level higher; the reporter is told the reason."""

    extension: Budget = ""


class ExtensionRefused(CaseFacts, frozen=True):
    """The date stays."""


class CaseParked(CaseFacts, frozen=True):
    """It can't be done now; the clock stands still until a day of review."""

    ground: Code = ""
    review_on: Day = ""


class CaseUnparked(CaseFacts, frozen=True):
    """The hindrance is gone."""


class ParkingReviewed(CaseFacts, frozen=True):
    """The day of review came: back to the office, the clock goes on."""


class TimeLimitOverridden(CaseFacts, frozen=True):
    """The county set another finish budget."""

    budget: Budget = ""
    was: Stood = {}


class OverrideUndone(CaseFacts, frozen=True):
    """The budget before counts again; nothing had followed yet."""

    budget: Budget = ""


class UrgedFacts(CaseFacts, frozen=True):
    """Who had the case when it was asked after."""

    lead_office: OfficeId | None = None
    assignee: PostId | None = None


class CaseUrged(UrgedFacts, frozen=True):
    """By coordinator or dispatcher."""


class ReporterUrged(UrgedFacts, frozen=True):
    """By the reporter, once the promised date has passed."""


class CaseAnswered(CaseFacts, frozen=True):
    """The clock stops, the verdict time begins."""


class VerdictFacts(CaseFacts, frozen=True):
    """`satisfied`: 1 to 5. `joined_case`: the case whose reporter judges, where that is joined to this one. `reason`:
    why it isn't solved, one of a few.
    """

    solved: bool | None = None
    satisfied: int | None = None
    joined_case: CaseId = 0
    reason: Code = ""


class VerdictSolved(VerdictFacts, frozen=True):
    """Closes the case."""


class VerdictUnsolved(VerdictFacts, frozen=True):
    """Back to the office once, then to the coordinator."""


class VerdictLapsed(CaseFacts, frozen=True):
    """Closes the case and says so."""


class VerdictLookedAt(CaseFacts, frozen=True):
    """A post of the desk looked at an unhappy verdict and wrote what came of it."""


class CaseClosed(CaseFacts, frozen=True):
    """By the coordinator with a lawful ground."""


class CaseReopened(CaseFacts, frozen=True):
    """An ended case goes back to its office with new clocks."""


class CaseWithdrawn(CaseFacts, frozen=True):
    """By the reporter, or by a clerk at the reporter's word."""


class CaseReferredOut(CaseFacts, frozen=True):
    """Handed over to who is competent by law."""

    referred: bool = False


class EmergencyNumberTold(CaseFacts, frozen=True):
    """Somebody told 110, 119, 120 or 122; the case goes on."""

    number: Code = ""


class CaseJoined(CaseFacts, frozen=True):
    """The matter is carried by another case. `came_along`: what had been joined to this one."""

    carrier: CaseId = 0
    came_along: list[CaseId] = []
    was: Stood = {}


class CaseSeparated(CaseFacts, frozen=True):
    """It wasn't the same: the case stands as before, with what had come along."""

    came_along: list[CaseId] = []


class JoinedReporterJudged(CaseFacts, frozen=True):
    """The reporter of a joined case judges the answer to the one that carries it. `satisfied`: 1 to 5. `reason`: why it
    isn't solved, one of a few.
    """

    solved: bool | None = None
    satisfied: int | None = None
    carrier: CaseId = 0
    reason: Code = ""


class ReportsFacts(CaseFacts, frozen=True):
    """`reports`: how many the case carries now, its own among them."""

    joined_case: CaseId = 0
    reports: Count = 0


class ReportsAdded(ReportsFacts, frozen=True):
    """Another case was joined to this one."""


class ReportsRemoved(ReportsFacts, frozen=True):
    """A joined case was separated."""


class AssistFacts(CaseFacts, frozen=True):
    """A task beside the main one, and the office that assists."""

    task: TaskId = 0
    assisting_office: OfficeId | None = None


class AssistTaskOpened(AssistFacts, frozen=True):
    """An office besides the lead has a part of the matter, with budgets of its own."""

    accept_budget: Budget = ""
    finish_budget: Budget = ""


class AssistTaskAccepted(AssistFacts, frozen=True):
    """The assisting office signed for its part."""


class AssistClockMoved(AssistFacts, frozen=True):
    """The clocks of the part alone moved: `move` is a kind of deadline entry, `budget` what it carries."""

    move: Code = ""
    budget: Budget = ""


class AssistTaskAssigned(AssistFacts, frozen=True):
    """A post of the assisting office was given the part, or nobody has it any more."""

    assignee: PostId | None = None


class AssistExtensionAsked(AssistFacts, frozen=True):
    """The assisting office asks for more time for its part."""

    extension: Budget = ""


class AssistExtensionRefused(AssistFacts, frozen=True):
    """The part keeps its date."""

    extension: Budget = ""


class AssistTaskEnded(AssistFacts, frozen=True):
    """The part is done, or nobody needs it any more."""

    outcome: Code = ""


class PartsLeftOpen(CaseFacts, frozen=True):
    """The lead answers while parts of others go on; the message says why."""

    assisting: list[OfficeId] = []


class ProgressTold(CaseFacts, frozen=True):
    """The reporter reads what has been done and what comes next; the clocks go on."""


class DueTimesMoved(CaseFacts, frozen=True):
    """The calendar changed, and with it what the case was promised."""


class WordsPublished(CaseFacts, frozen=True):
    """By the reporter, the desk or the lead office."""


class WordsWithheld(CaseFacts, frozen=True):
    """Taken back from public view."""


class CaseWordsErased(CaseFacts, frozen=True):
    """At the person's request."""


def facts_of(event: str) -> type[CaseFacts]:
    """The struct of a case's event. Raises KeyError for any other name."""
    return _OF_A_CASE[event]


def _by_reporter(_payload: Told, actor: str) -> bool:
    return actor.startswith("reporter:")


def _after_the_question(payload: Told, _actor: str) -> bool:
    return payload.get("from", "asked") != "asked"


def _of_the_reporter(payload: Told, _actor: str) -> bool:
    return bool(payload.get("by_reporter"))


_LEAD = {"office": "lead_office"}
_TOWN = {"office": "asked_town"}
_DEPUTY = {"for": "in_place_of"}
FORMER_NAMES = (
    FormerName("CaseUrged", ReporterUrged, _by_reporter),
    FormerName("ReporterReplied", ReporterSupplemented, _after_the_question),
    FormerName("NoteAdded", SupplementTaken, _of_the_reporter),
    FormerName("DeskTaskClaimed", CaseTakenUp),
    FormerName("EmergencyHandedOver", EmergencyNumberTold),
)
FORMER_KEYS: dict[type[Facts], dict[str, str]] = {
    **dict.fromkeys((CaseReceived, CaseScreened, CaseReassigned, ReassignmentUndone, CaseReturned), _LEAD),
    **dict.fromkeys((CaseUrged, ReporterUrged), _LEAD),
    **dict.fromkeys((ConsentAsked, ConsentGiven, ConsentDeclined, ConsentWithdrawn), _TOWN),
    **{event: {"joined": "joined_case"} for event in (VerdictSolved, VerdictUnsolved, ReportsAdded, ReportsRemoved)},
    CaseJoined: {"joined_to": "carrier", "with": "came_along"},
    CaseSeparated: {"with": "came_along"},
    JoinedReporterJudged: {"joined_to": "carrier"},
}
"""Entries under an earlier name or key stay as they are: the ledger's hashes are over it. Readers see the present
ones.
"""
_OF_A_CASE = {name: event for name, event in facts.declared().items() if issubclass(event, CaseFacts)}
facts.formerly(names=FORMER_NAMES, keys={event: _DEPUTY | FORMER_KEYS.get(event, {}) for event in _OF_A_CASE.values()})
