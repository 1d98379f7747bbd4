"""Where a post begins, and my tasks 我的任务."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import queries
from liandong.contexts.console.domain import rights
from liandong.contexts.handovers import public as handovers
from liandong.foundation.access import public as access
from liandong.foundation.rooms import public as rooms
from liandong.kernel.actor import Actor

from . import workload
from .frame import export_url_of, post_of


@require_GET
@never_cache
@access.signed_in()
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks of the post, of those for whom it stands in and, below, of its office that nobody has taken; or the
    list behind one figure of its workload.
    """
    actor = access.actor(request)
    shown = workload.figure_of(request)
    waiting = handovers.waiting_handovers(actor, most=handovers.LISTED + 1) if rooms.is_on("handovers") else []
    context: dict[str, object] = {
        "export_url": export_url_of(request.GET, "tasks") if actor.may(rights.WORK_AT_DESK) else "",
        "chips": workload.chips(cases.workload(actor=actor), shown),
        "waiting": queries.listed_handovers(waiting[: handovers.LISTED]),
        "waiting_count": _counted(waiting, handovers.LISTED),
        "has_office": actor.office_id is not None and actor.may(rights.SEE_UNCLAIMED),
        "listed": cases.TASKS_LISTED,
        "post": post_of(actor),
    }
    sections = _in_hand(actor) if shown is None else _behind(actor, shown)
    listed = cases.TASKS_LISTED
    context["is_cut"] = max(len(section.rows) for section in sections) > listed
    context["sections"] = [
        (
            section.name,
            section.heading,
            [cases.listed(row) for row in section.rows[:listed]],
            _counted(section.rows, listed),
        )
        for section in sections
    ]
    return render(request, "console/tasks.html", context)


def _counted(rows: Sequence[object], listed: int) -> str:
    """How many there are, “200+” where there are more than are listed; `rows` has one more then."""
    return f"{listed}+" if len(rows) > listed else str(len(rows))


_LOOKED_FOR = cases.TASKS_LISTED + 1


@dataclass(frozen=True, slots=True)
class Section:
    """One list of my tasks; one row more than is listed where there are more."""

    name: str
    heading: str
    rows: list[cases.CaseRow]


def _in_hand(actor: Actor) -> list[Section]:
    mine, unclaimed = cases.open_tasks(actor=actor, limit=_LOOKED_FOR)
    decisions = cases.awaiting_decision(actor=actor, limit=_LOOKED_FOR)
    takes_up = actor.office_id is not None and actor.may(rights.SEE_UNCLAIMED)
    return [
        *([Section("decisions", gettext("等您决定的"), decisions)] if decisions else []),
        Section("mine", gettext("我在办的"), mine),
        *(
            Section(f"deputy-{absent}", gettext("代理：%(absent)s") % {"absent": names.post(absent)}, rows)
            for absent, rows in cases.deputy_tasks(actor=actor, limit=_LOOKED_FOR).items()
        ),
        *([Section("unclaimed", gettext("本部门待认领"), unclaimed)] if takes_up else []),
    ]


def _behind(actor: Actor, figure: cases.WorkFigure) -> list[Section]:
    rows = cases.workload_cases(actor=actor, figure=figure, limit=_LOOKED_FOR)
    return [Section(figure.value, gettext(workload.FIGURES[figure]), rows)]
