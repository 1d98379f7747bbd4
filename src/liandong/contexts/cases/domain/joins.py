"""Who hangs under whom by which decision.

A case hangs on the last case of its line: on what it was joined to, or on what that was joined to since. Separating
takes a case out with all whose line leads through it; who was joined by an own later decision has another line.
"""

from collections.abc import Collection, Mapping


def way_up(case_id: int, under: Mapping[int, int]) -> list[int]:
    """The cases above this one, the nearest first."""
    above: list[int] = []
    while (case_id := under.get(case_id, 0)) and case_id not in above:
        above.append(case_id)
    return above


def led_by(case_id: int, cases: Collection[int], under: Mapping[int, int]) -> dict[int, list[int]]:
    """Those of `cases` whose line leads through the case, each with what lies between the two."""
    found = {each: way_up(each, under) for each in cases}
    return {each: above[: above.index(case_id)] for each, above in found.items() if case_id in above}
