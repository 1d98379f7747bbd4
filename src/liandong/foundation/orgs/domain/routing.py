"""Which office leads: category × division × duty list (权责清单), pure."""

from collections import Counter
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
    """The duty list, indexed for routing. The narrower category wins, then the narrower division. A leaf that no line
    names goes where most of its group's leaves go.
    """

    def __init__(self, rows: Iterable[DutyRow]) -> None:
        self._by_code: dict[str, list[DutyRow]] = {}
        for row in rows:
            self._by_code.setdefault(row.category_code, []).append(row)

    @property
    def codes(self) -> Collection[str]:
        """The categories of all lines."""
        return self._by_code.keys()

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
        if lead is None and not self.names(category_code):
            lead = self._of_group(category_code, depth, barred)
        return Routed(lead, tuple(dict.fromkeys(office for office in assist if office != lead)))

    def names(self, category_code: str) -> bool:
        """Whether a line, of whatever division, says who leads the leaf, its group or its domain."""
        return bool(self.named_by(category_code))

    def named_by(self, category_code: str) -> str:
        """The narrowest of leaf, group and domain for which a line, of whatever division, says who leads; "" where
        none does.
        """
        named = (
            code for code in _narrow_to_wide(category_code) if any(row.lead for row in self._by_code.get(code, ()))
        )
        return next(named, "")

    def _of_group(self, category_code: str, depth: Mapping[int | None, int], barred: Collection[int]) -> int | None:
        """The lead of most of the leaves beside it; of several as common ones that of the first code."""
        leads: Counter[int] = Counter()
        for code in sorted(self._by_code):
            if len(code) == len(category_code) and code[:-2] == category_code[:-2]:
                rows = [row for row in self._by_code[code] if row.lead and row.division_id in depth]
                leads.update(row.office_id for row in sorted(rows, key=lambda row: -depth[row.division_id])[:1])
        found = [office for office, _ in leads.most_common() if office not in barred]
        return found[0] if found else None


def _narrow_to_wide(code: str) -> list[str]:
    return [code[:end] for end in range(len(code), 1, -2)]
