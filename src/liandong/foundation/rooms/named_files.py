"""Files that rows name by their hash."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """`model`: as Django calls it (`intake.Photo`). `column`: holds the SHA-256 in hexadecimal; an index leads it."""

    model: str
    column: str = "sha256"
