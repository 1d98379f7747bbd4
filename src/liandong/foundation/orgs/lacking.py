"""The registers of divisions and offices, and the holidays of the year, as far as they are lacking."""

from liandong.foundation.calendar import public as calendar
from liandong.foundation.language import in_language
from liandong.foundation.rooms.public import Missing

from .models import Division
from .queries import county, organisation, today

NAMED = 8
"""How many are named."""
NEXT_FROM_MONTH = 12
"""The State Council's notice for a year comes in the November before it."""
_OUTLINED = ("county", "town", "village")


def name_of_county() -> Missing:
    return Missing(0 if county().name else 1)


def towns() -> Missing:
    return Missing(0 if any(row.kind == "town" for row in organisation().by_code.values()) else 1)


def outlines() -> Missing:
    """Towns and villages, and the county, without a drawn border."""
    rows = Division.objects.filter(valid_to=None, kind__in=_OUTLINED, outline__isnull=True).order_by("level", "code")
    found = [in_language(name, name_en) for name, name_en in rows.values_list("name", "name_en")]
    return Missing(len(found), tuple(found[:NAMED]))


def offices() -> Missing:
    return Missing(0 if any(row.active for row in organisation().offices.values()) else 1)


def desk() -> Missing:
    registry = organisation()
    office = registry.offices.get(registry.desk_id or 0)
    return Missing(0 if office and office.active else 1)


def years() -> Missing:
    """The present year, in December the next one too, as far as no holiday notice covers it."""
    day, last = today(), calendar.covered_until()
    wanted = [day.year, *([day.year + 1] if day.month >= NEXT_FROM_MONTH else [])]
    missing = [str(year) for year in wanted if last is None or last.year < year]
    return Missing(len(missing), tuple(missing))
