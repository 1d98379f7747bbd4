"""Runs are led along with what happens to their cases; idempotent: a run knows the version it has followed to."""

from collections.abc import Sequence

from liandong.contexts.cases import public as cases
from liandong.foundation.events import public as events

from .queries import followed
from .runs import Step, follow

ACTION_OF = {line.event: action for action, line in cases.LIFECYCLE.items() if line.to is not None}
"""Events that lead a case from state to state, with the action that each tells of."""


@events.subscribe(*(line.event for line in cases.LIFECYCLE.values()))
def follow_cases(batch: Sequence[events.EventRow]) -> None:
    """Only cases that have a run: for all others this is one look-up a batch."""
    steps: dict[int, list[Step]] = {case_id: [] for case_id in followed(sorted({each.stream.id for each in batch}))}
    for event in batch:
        if event.stream.id not in steps or event.type not in ACTION_OF:
            continue
        facts = event.facts
        if isinstance(facts, cases.CaseFacts) and facts.to_state:
            steps[event.stream.id].append((ACTION_OF[event.type], cases.State(facts.to_state)))
    for case_id, taken in steps.items():
        follow(case_id, taken)
