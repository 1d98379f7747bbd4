"""What an event tells is read by its present name and keys, whatever the data is from."""

import msgspec
import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.domain import events as told
from liandong.foundation import facts

BETWEEN = {"from": "handling", "to": "handling"}


@pytest.mark.parametrize(
    ("name", "payload", "actor", "now"),
    [
        ("CaseUrged", {"office": 3, "assignee": 7}, "staff:2", told.CaseUrged(lead_office=3, assignee=7)),
        ("CaseUrged", {"office": 3, "assignee": None}, "reporter:9", told.ReporterUrged(lead_office=3)),
        (
            "ReporterReplied",
            {"from": "asked", "to": "handling", "message": 5},
            "reporter:9",
            told.ReporterReplied(from_state="asked", to_state="handling", message=5),
        ),
        (
            "ReporterReplied",
            {**BETWEEN, "message": 5},
            "staff:2",
            told.ReporterSupplemented(from_state="handling", to_state="handling", message=5),
        ),
        ("NoteAdded", {"message": 5}, "staff:2", told.NoteAdded(message=5)),
        ("NoteAdded", {"message": 5, "by_reporter": True}, "staff:2", told.SupplementTaken(message=5)),
        ("DeskTaskClaimed", {"assignee": 2}, "staff:2", told.CaseTakenUp(assignee=2)),
        ("EmergencyHandedOver", {"number": "119"}, "staff:2", told.EmergencyNumberTold(number="119")),
        (
            "CaseReassigned",
            {"office": 4, "for": "staff:8"},
            "",
            told.CaseReassigned(lead_office=4, in_place_of="staff:8"),
        ),
        ("CaseReturned", {"office": None}, "", told.CaseReturned(lead_office=None)),
        ("ConsentAsked", {"office": 4}, "", told.ConsentAsked(asked_town=4)),
        ("CaseJoined", {"joined_to": 4, "with": [5, 6]}, "", told.CaseJoined(carrier=4, came_along=[5, 6])),
        ("CaseSeparated", {"with": [5]}, "", told.CaseSeparated(came_along=[5])),
        ("ReportsAdded", {"joined": 4, "reports": 2}, "", told.ReportsAdded(joined_case=4, reports=2)),
        ("VerdictUnsolved", {"solved": False, "joined": 4}, "", told.VerdictUnsolved(solved=False, joined_case=4)),
        (
            "JoinedReporterJudged",
            {"solved": True, "joined_to": 4},
            "",
            told.JoinedReporterJudged(solved=True, carrier=4),
        ),
    ],
)
def test_an_earlier_name_and_earlier_keys_are_read_as_the_present_ones(
    name: str, payload: dict[str, object], actor: str, now: facts.Facts
) -> None:
    assert facts.read(name, payload, actor) == now
    assert facts.name_now(name, payload, actor) == now.event
    assert name in facts.names_of(now.event)


def test_what_is_written_is_read_as_it_was() -> None:
    for event in facts.declared().values():
        asked = {"from_state": "asked"} if issubclass(event, cases.CaseFacts) else {}
        written = event(actor="staff:3", **asked)
        assert facts.read(written.event, facts.payload_of(written), "staff:3") == written


def test_a_key_of_a_later_version_and_one_of_another_shape_are_left_out() -> None:
    read = facts.read("CaseReassigned", {"lead_office": 4, "batch": "no number", "mood": "good", "bound": {}})
    assert read == told.CaseReassigned(lead_office=4)


def test_an_event_that_nobody_declares_is_read_as_unknown() -> None:
    assert facts.read("CaseVanished", {"at": 1}) == facts.UnknownFacts()


def test_what_is_at_its_default_is_not_written() -> None:
    assert facts.payload_of(told.ConsentDeclined(from_state="handling", to_state="handling")) == BETWEEN
    assert facts.payload_of(told.VerdictUnsolved(solved=False)) == {"solved": False}


def test_what_an_event_does_not_say_is_read_as_nothing() -> None:
    """No row, none, no word, no yes: what nobody told is never read as told, and whatever is told gets written."""
    assumed = {
        (event.__name__, field.name): value
        for event in facts.declared().values()
        for field in msgspec.structs.fields(event)
        if (value := field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory())
        and value is not msgspec.NODEFAULT
    }
    assert assumed == {}


def test_an_event_is_told_by_its_own_struct_only() -> None:
    assert issubclass(told.facts_of("CaseUrged"), cases.CaseFacts)
    with pytest.raises(KeyError):
        told.facts_of("ListExported")
    with pytest.raises(ValueError, match="two events are named CaseUrged"):
        type("CaseUrged", (cases.CaseFacts,), {})
