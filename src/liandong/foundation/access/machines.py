"""Which addresses are doors for other systems: what goes wrong there is told as data, never as a page."""

API, OPEN311 = "/api/", "/open311/"
_DOORS = (API, OPEN311)


def is_machine_door(path: str) -> bool:
    return path.startswith(_DOORS)
