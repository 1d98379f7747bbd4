"""The version before keeps nowhere how a case stood (`models.Undo`): where it assigned, reassigned, set a time limit or
joined while it ran beside this one, or after a county went back to it, the rows are made of what the ledger tells.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from liandong.contexts.cases.domain.events import CaseJoined, CaseReassigned, TaskAssigned, TimeLimitOverridden
from liandong.contexts.cases.domain.lifecycle import State
from liandong.contexts.cases.domain.undo import (
    Before,
    BeforeAssignment,
    BeforeJoining,
    BeforeOverride,
    BeforeReassignment,
)
from liandong.contexts.cases.models import Case, Undo
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM
from liandong.kernel.errors import Busy

from .holding import held

_JOINED = CaseJoined.__name__
_KINDS: Mapping[str, type[Before]] = {
    CaseReassigned.__name__: BeforeReassignment,
    TaskAssigned.__name__: BeforeAssignment,
    TimeLimitOverridden.__name__: BeforeOverride,
}
_COLUMNS = {"office": "office_id", "assignee": "assignee_id"}


def lacking() -> QuerySet[Case]:
    """Joined cases, and those whose last change can be taken back, of which no row says how they stood before it."""
    own = Undo.objects.filter(pk=OuterRef("pk"))
    joinings = ledger.telling("case", {_JOINED}).filter(stream_id=OuterRef("pk"))
    of_an_earlier_one = Exists(joinings.filter(seq__gt=OuterRef("version")))
    changes = ledger.telling("case", _KINDS).filter(stream_id=OuterRef("pk"), seq=OuterRef("version"))
    is_joined = Q(joined_to__isnull=False, state=State.JOINED)
    kept_joining = Exists(own.filter(~of_an_earlier_one, what=BeforeJoining.what))
    kept_change = Exists(own.filter(version=OuterRef("version")))
    return Case.objects.filter(
        (is_joined & Exists(joinings) & ~kept_joining)
        | (Q(undo_version=F("version")) & ~is_joined & Exists(changes) & ~kept_change)
    )


def fill(keys: Collection[Any]) -> None:
    """Makes the rows of these cases. Raises Busy where somebody is at work on one, and while the ledger adopts rows: it
    binds these only behind them.
    """
    if ledger.has_rows_to_adopt():
        raise Busy
    found = {row.pk: row for row in held(keys)}
    cases = {pk: found[pk] for pk in lacking().filter(pk__in=keys).values_list("pk", flat=True)}
    for made in (*_joined(cases), *_changed(cases)):
        Undo.objects.filter(pk=made.pk).delete()
        made.save(force_insert=True)
    ledger.bind_rows(actor=SYSTEM)


def _joined(cases: Mapping[int, Case]) -> Iterator[Undo]:
    """As they stood when they were joined last. They hang under the case they were joined to then; where that one has
    begun again since, under the one that carries the matter.
    """
    told = {
        entry.stream.id: (entry.seq, entry.facts)
        for entry in ledger.entries_of("case", cases, {_JOINED})
        if isinstance(entry.facts, CaseJoined) and cases[entry.stream.id].state == State.JOINED
    }
    carriers = {facts.carrier for _, facts in told.values()}
    still = set(Case.objects.filter(pk__in=carriers, state=State.JOINED).values_list("pk", flat=True))
    for pk, (seq, facts) in told.items():
        under = facts.carrier if facts.carrier in still else cases[pk].joined_to_id
        yield _row(pk, seq, BeforeJoining, facts.was, under)


def _changed(cases: Mapping[int, Case]) -> Iterator[Undo]:
    for entry in ledger.entries_of("case", cases, _KINDS):
        case = cases[entry.stream.id]
        facts = entry.facts
        if (
            isinstance(facts, CaseReassigned | TaskAssigned | TimeLimitOverridden)
            and entry.seq == case.version
            and case.state != State.JOINED
        ):
            was = {_COLUMNS.get(name, name): value for name, value in facts.was.items()}
            yield _row(case.pk, entry.seq, _KINDS[entry.event], {"state": facts.from_state} | was)


def _row(pk: int, version: int, kind: type[Before], was: object, under: int | None = None) -> Undo:
    before = msgspec.to_builtins(msgspec.convert(was, kind))
    return Undo(case_id=pk, version=version, what=kind.what.value, before=before, joined_to_id=under)
