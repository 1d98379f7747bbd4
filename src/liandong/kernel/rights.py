"""A right 权限: what some roles may do. Each room declares its own; code asks `actor.may(right)`."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from .roles import Role, holders


@dataclass(frozen=True, slots=True, eq=False)
class Right:
    """`name`: `room.what`. `words`: what it allows. `given`: roles that the room gives it to.

    `roles`: those and the ones that have it by their own row.
    """

    name: str
    words: str
    given: AbstractSet[Role]
    roles: frozenset[Role] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", holders(self.given, self.name))
