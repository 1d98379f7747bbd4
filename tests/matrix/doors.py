"""Every address of the product and the methods that it takes, read from the URL configuration itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OTHER = "other"
"""All methods that have no row of their own."""


@dataclass(frozen=True)
class Door:
    """One address. `methods` is empty where the code doesn't say them: then the table does. `what`: the first sentence
    of the view's docstring.
    """

    address: str
    name: str
    methods: tuple[str, ...]
    what: str


def doors() -> list[Door]:
    """Every door, by address."""
    return sorted(_walk(get_resolver().url_patterns, "/", ()), key=lambda door: door.address)


def _walk(patterns: list[Any], before: str, spaces: tuple[str, ...]) -> Iterator[Door]:
    for pattern in patterns:
        address = before + _written(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, address, (*spaces, *filter(None, [pattern.namespace])))
        else:
            name = ":".join((*spaces, pattern.name or ""))
            yield Door(address, name, _methods(pattern.callback), _what(pattern.callback))


def _written(pattern: Any) -> str:
    """`<number>` for every part that is filled in."""
    text = str(pattern)
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", text)
    text = re.sub(r"\(\?P<(\w+)>(?:[^()\[\]]|\[[^\]]*\]|\([^()]*\))*\)", r"<\1>", text)
    text = re.sub(r"\(\?:([^()]*)\)\?", r"\1", text)  # what may be left out is written
    return text.removesuffix("$").removesuffix("/?").strip("^$").replace("\\", "")


def _methods(view: Any) -> tuple[str, ...]:
    if getattr(view, "view_class", None) is RedirectView:
        found = []
    elif hasattr(view, "view_class"):
        found = [each.upper() for each in view.view_class.http_method_names if hasattr(view.view_class, each)]
    elif _operations(view):
        found = [method for operation in _operations(view) for method in operation.methods]
    else:
        found = next((list(each) for each in map(_declared, _layers(view)) if each), [])
    return tuple(method for method in METHODS if method in found)


def _operations(view: Any) -> list[Any]:
    """Those of one address of the JSON API."""
    owner = next((each for each in _held(view).values() if hasattr(each, "operations")), None)
    return list(owner.operations) if owner else []


def _layers(view: Any) -> Iterator[Callable[..., Any]]:
    """The view and all that its decorators wrap."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def _declared(layer: Callable[..., Any]) -> list[str]:
    """What `require_http_methods`, or the door of Open311, was told."""
    held = _held(layer)
    found = held.get("request_method_list") or held.get("methods") or []
    return [each for each in found if each in METHODS]


def _held(layer: Any) -> dict[str, Any]:
    code = getattr(layer, "__code__", None)
    cells = getattr(layer, "__closure__", None) or ()
    return dict(zip(code.co_freevars, (cell.cell_contents for cell in cells), strict=True)) if code else {}


def _what(view: Any) -> str:
    operations = _operations(view)
    source = operations[0].view_func if operations else view
    text = (getattr(source, "__doc__", "") or "").strip()
    first = re.split(r"(?<=[.;:])\s", " ".join(text.split()))[0].rstrip(".;:")
    own = getattr(source, "__module__", "").startswith("liandong")
    return first if own else ""
