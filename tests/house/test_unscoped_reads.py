"""Cases are read through `visible_to` outside the room's own models, queries, listing and commands."""

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "liandong"
READ = re.compile(r"\b[A-Z]\w+\.objects\b")
MAY_READ = {
    "models.py",
    "queries.py",
    "listing.py",
    "near.py",
    "workload.py",
    "handovers.py",
    "contact_lists.py",
    "phone_keys.py",
    "commands.py",
    "change.py",
    "joining.py",
    "same.py",
    "recomputing.py",
    "indexing.py",
    "queues.py",
    "publishing.py",
    "searching.py",
    "batches.py",
    "runs.py",
    "jobs.py",
    "receipts.py",
    "photos.py",
    "erasure.py",
    "telling.py",
    "outbox.py",
}


def test_no_view_or_api_reads_tables_by_itself() -> None:
    offenders = [
        f"{path.relative_to(SOURCE)}: {match.group()}"
        for path in (SOURCE / "contexts").rglob("*.py")
        if path.name not in MAY_READ and "migrations" not in path.parts
        for match in READ.finditer(path.read_text("utf-8"))
    ]
    assert offenders == []
