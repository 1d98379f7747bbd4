"""The language of the request, for names that the registers keep in both."""

from django.utils.translation import get_language

from liandong.kernel import language


def is_english() -> bool:
    return language.is_english(get_language() or "")


def in_language(chinese: str, english: str) -> str:
    """The English name where English is read and there is one."""
    return english if english and is_english() else chinese
