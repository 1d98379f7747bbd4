"""What happens to drawings and runs."""

from liandong.foundation.facts import Code, Count, Facts, Hex


class ProcessLoaded(Facts, frozen=True):
    """A drawing became the version that new runs begin with. Ledger only."""

    process: Code = ""
    version: Count = 0
    sha256: Hex = ""


class RunPlacedAnew(Facts, frozen=True):
    """A stuck run was placed by the table again, at the element `position` of the drawing. Ledger only."""

    definition: int = 0
    position: Code = ""
