"""What a room names by its dotted name is loaded when it is first needed."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.module_loading import import_string


@cache
def called(name: str) -> Callable[..., Any]:
    """The function of this dotted name. Raises ImportError where there is none."""
    found: Callable[..., Any] = import_string(name)
    return found
