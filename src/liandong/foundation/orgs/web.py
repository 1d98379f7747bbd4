from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .queries import CountyRow
from .queries import county as current_county


def county(request: HttpRequest) -> dict[str, CountyRow]:
    """Template context: the county's name, zone and whether its data is fictional."""
    return {"county": current_county()}


class CountyZone:
    """Django itself shows and reckons days (administration, filters) by the county's clocks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            zone = current_county().tz
        except DatabaseError:
            return self._get_response(request)
        with timezone.override(zone):
            return self._get_response(request)
