"""Names of offices and categories in the language of the request."""

from django.utils.translation import get_language

from liandong.contexts.categories import public as categories
from liandong.foundation.language import in_language
from liandong.foundation.orgs import public as orgs


def language() -> str:
    return get_language() or ""


def office_name(office: orgs.OfficeRow) -> str:
    return in_language(office.name, office.name_en)


def category_name(code: str) -> str:
    """Empty for a matter without a category yet."""
    category = categories.taxonomy().named(code)
    return category.name(language()) if category else ""
