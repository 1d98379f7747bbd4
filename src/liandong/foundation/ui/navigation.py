"""Links to the pages that the rooms have hung up, resolved to what this installation has and this actor may open."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from liandong.foundation.rooms import public as rooms


@dataclass(frozen=True, slots=True)
class Link:
    """A resolved entry; at most one of a place is the current one."""

    url: str
    label: str
    is_current: bool


def address(url_name: str) -> str:
    """The address of a page, or an empty string when this installation has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links(place: str, request: HttpRequest | None) -> list[Link]:
    """Entries of a place (`rooms.Place`); the role of the signed-in post decides where an entry asks for a right. One
    whose address begins those of others, as a home page's does, is current on its own page only.
    """
    role = getattr(getattr(request, "user", None), "role", None)
    allowed = rooms.pages(rooms.Place(place), role)
    found = [(url, str(page.label)) for page in allowed if (url := address(page.url_name))]
    path = request.path if request is not None else ""
    roots = {url for url, _ in found if any(other != url and other.startswith(url) for other, _ in found)}
    here = (url for url, _ in found if (path == url if url in roots else path.startswith(url)))
    current = max(here, key=len, default="")
    return [Link(url, label, url == current) for url, label in found]
