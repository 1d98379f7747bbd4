"""Every page of the desk has these: who looks, in which scope, and the pager under a list."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import names
from liandong.contexts.console import filters
from liandong.foundation.ui.public import Pager
from liandong.kernel.errors import InvalidInput

post_of = names.post_of


def scope_of(request: HttpRequest, available: list[cases.Scope]) -> cases.Scope:
    wanted = request.GET.get("scope", "")
    if not wanted:
        return available[0]
    chosen = next((scope for scope in available if scope.value == wanted), None)
    if chosen is None:
        raise InvalidInput("您没有这个范围。", field="scope")
    return chosen


def pager_of(request: HttpRequest, page: cases.Page, count: cases.Count) -> Pager:
    def to(cursor: str) -> str:
        return filters.url(request.GET, cursor=cursor) if cursor else ""

    number = f"{count.number:,}" + ("" if count.exact else "+")
    return Pager(
        first_url=filters.url(request.GET) if page.previous else "",
        prev_url=to(page.previous),
        next_url=to(page.next),
        last_url=to("last") if page.next else "",
        summary=gettext("共 %(number)s 件") % {"number": number},
    )


def export_url_of(request: HttpRequest, name: str, **more: str) -> str:
    """The export of the list as it is filtered now."""
    return reverse("console:export") + filters.url(request.GET, list=name, **more)
