"""Cases whose category a post stood for: the examples that a county's model learns from."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from liandong.contexts.categories import public as categories
from liandong.kernel import time

from .domain.lifecycle import State
from .models import Case, DeadlineEntry, Task


@dataclass(frozen=True, slots=True)
class ConfirmedCase:
    """The category that a post stood for, and whether the case came in the last thirty days."""

    code: str
    is_recent: bool


_RECENT = timedelta(days=30)


def confirmed_cases(limit: int) -> dict[int, ConfirmedCase]:
    """The newest cases whose category a post of this county stood for, by case id.

    The desk screened it, or somebody else than who recorded it signed for it or answered it; what was returned waits
    for its next office. So what came with a source's own history counts only once a post here has done one of these.
    Private and confidential ones, complaints of a post, and withdrawn ones are left out: they teach nothing.
    """
    screened = Task.objects.filter(case_id=OuterRef("pk"), kind=Task.Kind.SCREEN, outcome="replaced")
    recorded = DeadlineEntry.objects.filter(case_id=OuterRef("case_id"), kind=DeadlineEntry.Kind.START)
    signed = DeadlineEntry.objects.filter(
        case_id=OuterRef("pk"),
        kind__in=(DeadlineEntry.Kind.ACCEPT, DeadlineEntry.Kind.STOP),
        actor__startswith="staff:",
    ).exclude(actor__in=recorded.values("actor"))
    signed = signed.exclude(task__kind=Task.Kind.ASSIST)
    confirmed = (Q(accepted_at__isnull=False) | Q(answered_at__isnull=False)) & Exists(signed)
    rows = Case.objects.filter(
        confirmed | Exists(screened), is_private=False, is_confidential=False, complained_staff=None
    )
    open_leaves = [row.code for row in categories.taxonomy().leaves() if not row.is_private]
    rows = rows.filter(category_code__in=open_leaves, queue="").exclude(state=State.WITHDRAWN)
    since = time.now() - _RECENT
    newest = rows.order_by("-received_at", "-id").values_list("id", "category_code", "received_at")[:limit]
    return {case_id: ConfirmedCase(code, received_at >= since) for case_id, code, received_at in newest}
