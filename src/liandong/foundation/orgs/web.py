from django.http import HttpRequest

from .queries import CountyRow
from .queries import county as current_county


def county(request: HttpRequest) -> dict[str, CountyRow]:
    """Template context: the county's name, zone and whether its data is fictional."""
    return {"county": current_county()}
