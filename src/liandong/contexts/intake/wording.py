"""Names of offices and categories in the language of the request."""

from django.utils.translation import get_language

from liandong.contexts.categories import public as categories
from liandong.foundation.orgs import public as orgs


def language() -> str:
    return get_language() or ""


def is_english() -> bool:
    return language().startswith("en")


def office_name(office: orgs.OfficeRow) -> str:
    return office.name_en if is_english() and office.name_en else office.name


def category_name(code: str) -> str:
    """Empty for a matter without a category yet."""
    category = categories.taxonomy().named(code)
    return category.name(language()) if category else ""
