"""Records of searches for the administrator: looked at, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .lists.searching import SEARCH_PURPOSES
from .models import WordSearch


@admin.register(WordSearch)
class WordSearchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The newest first: who searched, when, in which scope, what for, and how many were found."""

    purpose = _("哪个岗位何时在什么范围用文字搜索过、为什么、找到多少；只看，不改。")
    order = 80
    list_display = ("at", "staff", "scope", "what_for", "hits")
    list_display_links = None
    list_select_related = ("staff",)
    list_filter = ("scope",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")
    actions = None

    @admin.display(description=_("搜索目的"))
    def what_for(self, row: WordSearch) -> str:
        return gettext(SEARCH_PURPOSES[row.purpose]) if row.purpose in SEARCH_PURPOSES else ""

    def get_urls(self) -> list[URLPattern]:
        """The list alone."""
        return [path("", self.admin_site.admin_view(self.changelist_view), name="cases_wordsearch_changelist")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
