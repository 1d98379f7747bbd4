"""What the registers of divisions and offices may lack before the county can open."""

from liandong.foundation.language import in_language
from liandong.foundation.rooms.public import Missing

from .models import Division
from .queries import county, organisation

NAMED = 8
"""How many are named."""
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
