"""The list 我上报的 of what a post reported itself; each leads to the page that a reporter has of it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liandong.contexts.cases import public as cases
from liandong.contexts.categories import public as categories
from liandong.contexts.intake.own import OwnReport, own_address, own_reports
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import Pager

_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Line:
    """A report with its names; `waits`: for what of its reporter."""

    row: OwnReport
    category: str
    state: str
    office: str
    waits: str
    address: str


@require_GET
@never_cache
@access.signed_in()
def mine(request: HttpRequest) -> HttpResponse:
    """The post's own reports, the newest first."""
    rows, after = own_reports(actor=access.actor(request), before=_before(request.GET.get("before", "")))
    base = reverse("intake:mine")
    pager = Pager(
        first_url=base if request.GET.get("before") else "", next_url=f"{base}?before={after}" if after else ""
    )
    return render(request, "intake/mine.html", {"rows": [_line(row) for row in rows], "pager": pager})


def _before(given: str) -> int | None:
    """A cursor that is none begins at the top."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS else None


def _line(row: OwnReport) -> Line:
    waits = gettext("等您评价") if row.waits_for_verdict else gettext("等您补充说明") if row.waits_for_reply else ""
    main = row.matter.main
    return Line(
        row=row,
        category=categories.category_name(row.matter.own.category_code),
        state=cases.names.state(main.state),
        office=cases.names.office(main.office_id),
        waits=waits,
        address=own_address(row.matter.own.number),
    )
