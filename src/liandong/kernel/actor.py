"""Who acts. Every command takes an `Actor` first; the ledger names it by kind and id, never by a person's name."""

from dataclasses import dataclass, field

from .rights import Right
from .roles import Role


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

    def may(self, right: Right) -> bool:
        """Whether the actor's role has the right."""
        return self.role in right.roles


SYSTEM = Actor(kind="system", label="系统")
