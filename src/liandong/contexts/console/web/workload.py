"""My workload 我的工作量: a post's own figures, each with its list; open cases by office for who dispatches."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import Chip
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .frame import post_of

FIGURES = {
    cases.WorkFigure.RED: "已超期",
    cases.WorkFigure.YELLOW: "将到期",
    cases.WorkFigure.GREEN: "正常",
    cases.WorkFigure.NONE: "无时限",
    cases.WorkFigure.TODAY: "今日到期",
    cases.WorkFigure.WEEK: "本周到期",
    cases.WorkFigure.DISPATCHED: "待签收",
    cases.WorkFigure.BACK: "评价未解决",
    cases.WorkFigure.ASKED: "等上报人补充",
    cases.WorkFigure.PARKED: "挂账中",
    cases.WorkFigure.ANSWERED: "已答复，待评价",
    cases.WorkFigure.FINISHED: "近 30 天办完",
}
_LIGHTS = (cases.WorkFigure.RED, cases.WorkFigure.YELLOW, cases.WorkFigure.GREEN, cases.WorkFigure.NONE)
_ALWAYS = (cases.WorkFigure.RED, cases.WorkFigure.YELLOW, cases.WorkFigure.TODAY, cases.WorkFigure.WEEK)


@require_GET
@never_cache
@access.signed_in()
def workload(request: HttpRequest) -> HttpResponse:
    """All figures of the post; a dispatcher and a coordinator see the offices below."""
    actor = access.actor(request)
    load = cases.workload(actor=actor)
    context = {
        "load": load,
        "figures": [_chip(figure, load) for figure in FIGURES],
        "offices": _offices(actor) if actor.may(cases.rights.SEE_OFFICE_LOADS) else None,
        "post": post_of(actor),
    }
    return render(request, "console/workload.html", context)


def chips(load: cases.Workload, shown: cases.WorkFigure | None) -> list[Chip]:
    """The head of my tasks: what is urgent, and of the rest what there is."""
    return [
        _chip(figure, load, shown) for figure in FIGURES if figure in _ALWAYS or load.numbers[figure] or figure == shown
    ]


def figure_of(request: HttpRequest) -> cases.WorkFigure | None:
    """The figure whose list is asked for. Raises InvalidInput."""
    wanted = request.GET.get("show", "")
    if wanted and wanted not in set(cases.WorkFigure):
        raise InvalidInput("筛选条件无效。", field="show")
    return cases.WorkFigure(wanted) if wanted else None


def _chip(figure: cases.WorkFigure, load: cases.Workload, shown: cases.WorkFigure | None = None) -> Chip:
    path = reverse("console:tasks")
    return Chip(
        label=gettext(FIGURES[figure]),
        url=path if figure == shown else f"{path}?show={figure}",
        selected=figure == shown,
        count=load.numbers[figure],
        tone=figure.value if figure in _LIGHTS else "",
    )


def _offices(actor: Actor) -> list[tuple[str, cases.OfficeLoad, str]]:
    """Name, figures and the address of the list."""
    scope, path = cases.scopes_of(actor)[0], reverse("console:square")
    return [
        (
            names.office(load.office_id) or gettext("尚无部门"),
            load,
            f"{path}?scope={scope}&office={load.office_id}" if load.office_id else "",
        )
        for load in cases.open_by_office(actor=actor, scope=scope)
    ]
