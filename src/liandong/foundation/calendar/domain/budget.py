"""How much time an office has, and the compact text it is written in."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from liandong.kernel.errors import InvalidInput


class Unit(StrEnum):
    """The unit that a budget counts in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


class Counting(StrEnum):
    """Which time counts: all of it, or only that of the work calendar."""

    NATURAL = "natural"
    WORKING = "working"


_LARGEST_VALUE = {Unit.MINUTE: 5_270_400, Unit.HOUR: 87_840, Unit.DAY: 3_660}
_LETTERS = {Unit.MINUTE: "m", Unit.HOUR: "h", Unit.DAY: "d"}
_UNITS = {letter: unit for unit, letter in _LETTERS.items()}
_TEXT = re.compile(r"(?P<value>[0-9]{1,9})(?P<working>w?)(?P<unit>[mhd])(?P<roll>\+?)")


@dataclass(frozen=True, slots=True)
class Budget:
    """A length of time allowed, at most ten years.

    `roll_forward` (natural days only): an end on a rest day moves to the next working day, Civil Code 203.
    Raises InvalidInput when the parts do not fit together.
    """

    value: int
    unit: Unit
    calendar: Counting
    roll_forward: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.value <= _LARGEST_VALUE[self.unit]:
            raise InvalidInput("时限数值超出范围。", field="budget")
        if self.roll_forward and (self.unit, self.calendar) != (Unit.DAY, Counting.NATURAL):
            raise InvalidInput("只有自然日时限可以顺延到工作日。", field="budget")

    @classmethod
    def parse(cls, text: str) -> "Budget":
        """Read `5wd`, `4h`, `4wh`, `120wm`, `30m`, `60d`, `60d+`; w = working, + = roll forward.

        Case, width and surrounding space do not matter. Raises InvalidInput.
        """
        found = _TEXT.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
        if found is None:
            raise InvalidInput("时限“%(text)s”无法识别，应写作 5wd、4h、60d+ 等。", field="budget", text=text)
        return cls(
            value=int(found["value"]),
            unit=_UNITS[found["unit"]],
            calendar=Counting.WORKING if found["working"] else Counting.NATURAL,
            roll_forward=bool(found["roll"]),
        )

    def __str__(self) -> str:
        """The text that `parse` reads."""
        working = "w" if self.calendar is Counting.WORKING else ""
        return f"{self.value}{working}{_LETTERS[self.unit]}{'+' if self.roll_forward else ''}"
