"""Who acts. Every command takes an `Actor` first; the ledger names it by kind and id, never by a person's name."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """The role of a post decides what it may do. Reporters have no account: they act by receipt."""

    REPORTER = "reporter"
    CLERK = "clerk"
    GRID_WORKER = "grid_worker"
    HANDLER = "handler"
    DISPATCHER = "dispatcher"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` is staff, reporter, client (an API key) or system; `id` is the row within that kind (0 for system).

    `stands_in_for`: absent posts whose deputy this one is now; `cell_ids` holds their grid cells too, and
    `cells_of_absent` says which of them is whose (cell, post).
    """

    kind: str
    id: int = 0
    role: Role | None = None
    office_id: int | None = None
    division_id: int | None = None
    label: str = ""
    cell_ids: tuple[int, ...] = field(default=())
    stands_in_for: tuple[int, ...] = field(default=())
    cells_of_absent: tuple[tuple[int, int], ...] = field(default=())

    @property
    def ref(self) -> str:
        """`staff:17`: how the ledger and events name this actor."""
        return f"{self.kind}:{self.id}"

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return self.role in roles


SYSTEM = Actor(kind="system", label="系统")
