"""Several people at one case at the same moment: one wins, the others are told, nothing is lost or half done."""

from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import transaction

from liandong.contexts.cases import change, jobs
from liandong.contexts.cases import public as cases
from liandong.contexts.cases.actions import recomputing
from liandong.contexts.cases.models import Case
from liandong.contexts.cases.public import State
from liandong.foundation.events.models import Event
from liandong.foundation.jobs.public import work_off
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Busy, Conflict, TooMany
from tests import county
from tests.contexts.cases.acting import case_in, reporter

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def monday():
    with time.at(county.MONDAY):
        yield


def chain(row: cases.CaseRow) -> list[str]:
    """The actions of a case's ledger, which must hang together."""
    entries = ledger.entries(("case", row.id))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    previous = bytes(32)
    for entry in entries:
        assert entry.hash == ledger.entry_hash(
            previous, entry.stream, entry.seq, entry.at, entry.actor, entry.action, entry.payload
        )
        previous = entry.hash
    return [entry.action for entry in entries]


def test_of_two_who_claim_the_same_version_one_wins_and_the_other_is_told() -> None:
    row = county.receive()
    hud1, hud2 = county.post("hud1"), county.post("hud2")
    outcomes = county.together(
        *(lambda post=post: cases.claim_task(actor=post, case_id=row.id, version=row.version) for post in (hud1, hud2))
    )
    (won,) = [each for each in outcomes if isinstance(each, cases.CaseRow)]
    (lost,) = [each for each in outcomes if not isinstance(each, cases.CaseRow)]
    assert isinstance(lost, Conflict)
    assert cases.find(row.id) == won
    assert won.version == 2
    assert chain(row) == ["CaseReceived", "TaskClaimed"]
    assert Event.objects.filter(type="TaskClaimed").count() == 1
    assert [task.assignee_id for task in cases.tasks(row.id)] == [won.assignee_id]


def test_an_answer_on_an_older_version_overwrites_nothing() -> None:
    row = case_in(State.HANDLING)
    cases.add_note(actor=county.post("hud2"), case_id=row.id, text="材料已到")
    with pytest.raises(Conflict):
        cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补", version=row.version)
    assert [message.kind for message in cases.messages(row.id)] == ["note"]


def test_all_notes_written_at_once_are_kept_in_one_unbroken_chain() -> None:
    row = county.receive()
    posts = [county.post(name) for name in ("hud1", "hud2", "clerk", "coordinator", "town_a", "grid_a1")]
    outcomes = county.together(
        *(lambda post=post: cases.add_note(actor=post, case_id=row.id, text=post.label) for post in posts)
    )
    assert sorted(each.version for each in outcomes) == [2, 3, 4, 5, 6, 7]
    assert {message.text for message in cases.messages(row.id)} == {post.label for post in posts}
    assert chain(row) == ["CaseReceived"] + ["NoteAdded"] * 6


def test_a_withdrawal_and_an_answer_at_once_leave_one_outcome() -> None:
    row = case_in(State.HANDLING)
    outcomes = county.together(
        lambda: cases.answer_case(actor=county.post("hud1"), case_id=row.id, text="已修补"),
        lambda: cases.withdraw_case(actor=reporter(row), case_id=row.id),
    )
    (won,) = [each for each in outcomes if isinstance(each, cases.CaseRow)]
    assert sum(isinstance(each, Conflict) for each in outcomes) == 1
    assert won.state in (State.ANSWERED, State.WITHDRAWN)
    assert len(chain(row)) == 2


def test_a_verdict_in_the_last_moment_and_the_lapse_close_the_case_once() -> None:
    row = case_in(State.ANSWERED)
    with time.at(row.verdict_due_at):
        outcomes = county.together(
            lambda: cases.record_verdict(actor=reporter(row), case_id=row.id, solved=True),
            jobs.close_unjudged,
        )
    assert all(each is None or isinstance(each, cases.CaseRow | Conflict) for each in outcomes)
    assert cases.find(row.id).state == State.CLOSED
    assert len(chain(row)) == 2


def test_who_waits_too_long_for_a_case_is_told_to_try_again(monkeypatch) -> None:
    monkeypatch.setattr(change, "LOCK_TIMEOUT_S", 0.05)
    row = county.receive()
    held, tried = Signal(), Signal()

    def hold() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=row.id)
            held.set()
            tried.wait(10)

    def act() -> cases.CaseRow:
        held.wait(10)
        try:
            return cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看")
        finally:
            tried.set()

    _, outcome = county.together(hold, act)
    assert isinstance(outcome, Busy)
    assert cases.find(row.id) == row
    assert cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看").version == 2


def test_a_command_that_fails_late_leaves_nothing_behind(monkeypatch) -> None:
    row = county.receive()

    def fail(*_: object) -> None:
        raise Conflict

    monkeypatch.setattr("liandong.foundation.events.commands.publish_many", fail)
    with pytest.raises(Conflict):
        cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看")
    assert cases.find(row.id) == row
    assert cases.messages(row.id) == []
    assert chain(row) == ["CaseReceived"]


def test_while_due_times_are_recomputed_every_other_case_can_be_worked_on(monkeypatch) -> None:
    rows = first, _ = county.receive(), county.receive("另一件：路面坑洞")
    Case.objects.update(finish_budget="4wd")  # as if the calendar had moved both
    with time.at(county.MONDAY - timedelta(minutes=1)):
        recomputing.order_recomputation()
    noted: list[object] = []
    recompute = recomputing.recompute_case

    def while_others_work(*, case_id: int) -> None:
        recompute(case_id=case_id)
        work = [
            lambda row=row: cases.add_note(actor=county.post("hud1"), case_id=row.id, text="已查看") for row in rows
        ]
        noted.extend(county.together(*work))

    monkeypatch.setattr(change, "LOCK_TIMEOUT_S", 0.2)
    monkeypatch.setattr(recomputing, "recompute_case", while_others_work)
    work_off()
    assert [type(each) for each in noted] == [cases.CaseRow] * 4
    assert chain(first)[:2] == ["CaseReceived", "DueTimesMoved"]
    moves = [[e.action for e in ledger.entries(("case", row.id)) if "due_at" in e.payload] for row in rows]
    assert moves == [["DueTimesMoved"], ["NoteAdded"]]  # what was done before the walk came by says so itself


def test_many_searches_of_a_post_at_once_are_no_way_past_sixty() -> None:
    hud1 = county.post("hud1")

    def search(words: str) -> cases.Filters:
        return cases.search(actor=hud1, scope=cases.Scope.OFFICE, filters=cases.Filters(text=words))

    for number in range(58):
        search(f"词{number}")
    outcomes = county.together(*(lambda words=f"同时{number}": search(words) for number in range(8)))
    assert sum(isinstance(each, cases.Filters) for each in outcomes) == 2
    assert sum(isinstance(each, TooMany) for each in outcomes) == 6
