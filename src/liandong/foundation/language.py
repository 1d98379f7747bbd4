"""The language of the request, for names that the registers keep in both."""

from contextlib import AbstractContextManager

from django.utils import translation
from django.utils.translation import get_language

from liandong.kernel import language


def is_english() -> bool:
    return language.is_english(get_language() or "")


def writing_to(language: str) -> AbstractContextManager[object]:
    """Our words within the block are in the language of who will read them, as a case keeps it: en, else Chinese."""
    return translation.override("en" if language == "en" else "zh-hans")


def in_language(chinese: str, english: str) -> str:
    """The English name where English is read and there is one."""
    return english if english and is_english() else chinese
