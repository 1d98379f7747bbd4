"""Events are structs of their rooms; what they are called and hold is a decision that shows."""

import ast
from collections.abc import Iterator

import msgspec

from liandong.contexts.cases.domain.actions import LIFECYCLE, Action
from liandong.contexts.cases.domain.events import facts_of
from liandong.foundation import facts
from tests.house import writers
from tests.house.fences import graph, rooms
from tools import events

WRITE_NAMES = {
    "liandong.foundation.events.commands": "the door of event rows",
    "liandong.foundation.ledger.adoption": "entries of the ledger itself",
    "liandong.foundation.ledger.bound": "entries of the ledger itself",
    "liandong.foundation.ledger.commands": "the door of the ledger",
    "liandong.contexts.intake.commands": "reports of a batch, in one statement with their rows",
}


def test_the_page_of_events_is_as_the_code_has_it() -> None:
    """A difference is a decision: what is hashed is for ever. `.venv/bin/python tools/events.py write` prints it."""
    assert events.PAGE.read_text("utf-8") == events.page()


def test_an_action_has_an_event_of_its_own() -> None:
    taken: dict[str, list[Action]] = {}
    for action, line in LIFECYCLE.items():
        taken.setdefault(line.event, []).append(action)
        facts_of(line.event)
    assert {event: actions for event, actions in taken.items() if len(actions) > 1} == {}


def test_every_field_has_a_default_for_older_data_that_lacks_it() -> None:
    for event in facts.declared().values():
        for field in msgspec.structs.fields(event):
            assert not field.required, (event, field.name)
        assert facts.read(event.__name__, {}) == event()


def test_an_event_tells_when_it_happens() -> None:
    assert [name for name, event in facts.declared().items() if not event.__doc__] == []


def test_ledger_and_event_rows_are_written_from_structs_only() -> None:
    found = set(_writing_by_name())
    assert found - set(WRITE_NAMES) == set()
    assert set(WRITE_NAMES) - found == set()


def test_no_earlier_name_is_written_again() -> None:
    names = set(facts.former_names())
    stood_for_two = {"CaseUrged", "ReporterReplied", "NoteAdded"}
    assert names & set(facts.declared()) == stood_for_two
    for name in names:
        for former in facts.former_names()[name]:
            written = former.now(actor="reporter:1") if name in stood_for_two else former.now()
            assert facts.name_now(written.event, facts.payload_of(written), "staff:1") == written.event


def _writing_by_name() -> Iterator[str]:
    """Modules that make entries or event rows of a name and a payload of their own."""
    for module in (module for room in rooms(graph()) for module in graph().find_descendants(room)):
        for call in (node for node in ast.walk(writers.tree_of(module)) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func).split(".")[-1]
            if name in {"NewEntry", "NewEvent"} or (name == "append" and "action" in _named(call)):
                yield module


def _named(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg}
