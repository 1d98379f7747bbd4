"""Registers as their pages show them: the list of all, and one as a table whose cells know their column."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.template import Context
from django.urls import NoReverseMatch
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext, ngettext

from liandong.foundation.language import in_language
from liandong.foundation.ui.public import Chip, Pager

register = template.Library()
EMPTY = "—"
LAST = 1000
"""The place of a register that names none."""


@dataclass(frozen=True, slots=True)
class Register:
    """A line of the front page. `add_url` is empty where rows come otherwise."""

    label: str
    url: str
    purpose: str
    count: str
    add_url: str


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    text: Any
    url: str = ""


@register.simple_tag(takes_context=True)
def register_list(context: Context, app_label: str = "") -> list[Register]:
    """Those that the post may look at, in the order in which a county fills them; of one room or of all."""
    request = context["request"]
    found = []
    for each in (model for app in admin.site.get_app_list(request, app_label or None) for model in app["models"]):
        page: Any = admin.site.get_model_admin(each["model"])
        line = Register(
            label=title_of(page),
            url=each["admin_url"],
            purpose=str(getattr(page, "purpose", "")),
            count=f"{page.get_queryset(request).count():,}",
            add_url=each["add_url"] or "",
        )
        found.append((getattr(page, "order", LAST), line))
    return [line for _, line in sorted(found, key=lambda each: each[0])]


@register.filter
def title_of(page: Any) -> str:
    """The name of a register's list."""
    return str(getattr(page, "title", "") or page.opts.verbose_name_plural)


@register.simple_tag
def register_title(opts: Any) -> str:
    """As above, by the table."""
    return title_of(admin.site.get_model_admin(opts.model))


@register.simple_tag
def register_headers(cl: ChangeList) -> list[dict[str, Any]]:
    """Names of the columns, and how the list is put in order by them."""
    return list(result_headers(cl))


@register.simple_tag
def register_rows(cl: ChangeList) -> list[list[Cell]]:
    """The rows of this page, cell by cell; the first leads to the row where it has a page."""
    names = [name for name in cl.list_display if name != "action_checkbox"]
    labels = [str(label_for_field(name, cl.model, cl.model_admin)) for name in names]
    return [list(_cells(cl, row, names, labels)) for row in cl.result_list]


def _cells(cl: ChangeList, row: models.Model, names: list[Any], labels: list[str]) -> Iterator[Cell]:
    for place, (name, label) in enumerate(zip(names, labels, strict=True)):
        yield Cell(label, _text(cl, row, name), _url(cl, row) if place == 0 else "")


def _url(cl: ChangeList, row: models.Model) -> str:
    if not cl.list_display_links:
        return ""
    try:
        return str(cl.url_for_result(row))
    except NoReverseMatch:
        return ""


def _text(cl: ChangeList, row: models.Model, name: Any) -> Any:
    try:
        field, _, value = lookup_field(name, row, cl.model_admin)
    except ObjectDoesNotExist:
        return EMPTY
    if field is None:
        return display_for_value(value, EMPTY)
    if isinstance(field, models.BooleanField):
        return gettext("是") if value else gettext("否")
    if isinstance(field, models.ForeignKey):
        return _named(getattr(row, field.name))
    if isinstance(value, datetime):
        return date_format(value.astimezone(get_current_timezone()), "Y-m-d H:i")
    if isinstance(value, date):
        return value.isoformat()
    return display_for_field(value, field, EMPTY) or EMPTY


def _named(other: Any) -> str:
    """The row that a column leads to, by its name in the language of the page where it has one."""
    if other is None:
        return EMPTY
    chinese, english = getattr(other, "name", "") or str(other), getattr(other, "name_en", "")
    return in_language(chinese, english) if english else chinese


@register.simple_tag
def register_filters(cl: ChangeList) -> list[tuple[str, list[Chip]]]:
    """Each filter with its choices."""
    return [
        (
            str(spec.title),
            [
                Chip(label=str(each["display"]), url=str(each["query_string"]), selected=bool(each["selected"]))
                for each in spec.choices(cl)
            ],
        )
        for spec in cl.filter_specs
    ]


@register.simple_tag
def register_pager(cl: ChangeList) -> Pager:
    """Pages of the list."""

    def to(page: int) -> str:
        return cl.get_query_string({PAGE_VAR: page})

    pages, page = cl.paginator.num_pages, cl.page_num
    return Pager(
        first_url=to(1) if page > 1 else "",
        prev_url=to(page - 1) if page > 1 else "",
        next_url=to(page + 1) if page < pages else "",
        last_url=to(pages) if page < pages else "",
        summary=ngettext("共 %(number)s 行", "共 %(number)s 行", cl.result_count) % {"number": f"{cl.result_count:,}"},
    )


@register.simple_tag
def register_kept(cl: ChangeList) -> list[tuple[str, str]]:
    """Filters and order that go along with a search, as hidden fields."""
    return [(name, each) for name, values in cl.filter_params.items() for each in values]
