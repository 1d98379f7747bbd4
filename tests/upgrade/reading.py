"""Reads an installation of an earlier version with the pages and readers of this one: `python -m tests.upgrade.reading
receipts.json`, in its environment. What it finds is JSON on standard output.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import django
import msgspec

django.setup()

from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from liandong.contexts.cases import public as cases  # noqa: E402
from liandong.contexts.console import exporting  # noqa: E402
from liandong.contexts.intake import public as intake  # noqa: E402
from liandong.contexts.intake.story import Story  # noqa: E402
from liandong.contexts.intake.web.progress import steps  # noqa: E402
from liandong.contexts.notifications.models import Notification  # noqa: E402
from liandong.foundation import facts  # noqa: E402
from liandong.foundation.access.models import Staff  # noqa: E402
from liandong.foundation.events import public as events  # noqa: E402
from liandong.foundation.events.models import DeadLetter, Event, Retry  # noqa: E402
from liandong.foundation.ledger import public as ledger  # noqa: E402
from liandong.foundation.ledger.models import Entry  # noqa: E402
from liandong.foundation.orgs import public as orgs  # noqa: E402
from tests import county  # noqa: E402

Receipts = Mapping[str, Mapping[str, Any]]
_SAID_OTHERWISE = {"bound", "by_reporter"}
"""Keys that no struct has: what was done to rows, and what is an event's name now."""
_SHORT = ("urged", "replied")


def read(receipts: Receipts) -> dict[str, Any]:
    setup_test_environment()
    last = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    entries = [row for stream in _streams() for row in ledger.entries(stream) if row.id <= last]
    before = {"waited": sorted(set(Event.objects.values_list("type", flat=True)))}
    return {
        **before,
        **_told_by(entries),
        **_seen_by_the_reporter(receipts),
        **_seen_by_the_desk(receipts),
        "undone": _undone(receipts),
        **_handed_on(receipts),
    }


def _streams() -> Iterator[tuple[str, int]]:
    yield from Entry.objects.order_by("stream_kind", "stream_id").values_list("stream_kind", "stream_id").distinct()


def _told_by(entries: list[ledger.EntryRow]) -> dict[str, Any]:
    lost = []
    for row in entries:
        event = type(row.facts)
        keys = facts.former_keys(event)
        known = {field.encode_name for field in msgspec.structs.fields(event)}
        lost += [(row.action, key) for key in row.payload if keys.get(key, key) not in known | _SAID_OTHERWISE]
        told = facts.payload_of(row.facts)
        lost += [
            (row.action, key, value)
            for key, value in row.payload.items()
            if value and key not in _SAID_OTHERWISE and told.get(keys.get(key, key)) != value
        ]
    return {
        "unknown": sorted({row.action for row in entries if isinstance(row.facts, facts.UnknownFacts)}),
        "lost": lost,
        "renamed": sorted({(row.action, row.event) for row in entries if row.action != row.event}),
        "kept": sorted({row.action for row in entries if row.action == row.event}),
    }


def _seen_by_the_reporter(receipts: Receipts) -> dict[str, Any]:
    client = Client()
    seen = {}
    told = {}
    for name, each in receipts.items():
        printed = [each["number"], each["code"]]
        document = client.get(reverse("intake:receipt_document", args=printed))
        shown = client.get(reverse("intake:receipt", args=printed))
        seen[name] = {"status": shown.status_code, "document": document.json()}
        opened = intake.open_receipt(number=each["number"], code=each["code"])
        told[name] = [step.title for step in steps(Story.of(opened), {})]
    script, key = (client.get(f"/verify/{name}").content.decode() for name in ("verify_receipt.py", "ledger.pub.pem"))
    return {"receipts": seen, "steps": told, "script": script, "key": key}


def _seen_by_the_desk(receipts: Receipts) -> dict[str, Any]:
    client = Client()
    client.force_login(Staff.objects.get(username="coordinator"))
    coordinator = county.post("coordinator")
    pages, timelines = {}, {}
    for name, each in receipts.items():
        pages[name] = client.get(reverse("console:case", args=[each["number"]])).status_code
        lines = cases.timeline(cases.find(each["case"]))
        timelines[name] = [{"what": row.what, "who": row.who, "detail": row.detail} for row in lines]
    listing = exporting.filtered(
        actor=coordinator,
        name="square",
        scope=cases.Scope.COUNTY,
        filters=cases.Filters(openness=cases.Openness.ALL),
        sort=next(iter(cases.Sort)),
    )
    exporting.export(actor=coordinator, listing=listing).close()
    return {
        "pages": pages,
        "timelines": timelines,
        "untold": sorted({row["what"] for row in chain(*timelines.values()) if row["what"].isascii()}),
        "exported": listing.count.number,
    }


def _handed_on(receipts: Receipts) -> dict[str, Any]:
    while events.drain():
        pass
    case_id = receipts["waiting"]["case"]
    told = Counter(Notification.objects.filter(case_id=case_id, kind__in=_SHORT).values_list("kind", "key").distinct())
    return {
        "left": {
            "events": Event.objects.count(),
            "retries": Retry.objects.count(),
            "dead": DeadLetter.objects.count(),
        },
        "told": dict(sorted(Counter(kind for kind, _ in told).items(), reverse=True)),
    }


def _undone(receipts: Receipts) -> dict[str, list[Any]]:
    coordinator, clerk, town = (county.post(name) for name in ("coordinator", "clerk", "town_a"))
    case = {name: each["case"] for name, each in receipts.items()}
    offices = {row.id: row.code for row in orgs.organisation().offices.values()}
    posts = dict(Staff.objects.values_list("id", "username"))
    moved = cases.undo_reassignment(actor=coordinator, case_id=case["to_undo"], text="派错了。")
    given = cases.undo_assignment(actor=coordinator, case_id=case["to_unassign"], text="原岗位继续。")
    limit = cases.undo_override(actor=coordinator, case_id=case["to_give_back"], text="恢复原时限。")
    apart = cases.separate_case(actor=clerk, case_id=case["to_separate"], text="不是同一件事。")
    agreed = cases.give_consent(actor=town, case_id=case["to_consent"], text="同意。")
    opened = intake.open_receipt(number=receipts["to_reply"]["number"], code=receipts["to_reply"]["code"])
    replied = intake.reply(receipt=opened, text="在桥头。")
    return {
        "to_undo": [moved.state, offices[moved.office_id or 0]],
        "to_unassign": [given.state, posts[given.assignee_id or 0]],
        "to_give_back": [limit.state, limit.finish_budget],
        "to_separate": [apart.state, apart.joined_to_id],
        "to_consent": [agreed.state, offices[agreed.office_id or 0]],
        "to_reply": [replied.state, replied.question_lapsed_at],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(json.loads(Path(sys.argv[1]).read_text())), ensure_ascii=False, default=str))
