"""A room 房间 of the house and what it hangs up, declared in its `room.py`."""

from dataclasses import dataclass

from django.utils.functional import Promise

from liandong.kernel.rights import Right


@dataclass(frozen=True, slots=True)
class Room:
    """`name`: that of its folder. `label`: what people call it. `rights`: what its code asks an actor for."""

    name: str
    label: str | Promise
    rights: tuple[Right, ...] = ()
