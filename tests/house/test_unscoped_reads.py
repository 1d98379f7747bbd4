"""Tables are read in the files named here, each with `visible_to` or for what has no scope; never in a view."""

import re
from pathlib import Path

from tests.house.writers import FACES

CONTEXTS = Path(__file__).resolve().parents[2] / "src" / "liandong" / "contexts"
READ = re.compile(r"\b[A-Z]\w+\.objects\b")
MAY_READ = {
    "cases": {
        "actions/answering", "actions/assisting", "actions/joining", "actions/judging", "actions/publishing",
        "actions/screening", "actions/undoing", "attachments", "change", "clocks/refreshing",
        "confirmed", "erasing", "filling/calendar", "filling/columns", "filling/holding", "filling/undo", "indexing",
        "involving", "jobs", "lists/candidates", "lists/listing",
        "lists/near", "lists/past", "lists/queues", "lists/searching", "lists/tasks", "lists/workload", "queries",
    },
    "categories": {"commands", "queries"},
    "batches": {"commands", "filling", "queries"},
    "opening": {"commands", "queries"},
    "handovers": {"commands", "queries"},
    "joint": {"commands", "queries"},
    "intake": {
        "calls/commands", "calls/queries", "commands", "contact_lists", "erasure", "indexing", "phone_keys",
        "publishing", "queries", "receipts",
    },
    "notifications": {"commands", "filling", "messages_of_before", "outbox", "queries", "telling"},
    "process": {"commands", "queries", "runs"},
}  # fmt: skip


def test_no_view_or_api_reads_tables_by_itself() -> None:
    reading = {
        path.relative_to(CONTEXTS).with_suffix("").as_posix()
        for path in CONTEXTS.rglob("*.py")
        if "migrations" not in path.parts and READ.search(path.read_text("utf-8"))
    }
    assert reading == {f"{room}/{name}" for room, names in MAY_READ.items() for name in names}


def test_no_view_or_api_is_named_among_those_that_may() -> None:
    assert not {part for names in MAY_READ.values() for name in names for part in name.split("/")} & FACES
