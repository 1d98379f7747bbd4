"""What happens to the ledger itself. All of it is in the ledger only."""

from typing import Annotated, Any

import msgspec

from liandong.foundation.facts import Code, Count, Facts, Hex

Bound = Annotated[dict[str, Any], msgspec.Meta(description="what was done to bound rows, by table and row")]
Until = Annotated[dict[str, int], msgspec.Meta(description="the last row of each table")]


class RowsFollowed(Facts, frozen=True):
    """What was done to rows of another stream, or by no action. `with`: the stream of the entry that it belongs to."""

    followed: Code = msgspec.field(default="", name="with")
    bound: Bound = {}


class AdoptionBegun(Facts, frozen=True):
    """Up to which row the past goes."""

    until: Until = {}


class RowsAdopted(Facts, frozen=True):
    """Rows from before there were bindings that are bound now, by the thing they belong to."""

    things: Bound = {}


class SealsFileReconciled(Facts, frozen=True):
    """After a restore: how many seals agreed, were set aside into `file`, and were written anew; `mark`: the seal that
    the high-water mark knew and the database hadn't.
    """

    agreed: Count = 0
    aside: Count = 0
    written: Count = 0
    file: str = ""
    sha256: Hex = ""
    mark: Count = 0
