"""Door of cases 事件: what intake drafts, what desks and reporters do, what lists show."""

from .clocks import explain, time_left
from .commands import (
    accept_case,
    add_note,
    answer_case,
    ask_reporter,
    assign_task,
    claim_task,
    close_case,
    import_taxonomy,
    lapse_verdict,
    reassign_case,
    record_reply,
    record_verdict,
    refer_out,
    reopen_case,
    screen_case,
    withdraw_case,
)
from .domain.lifecycle import ACTION_NAMES, ENDED, OPEN, STATE_NAMES, Action, State
from .domain.light import Light
from .domain.taxonomy import CategoryRow, Taxonomy, from_document
from .draft import CaseDraft, Life, Matter, draft_case
from .listing import Count, Filters, Openness, Page, Sort, count_cases, list_cases, newer_than
from .models import Scope
from .near import NearRow, near_by, near_cell
from .queries import (
    CaseRow,
    DeadlineRow,
    MessageRow,
    TaskRow,
    assignable_posts,
    deadline_entries,
    find,
    messages,
    open_tasks,
    possible_actions,
    propose_category,
    tasks,
    taxonomy,
    visible_case,
)

__all__ = [
    "ACTION_NAMES", "ENDED", "OPEN", "STATE_NAMES", "Action", "CaseDraft", "CaseRow", "CategoryRow", "Count",
    "DeadlineRow", "Filters", "Life", "Light", "Matter", "MessageRow", "NearRow", "Openness", "Page", "Scope", "Sort", "State",
    "TaskRow", "Taxonomy", "accept_case", "add_note", "answer_case", "ask_reporter", "assignable_posts", "assign_task", "claim_task",
    "close_case", "count_cases", "deadline_entries", "draft_case", "explain", "find", "from_document", "import_taxonomy",
    "lapse_verdict", "list_cases", "messages", "near_by", "near_cell", "newer_than", "open_tasks", "possible_actions", "propose_category",
    "reassign_case", "record_reply", "record_verdict", "refer_out", "reopen_case", "screen_case", "tasks", "taxonomy", "time_left",
    "visible_case", "withdraw_case",
]  # fmt: skip
