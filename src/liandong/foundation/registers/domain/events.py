"""What happens to registers. All of it is in the ledger only."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

import msgspec

from liandong.foundation.facts import Code, Count, Day, Facts, Hex

Fields = Annotated[dict[str, Any], msgspec.Meta(description="which fields took which values; secrets as `changed`")]


class RegisterRowFacts(Facts, frozen=True):
    """`row`: the table."""

    row: Code = ""
    fields: Fields = {}


class RegisterRowAdded(RegisterRowFacts, frozen=True):
    """By hand, in the administration. Ledger only."""


class RegisterRowChanged(RegisterRowFacts, frozen=True):
    """By hand, in the administration. Ledger only."""


class RegisterImported(Facts, frozen=True):
    """A whole file was loaded, or a register changed at once; each register tells its own fields. Ledger only."""

    added: Count = 0
    changed: Count = 0
    unchanged: Count = 0
    ended: Count = 0
    retired: Count = 0
    moved: Count = 0
    settings: list[Code] = []
    office_hours: Code = ""
    source: str = ""
    days: Count = 0
    covers_until: Day = ""
    withdrawn: bool = False
    id: int = 0
    name: str = ""
    training: int = 0
    cases: Count = 0
    sha256: Hex = ""

    @classmethod
    def of_counts(cls, counts: Mapping[str, int]) -> Self:
        """What was added, changed and so on, by these names."""
        return msgspec.convert(counts, cls)
