"""Parts of the receipt's page: its address as a QR code, and the pictures before and after side by side."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

import segno

from liandong.contexts.cases import public as cases
from liandong.foundation.ui import public as ui

from .pictures import Attached

QUIET_ZONE = 4
"""Light modules around the code, as ISO/IEC 18004 wants them."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of `size` modules with its quiet zone; `path` draws the dark ones."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The first picture of the report beside the first of the answer."""

    before: ui.Photo
    after: ui.Photo
    reported_at: datetime
    answered_at: datetime


@lru_cache(maxsize=256)
def qr_of(link: str) -> QrCode:
    """The code of an address, error correction M: a print that was folded is still read."""
    rows = segno.make_qr(link, error="m").matrix
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, modules in groupby(row):
            count = len(list(modules))
            if is_dark:
                runs.append(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{count}v1h-{count}z")
            x += count
    return QrCode(len(rows) + 2 * QUIET_ZONE, "".join(runs))


def before_and_after(
    own: Attached, of_answer: Attached | None, reported_at: datetime, answer: cases.MessageRow | None
) -> Pair | None:
    """None where one of the two has no picture."""
    if answer is None or of_answer is None or not own.photos or not of_answer.photos:
        return None
    return Pair(own.photos[0], of_answer.photos[0], reported_at, answer.at)


def without_first(files: Attached) -> Attached:
    """The files that stand below the pair."""
    return Attached(files.photos[1:], files.documents)
