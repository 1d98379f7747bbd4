"""The lines of a list of cases as HTML, written as text: a page has hundreds of them, and a template takes five times
as long for each. The tables around them are templates (`console/parts/rows.html`, `queue_rows.html`).
"""

from collections.abc import Iterable
from datetime import tzinfo
from functools import cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.foundation.ui.public import marks

from .queries import QueuedCase

_ANY = "@"
"""In the place of a number: an address is looked up once a page."""


def case_lines(listed: Iterable[cases.ListedCase], zone: tzinfo, *, are_chosen: bool) -> SafeString:
    """For the square and my tasks; `are_chosen`: with a box before each, to choose it for a bulk action."""
    page = _Page("console:case", zone, are_chosen=are_chosen)
    return mark_safe("\n".join(map(page.case_line, listed)))


def queue_lines(
    queued: Iterable[QueuedCase], zone: tzinfo, *, are_chosen: bool, queue: str, csrf_token: str
) -> SafeString:
    """For a queue, with the button to take a case, or where runs are stuck, to place one anew."""
    page = _Page("console:case", zone, are_chosen=are_chosen)
    form = _Form(queue, csrf_token)
    return mark_safe("\n".join(page.queue_line(row, form) for row in queued))


class _Page:
    """The same for all lines of a page: words, addresses, zone."""

    def __init__(self, case_page: str, zone: tzinfo, *, are_chosen: bool) -> None:
        self._address = escape(reverse(case_page, args=[_ANY]))
        self._zone = zone
        self._are_chosen = are_chosen
        self._choose = escape(gettext("选中事件"))
        self._office = cache(_office)

    def case_line(self, case: cases.ListedCase) -> str:
        row = case.row
        return (
            f"{self._begin(case)}"
            f"{self._what(case, [_severity(row), _reports(row), _urged(row), escape(case.place)])}"
            f'<td class="case-office">{self._office(row.office_id)}{_quiet(case.assignee)}{_quiet(case.away)}</td>'
            f'<td class="case-state">{escape(case.state)}</td></tr>'
        )

    def queue_line(self, queued: QueuedCase, form: "_Form") -> str:
        case, row = queued.case, queued.case.row
        owner = queued.owner or gettext("无人认领")
        return (
            f"{self._begin(case)}"
            f"{self._what(case, [escape(queued.reason), _urged(row), escape(case.place)])}"
            f'<td class="case-state">{escape(case.state)}</td>'
            f'<td class="case-waited">{escape(queued.age)}'
            f'<span class="quiet case-kind">{marks.moment(queued.since, self._zone, "relative")}</span></td>'
            f'<td class="case-office">{escape(queued.desk)}{_quiet(owner)}</td>'
            f'<td class="case-do">{form.of(row) if queued.may_take or form.is_stuck else ""}</td></tr>'
        )

    def _begin(self, case: cases.ListedCase) -> str:
        row, box = case.row, ""
        if self._are_chosen:
            box = (
                '<td class="select-cell"><input class="form-check-input" type="checkbox" form="bulk"'
                f' name="case" value="{row.id}" data-select aria-label="{self._choose} {row.number}"></td>'
            )
        return (
            f'<tr data-href="{self._address_of(row)}" data-point-id="{row.id}" tabindex="-1">{box}'
            f'<td class="case-due">{self._due(case)}</td>'
            f'<td class="case-id num">{marks.case_number(row.number)}'
            f'<span class="quiet case-kind">{marks.moment(row.received_at, self._zone, "relative")}</span></td>'
        )

    def _what(self, case: cases.ListedCase, more: list[str]) -> str:
        """Title, and in the second line the kind and what else there is to say, as HTML."""
        title = escape(case.row.title)
        told = " · ".join(filter(None, [escape(case.kind), *more]))
        address = self._address_of(case.row)
        return (
            f'<td class="case-what"><a class="case-title" href="{address}" title="{title}">{title}</a>'
            f'<span class="quiet case-kind" title="{escape(case.place)}">{told}</span></td>'
        )

    def _address_of(self, row: cases.CaseRow) -> str:
        return self._address.replace(_ANY, row.number)

    def _due(self, case: cases.ListedCase) -> str:
        """The light with the time that is left; below, its word where that doesn't say it yet, and the day."""
        row, light = case.row, case.row.light
        if row.red_at is None:
            return marks.light(light)
        word = "" if light == cases.Light.RED else escape(gettext(cases.LIGHT_NAMES[light]))
        left = marks.due(row.red_at, self._zone, case.left, case.unit)
        shape = marks.light(light, compact=True)
        day = f'<span class="case-day">{" · " if word else ""}{marks.moment(row.red_at, self._zone, "date")}</span>'
        return f'{shape}{left}<span class="quiet case-kind">{word}{day}{_provisional(row)}</span>'


def _provisional(row: cases.CaseRow) -> str:
    if not row.provisional:
        return ""
    title, word = escape(gettext("工作日历尚未公布，日期暂定")), escape(gettext("暂定"))
    return f' <span title="{title}">{word}</span>'


def _office(office_id: int | None) -> str:
    """The short name, with the whole one in its title: a column cuts what is long."""
    whole = names.office(office_id)
    return f'<span title="{escape(whole)}">{escape(names.short_office(office_id))}</span>' if whole else ""


def _severity(row: cases.CaseRow) -> str:
    if row.severity == 1:
        return f'<strong class="severity-1">{escape(gettext("特急"))}</strong>'
    return escape(gettext("紧急")) if row.severity == 2 else ""


def _reports(row: cases.CaseRow) -> str:
    if row.report_count <= 1:
        return ""
    return escape(ngettext("%(n)s 次上报", "%(n)s 次上报", row.report_count) % {"n": row.report_count})


def _urged(row: cases.CaseRow) -> str:
    if not row.urge_count:
        return ""
    told = ngettext("催办 %(n)s 次", "催办 %(n)s 次", row.urge_count) % {"n": row.urge_count}
    return f'<strong class="urged">⚑ {escape(told)}</strong>'


def _quiet(words: str) -> str:
    return f'<span class="quiet case-kind" title="{escape(words)}">{escape(words)}</span>' if words else ""


class _Form:
    """The button behind a line of a queue."""

    def __init__(self, queue: str, csrf_token: str) -> None:
        self.is_stuck = queue == "stuck"
        self._action = escape(reverse("console:place_anew" if self.is_stuck else "console:take_up", args=[_ANY]))
        self._token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(csrf_token)}">'
        self._queue = f'<input type="hidden" name="queue" value="{escape(queue)}">'

    def of(self, row: cases.CaseRow) -> str:
        if self.is_stuck:
            version, label, word = "", gettext("重新放置事件 %(number)s 的流程"), gettext("重新放置")
        else:
            version = f'<input type="hidden" name="version" value="{row.version}">'
            label, word = gettext("认领事件 %(number)s"), gettext("认领")
        return (
            f'<form method="post" action="{self._action.replace(_ANY, row.number)}">{self._token}{version}{self._queue}'
            f'<button class="btn btn-sm" type="submit" aria-label="{escape(label % {"number": row.number})}">'
            f"{escape(word)}</button></form>"
        )
