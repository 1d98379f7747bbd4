import hashlib
from collections.abc import Collection

from liandong.foundation.registers.public import Cached
from liandong.kernel.actor import Actor
from liandong.kernel.roles import Role

from .absences import absent_of
from .models import ApiKey, Staff


def key_hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _load_clients() -> dict[bytes, Actor]:
    rows = ApiKey.objects.filter(active=True).values_list("key_hash", "id", "name", "channel", "office_id")
    return {
        bytes(digest): Actor(kind="client", id=pk, role=Role.REPORTER, office_id=office, label=f"{channel}:{name}")
        for digest, pk, name, channel, office in rows
    }


_clients = Cached(_load_clients, "api_keys")


def _load_word_readers() -> frozenset[int]:
    return frozenset(ApiKey.objects.filter(active=True, reads_words=True).values_list("id", flat=True))


_word_readers = Cached(_load_word_readers, "api_keys")


def reads_words(actor: Actor | None) -> bool:
    """Whether the client system has the right to masked words of reports that aren't public."""
    return actor is not None and actor.kind == "client" and actor.id in _word_readers.get()


def client(key: str) -> Actor | None:
    """The client system that holds this API key."""
    return _clients.get().get(key_hash(key)) if key else None


def actor_of_post(staff_id: int) -> Actor | None:
    """The actor of an active post, for what the worker goes on with in its name; None once it was switched off."""
    user = Staff.objects.filter(pk=staff_id, is_active=True).first()
    return actor_of(user) if user else None


def emails_of(staff_ids: Collection[int]) -> dict[int, str]:
    """E-mail addresses of active accounts by post, for what is sent to them; never for a page."""
    rows = Staff.objects.filter(pk__in=staff_ids, is_active=True).exclude(email="")
    return dict(rows.values_list("id", "email"))


def actor_of(user: Staff) -> Actor:
    """The actor that a signed-in account acts as; a grid worker carries the cells that are his, and as a deputy those
    of whom he stands in for.
    """
    absent = absent_of(user.pk)
    cells = _cells_of((user.pk, *absent)) if user.works_in_cells else []
    return Actor(
        kind="staff",
        id=user.pk,
        role=Role(user.role),
        office_id=user.office_id,
        division_id=user.division_id,
        label=user.post_name,
        cell_ids=tuple(dict.fromkeys(cell for cell, _ in cells)),
        stands_in_for=absent,
        cells_of_absent=tuple((cell, whose) for cell, whose in cells if whose != user.pk),
    )


def _cells_of(staff_ids: tuple[int, ...]) -> list[tuple[int, int]]:
    """(cell, whose), the cells in their order."""
    rows = Staff.cells.through.objects.filter(staff_id__in=staff_ids).order_by("division_id")
    return list(rows.values_list("division_id", "staff_id"))
