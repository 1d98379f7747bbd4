"""Events of files that were brought in by the page. What each register took is told by its own event."""

from liandong.foundation.facts import Code, Facts, Hex


class ImportConfirmed(Facts, frozen=True):
    """After the preview. `what`: which register; the file by its hash. Ledger only."""

    what: Code = ""
    sha256: Hex = ""
