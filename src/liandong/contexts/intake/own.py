"""Posts report what they find themselves 我上报的: they are its reporters, by their account instead of a code."""

from dataclasses import dataclass

from django.urls import reverse

from liandong.contexts.cases import public as cases
from liandong.kernel.actor import Actor

from .queries import cases_reported_by

ROWS = 50
_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report of the post's own, as its list shows it."""

    report_id: int
    matter: cases.Matter

    @property
    def waits_for_reply(self) -> bool:
        return self.matter.is_asked

    @property
    def waits_for_verdict(self) -> bool:
        return self.matter.awaits_verdict and not self.matter.is_judged_by_own


def own_reports(*, actor: Actor, before: int | None = None) -> tuple[list[OwnReport], int | None]:
    """A page of them, the newest first, and the report below which the next page begins. What complains of the post is
    left out.
    """
    found = cases_reported_by(actor.id, before=before, limit=ROWS + 1) if actor.kind == "staff" else []
    matters = cases.matters_of(cases.rows_of([case_id for _, case_id in found[:ROWS]]).values())
    rows = [OwnReport(report_id, matters[case_id]) for report_id, case_id in found[:ROWS]]
    shown = [row for row in rows if not cases.is_complained_of(row.matter.own, actor)]
    return shown, found[ROWS - 1][0] if len(found) > ROWS else None


def own_going_on(*, actor: Actor) -> int:
    """How many of what the post reported itself, of the last thousand, haven't ended."""
    found = cases_reported_by(actor.id, before=None, limit=_COUNTED) if actor.kind == "staff" else []
    return cases.count_going_on([case_id for _, case_id in found], actor=actor) if found else 0


def own_address(number: str) -> str:
    """The page where the post reads and does what a reporter may."""
    return reverse("intake:own", args=[number])
