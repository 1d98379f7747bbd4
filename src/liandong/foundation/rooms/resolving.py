"""Addresses of rooms in Django's URL configuration; those of a room that is off aren't there."""

from collections.abc import Sequence
from typing import Any

from django.urls import Resolver404, URLPattern, URLResolver, include, path
from django.urls.resolvers import ResolverMatch, RoutePattern

from .hung import Room
from .switches import is_on


class _WhileOn(URLResolver):
    """Passes a path by as long as its room is off. Names lead to addresses all the time."""

    room = ""

    def resolve(self, path: str) -> ResolverMatch:  # type: ignore[override]  # parts of a path are always text
        if not is_on(self.room):
            raise Resolver404({"path": path, "tried": []})
        return super().resolve(path)


def while_on(
    name: str, patterns: Sequence[URLPattern | URLResolver] | Any, *, below: str = "", **spaces: Any
) -> URLResolver:
    """These patterns, there as long as the room is on."""
    resolver = _WhileOn(RoutePattern(below), patterns, **spaces)
    resolver.room = name
    return resolver


def addresses_of(room: Room) -> list[URLResolver]:
    """All pages of the room below their prefixes."""
    return [_below(room, prefix, module) for prefix, module in room.urls]


def _below(room: Room, prefix: str, module: str) -> URLResolver:
    if not room.is_optional:
        return path(prefix, include(module))
    patterns, app_name, namespace = include(module)
    return while_on(room.name, patterns, below=prefix, app_name=app_name, namespace=namespace)
