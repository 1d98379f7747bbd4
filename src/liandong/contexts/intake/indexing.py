"""The words of old cases follow a new way of masking and cutting them: what a case's first report says is read anew."""

from django.db.models import Min

from liandong.contexts.cases import public as cases
from liandong.foundation.registers.public import Indexed, Taken, index_anew

from .models import Report
from .publishing import nameless, reporters_of

INDEX = "cases"
STEP = 200
"""Cases of one transaction."""


def go_on() -> Indexed:
    """Goes on for a second. A case that somebody is at work on is met again."""
    return index_anew(name=INDEX, step=_step)


def _step(behind: int) -> Taken:
    """Cases are held before their reports are read: what is erased meanwhile doesn't come back. Where a contact was
    erased the words stay as they were cut when it was known.
    """
    held = cases.hold_for_words(behind=behind, most=STEP)
    of_case = Report.objects.filter(case_id__in=held.titles, erased_at=None)
    first = of_case.values("case_id").annotate(first=Min("id")).values("first")
    said = Report.objects.filter(pk__in=first).values_list("case_id", "address", "text")
    said = said.exclude(case_id__in=nameless(held.titles))
    reporters = reporters_of(held.titles)
    cases.write_words(
        cases.WordedCase(case_id, held.titles[case_id], address, text, reporters[case_id])
        for case_id, address, text in said
    )
    return Taken(max(held.titles, default=behind), len(held.titles), held.is_last)
