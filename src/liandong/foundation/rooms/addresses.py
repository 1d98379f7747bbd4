"""What a room says of its addresses. Python is named by dotted names, which are loaded when all rooms are there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Router:
    """Endpoints of the room below `/api/v1`: the router by its dotted name; `for_clients`: keys of client systems open
    it too.
    """

    name: str
    for_clients: bool = False


@dataclass(frozen=True, slots=True)
class MachineDoor:
    """Addresses below `prefix` are for other systems. `refusal` names the function that tells an error to them in the
    words of their standard: (request, error) → response.
    """

    prefix: str
    refusal: str
