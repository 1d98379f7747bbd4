"""Ids that were drawn but are not to be seen: rolled back, or still in flight and to appear later."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

Range = tuple[int, int]
PREPARED = "-1/"


@dataclass(frozen=True, slots=True)
class Gap:
    """Absent ids as ranges (first, last), and the transactions that may hold them (virtual ids, `5/1201`)."""

    ids: tuple[Range, ...]
    held_by: tuple[str, ...]


def runs(ids: Iterable[int]) -> list[Range]:
    """Ascending ids as ranges."""
    found: list[Range] = []
    for id_ in ids:
        if found and found[-1][1] == id_ - 1:
            found[-1] = (found[-1][0], id_)
        else:
            found.append((id_, id_))
    return found


def absent(present: Iterable[int], first: int, last: int) -> list[Range]:
    """Ranges of first..last that ascending `present` leaves out."""
    found: list[Range] = []
    expected = first
    for id_ in present:
        if id_ > expected:
            found.append((expected, id_ - 1))
        expected = id_ + 1
    if expected <= last:
        found.append((expected, last))
    return found


def without(ranges: Iterable[Range], ids: Sequence[int]) -> list[Range]:
    """The ranges minus ascending `ids`."""
    left: list[Range] = []
    for first, last in ranges:
        left.extend(absent(ids[bisect_left(ids, first) : bisect_right(ids, last)], first, last))
    return left


class IdSet:
    """Membership in ranges by bisection."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._ranges = sorted(ranges)
        self._firsts = [first for first, _ in self._ranges]

    def __contains__(self, id_: int) -> bool:
        place = bisect_right(self._firsts, id_) - 1
        return place >= 0 and id_ <= self._ranges[place][1]

    def outside(self, first: int, last: int) -> Iterator[Range]:
        """The parts of first..last that are not in the set."""
        start = first
        for low, high in self._ranges[max(0, bisect_right(self._firsts, first) - 1) :]:
            if low > last:
                break
            if low > start:
                yield (start, low - 1)
            start = max(start, high + 1)
        if start <= last:
            yield (start, last)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._ranges)


def still_open(gaps: Iterable[Gap], appeared: Sequence[int], holders: Collection[str]) -> list[Gap]:
    """Gaps that stay open once `appeared` (ascending) has come and `holders` are the transactions that still hold ids.

    A gap is closed for good when none of the transactions that may hold its ids is left. A prepared transaction has
    changed its name, so it may be any of them.
    """
    prepared = any(holder.startswith(PREPARED) for holder in holders)
    remaining = []
    for gap in gaps:
        ids = without(gap.ids, appeared)
        if ids and (prepared or not set(gap.held_by).isdisjoint(holders)):
            remaining.append(Gap(tuple(ids), gap.held_by))
    return remaining
