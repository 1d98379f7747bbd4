"""Who is out and who stands in 代理: what is in force now is held in memory."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.roles import Role, deputies_of

from .domain import rights
from .models import Absence
from .posts import StaffRow, staff

LISTED = 50


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence of a post; moments UTC, `ends_at` exclusive. `planned_until` None unless it was ended early."""

    id: int
    staff_id: int
    deputy_id: int
    begins_at: datetime
    ends_at: datetime
    planned_until: datetime | None
    reason: str

    @property
    def is_over(self) -> bool:
        return self.ends_at <= time.now()

    @property
    def has_begun(self) -> bool:
        return self.begins_at <= time.now()


def _load() -> list[AbsenceRow]:
    rows = Absence.objects.filter(ends_at__gt=time.now(), begins_at__lt=F("ends_at")).order_by("begins_at", "id")
    return [AbsenceRow(*row) for row in rows.values_list(*AbsenceRow.__slots__)]


_coming = Cached(_load, "absences")


def away(staff_id: int | None) -> AbsenceRow | None:
    """The absence that this post is on now."""
    return next((row for row in _in_force() if row.staff_id == staff_id), None)


def absent_of(deputy_id: int) -> tuple[int, ...]:
    """Posts for which this one stands in now."""
    return tuple(row.staff_id for row in _in_force() if row.deputy_id == deputy_id)


def _in_force() -> list[AbsenceRow]:
    now = time.now()
    return [row for row in _coming.get() if row.begins_at <= now < row.ends_at]


def absences(actor: Actor) -> list[AbsenceRow]:
    """The last and coming absences that the post has a part in or may arrange, the latest first."""
    rows = Absence.objects.order_by("-begins_at", "-id")
    if not actor.may(rights.ARRANGE_ABSENCES):
        arranged = [post.id for post in arrangeable(actor)]
        rows = rows.filter(Q(staff_id__in=arranged) | Q(deputy_id=actor.id))
    return [AbsenceRow(*row) for row in rows.values_list(*AbsenceRow.__slots__)[:LISTED]]


def arrangeable(actor: Actor) -> list[StaffRow]:
    """Posts whose absence the actor may arrange: its own; a dispatcher those of its office and its town's grid."""
    return [post for post in staff().values() if may_arrange(actor, post)]


def may_arrange(actor: Actor, post: StaffRow) -> bool:
    if not deputies_of(Role(post.role)):
        return False
    if actor.may(rights.ARRANGE_ABSENCES) or post.id == actor.id:
        return True
    if not actor.may(rights.ARRANGE_ABSENCES_NEARBY):
        return False
    of_town = post.works_in_cells and actor.division_id in orgs.organisation().path(post.division_id)
    return of_town or (actor.office_id is not None and post.office_id == actor.office_id)


def possible_deputies(post: StaffRow) -> list[StaffRow]:
    """Active posts that can stand in: of the same office, for a grid worker those of the same town."""
    roles = deputies_of(Role(post.role))
    return [each for each in staff().values() if each.role in roles and each.id != post.id and _beside(post, each)]


def _beside(post: StaffRow, other: StaffRow) -> bool:
    if post.works_in_cells:
        return _town(post) is not None and _town(post) == _town(other)
    return post.office_id is not None and post.office_id == other.office_id


def _town(post: StaffRow) -> int | None:
    registry = orgs.organisation()
    return next((pk for pk in registry.path(post.division_id) if registry.divisions[pk].kind == "town"), None)
