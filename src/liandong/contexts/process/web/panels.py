"""What process shows on the page of a case."""

from collections.abc import Mapping

from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.process import public as process
from liandong.foundation.rooms import public as rooms


def drawing(look: rooms.Look[cases.CaseRow]) -> Mapping[str, object]:
    """The drawing with the live position, and in words what can come next."""
    shown = process.case_process(row=look.row, english=cases.names.is_english())
    steps = shown.next_steps
    return {
        "shown": shown,
        "state": cases.names.state(shown.state),
        "next_steps": [(gettext(cases.ACTION_NAMES[step.action]), cases.names.state(step.to)) for step in steps],
    }
