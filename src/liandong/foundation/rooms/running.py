from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A process that `./liandong up` keeps running: `command` of the installed product with its arguments.

    Services of a higher `floor` stand on those of a lower one and stop before them; the database is floor 0. One that
    `beats` touches the file LIANDONG_BEAT as long as it gets on, and is started again when it stands still.
    """

    name: str
    command: tuple[str, ...]
    floor: int = 1
    beats: bool = False
