"""Things that the rooms have hung up for pages to show, as far as the rooms are on."""

from .discovered import rooms
from .pages import Page, Place
from .switches import is_on


def pages(place: Place, role: str | None) -> list[Page]:
    """Links of this place for who holds the role, in order."""
    hung = (
        page
        for room in rooms()
        if any(page.place == place for page in room.pages) and is_on(room.name)
        for page in room.pages
    )
    return sorted((page for page in hung if page.place == place and page.is_for(role)), key=lambda page: page.order)


def header_parts() -> list[str]:
    """Templates for the header of staff pages."""
    return [template for room in rooms() if room.header and is_on(room.name) for template in room.header]
