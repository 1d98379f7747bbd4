"""What the desk's pages have hundreds of: lines of lists (`console/rows.py`) and options of selects."""

from collections.abc import Iterable
from html import escape

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from liandong.contexts.cases import public as cases
from liandong.contexts.console import filters, queries, rows
from liandong.foundation.orgs import public as orgs

register = template.Library()


@register.simple_tag(takes_context=True)
def case_lines(context: Context, listed: Iterable[cases.ListedCase]) -> SafeString:
    """With boxes where the page offers bulk actions."""
    return rows.case_lines(listed, orgs.county().tz, are_chosen=bool(context.get("bulk")))


@register.simple_tag(takes_context=True)
def queue_lines(context: Context, queued: Iterable[queries.QueuedCase], queue: str) -> SafeString:
    """The lines of one queue."""
    chosen, token = bool(context.get("bulk")), str(context.get("csrf_token", ""))
    return rows.queue_lines(queued, orgs.county().tz, are_chosen=chosen, queue=queue, csrf_token=token)


@register.simple_tag
def options(choices: Iterable[filters.Choice]) -> SafeString:
    """Of one select."""
    return mark_safe("".join(map(_option, choices)))


@register.simple_tag
def grouped_options(groups: Iterable[tuple[str, Iterable[filters.Choice]]]) -> SafeString:
    """Of one select, under their headings."""
    written = (f'<optgroup label="{escape(name)}">{"".join(map(_option, own))}</optgroup>' for name, own in groups)
    return mark_safe("".join(written))


def _option(each: filters.Choice) -> str:
    selected = " selected" if each.selected else ""
    return f'<option value="{escape(each.value)}"{selected}>{escape(each.label)}</option>'
