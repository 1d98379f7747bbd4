"""Which office leads: category × division × duty list (权责清单), pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DutyRow:
    """`category_code` may be a leaf, group or domain; `division_id` None means the whole county."""

    category_code: str
    office_id: int
    division_id: int | None
    lead: bool


@dataclass(frozen=True, slots=True)
class Routed:
    """`lead` None: duty unclear. `assist` holds office ids without the lead."""

    lead: int | None
    assist: tuple[int, ...] = ()


class DutyList:
    """The duty list, indexed for routing. The narrower category wins, then the narrower division."""

    def __init__(self, rows: Iterable[DutyRow]) -> None:
        self._by_code: dict[str, list[DutyRow]] = {}
        for row in rows:
            self._by_code.setdefault(row.category_code, []).append(row)

    def route(self, category_code: str, path: tuple[int, ...], barred: Collection[int] = ()) -> Routed:
        """`path`: division ids from the county down to where the matter is; `barred`: offices complained of."""
        depth: Mapping[int | None, int] = {None: 0} | {division: i + 1 for i, division in enumerate(path)}
        lead: int | None = None
        assist: list[int] = []
        for code in _narrow_to_wide(category_code):
            rows = [
                row for row in self._by_code.get(code, ()) if row.division_id in depth and row.office_id not in barred
            ]
            leads = sorted((row for row in rows if row.lead), key=lambda row: -depth[row.division_id])
            if lead is None and leads:
                lead = leads[0].office_id
            assist += [row.office_id for row in rows if not row.lead]
        return Routed(lead, tuple(dict.fromkeys(office for office in assist if office != lead)))


def _narrow_to_wide(code: str) -> list[str]:
    return [code[:end] for end in range(len(code), 1, -2)]
