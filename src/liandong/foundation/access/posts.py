"""The active posts, held in memory."""

from dataclasses import dataclass

from liandong.foundation.language import in_language
from liandong.foundation.registers.public import Cached
from liandong.kernel.rights import Right
from liandong.kernel.roles import Area, Role

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

    def may(self, right: Right) -> bool:
        """Whether the post's role has the right."""
        return self.role in right.roles

    @property
    def works_in_cells(self) -> bool:
        return Role(self.role).standing.works_in is Area.CELLS


def _load_staff() -> dict[int, StaffRow]:
    rows = Staff.objects.filter(is_active=True).order_by("id").values_list(*StaffRow.__slots__)
    return {row[0]: StaffRow(*row) for row in rows}


_staff = Cached(_load_staff, "staff")


def staff() -> dict[int, StaffRow]:
    """Active posts by id."""
    return _staff.get()


def post_name(staff_id: int | None) -> str:
    """Of an active post, in the language of the request; "" for any other."""
    row = staff().get(staff_id or 0)
    return in_language(row.post_name, row.post_name_en) if row else ""
