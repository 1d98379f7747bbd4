"""`{% panels found %}` draws the panels of one place of a page."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from liandong.foundation.rooms import public as rooms
from liandong.foundation.rooms.public import Shown

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, found: Iterable[Shown]) -> SafeString:
    """Each by its own template, with the page's context and its own."""
    return mark_safe("".join(_drawn(context, shown) for shown in found))


def _drawn(context: Context, shown: Shown) -> str:
    assert context.template is not None  # noqa: S101
    part = context.template.engine.get_template(shown.template)
    with context.push(panel=shown.panel, **shown.context):
        return str(part.render(context))


@register.simple_tag
def lacking() -> dict[str, int]:
    """How much the county lacks before it can open, and how much that can wait."""
    found = rooms.lacking()
    needed = sum(each.lack.is_needed for each in found)
    return {"needed": needed, "advised": len(found) - needed}
