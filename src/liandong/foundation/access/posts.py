"""The active posts, held in memory."""

from dataclasses import dataclass

from liandong.foundation.registers.public import Cached

from .models import Staff


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A post's account, as other rooms may show it."""

    id: int
    username: str
    post_name: str
    post_name_en: str
    role: str
    office_id: int | None
    division_id: int | None


def _load_staff() -> dict[int, StaffRow]:
    rows = Staff.objects.filter(is_active=True).order_by("id").values_list(*StaffRow.__slots__)
    return {row[0]: StaffRow(*row) for row in rows}


_staff = Cached(_load_staff, "staff")


def staff() -> dict[int, StaffRow]:
    """Active posts by id."""
    return _staff.get()
