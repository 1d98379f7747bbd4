import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from liandong.foundation.registers.public import Cached
from liandong.kernel.actor import Actor, Role

from .models import ApiKey, Staff


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


def key_hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _load_clients() -> dict[bytes, Actor]:
    rows = ApiKey.objects.filter(active=True).values_list("key_hash", "id", "name", "channel", "office_id")
    return {
        bytes(digest): Actor(kind="client", id=pk, role=Role.REPORTER, office_id=office, label=f"{channel}:{name}")
        for digest, pk, name, channel, office in rows
    }


_clients = Cached(_load_clients, "api_keys")


def client(key: str) -> Actor | None:
    """The client system that holds this API key."""
    return _clients.get().get(key_hash(key)) if key else None


def _load_staff() -> dict[int, StaffRow]:
    rows = Staff.objects.filter(is_active=True).order_by("id").values_list(*StaffRow.__slots__)
    return {row[0]: StaffRow(*row) for row in rows}


_staff = Cached(_load_staff, "staff")


def staff() -> dict[int, StaffRow]:
    """Active posts by id."""
    return _staff.get()


def emails_of(staff_ids: Collection[int]) -> dict[int, str]:
    """E-mail addresses of active accounts by post, for what is sent to them; never for a page."""
    rows = Staff.objects.filter(pk__in=staff_ids, is_active=True).exclude(email="")
    return dict(rows.values_list("id", "email"))


def actor_of(user: Staff) -> Actor:
    """The actor that a signed-in account acts as; a grid worker carries the cells that are his."""
    cells = tuple(user.cells.order_by("id").values_list("id", flat=True)) if user.role == Role.GRID_WORKER else ()
    return Actor(
        kind="staff",
        id=user.pk,
        role=Role(user.role),
        office_id=user.office_id,
        division_id=user.division_id,
        label=user.post_name,
        cell_ids=cells,
    )
