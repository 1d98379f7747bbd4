"""Categories 事项分类 as versioned data: domain (2 digits), group (4), leaf (6)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from liandong.kernel.language import is_english

FLAGS = frozenset(
    {
        "open311", "machine", "call_emergency", "refer_out", "reporter_confidential", "private", "mediation",
        "joint_handling", "enterprise_first", "enterprise", "consent_based", "aid_match", "sensitive", "minor",
        "no_owner_identity", "no_identity_capture", "aggregate_only", "recusal", "accessibility", "not_for_residents",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category. Budgets are in the calendar's compact text (`5wd`, `4h`); severity 1 is the most urgent."""

    code: str
    version: int
    parent_code: str
    zh: str
    en: str
    leaf: bool
    owner: str = ""
    co_owners: tuple[str, ...] = ()
    severity: int = 4
    accept_budget: str = ""
    finish_budget: str = ""
    flags: frozenset[str] = frozenset()
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Kept off public maps, lists and Open311."""
        return bool(self.flags & {"private", "reporter_confidential"})

    @property
    def is_emergency(self) -> bool:
        """Whether 110, 119, 120 and 122 come before any report; the case is a record, never the only call."""
        return "call_emergency" in self.flags

    @property
    def is_for_residents(self) -> bool:
        """Whether residents choose it and their words may mean it; else a device, a rule or the desk opens it."""
        return "not_for_residents" not in self.flags

    @property
    def is_open311(self) -> bool:
        return "open311" in self.flags and not self.is_private and self.is_for_residents

    def name(self, language: str) -> str:
        return self.en if is_english(language) and self.en else self.zh


@dataclass(frozen=True)
class Taxonomy:
    """The current categories by code, in code order; of those that were retired the last form, for older cases."""

    by_code: Mapping[str, CategoryRow]
    retired: Mapping[str, CategoryRow] = field(default_factory=dict)

    def named(self, code: str) -> CategoryRow | None:
        """The category of a case's code, also after it was retired."""
        return self.by_code.get(code) or self.retired.get(code)

    def leaves(self) -> Iterator[CategoryRow]:
        return (row for row in self.by_code.values() if row.leaf)

    def leaf(self, code: str | None) -> CategoryRow | None:
        row = self.by_code.get(code or "")
        return row if row and row.leaf else None

    def children(self, code: str) -> list[CategoryRow]:
        """Of a domain or group; of "" the domains."""
        return self._children.get(code, [])

    @cached_property
    def _children(self) -> Mapping[str, list[CategoryRow]]:
        children: dict[str, list[CategoryRow]] = {}
        for row in self.by_code.values():
            children.setdefault(row.parent_code, []).append(row)
        return children


def from_document(document: Mapping[str, Any], known: Iterable[CategoryRow] = ()) -> list[CategoryRow]:
    """Rows of a taxonomy file (`categories` with code, parent, zh, en, leaf, owner, sla profile, flags, synonyms).

    Accept time counts office hours where the finish time is in days; severity 1 always runs on natural time. A leaf
    without severity, clocks or owner takes those that are the commonest among its group's leaves, of the file and of
    `known`. Raises KeyError or ValueError for a file of another shape.
    """
    profiles = document.get("sla_profiles", {})
    rows = [_row(entry, profiles) for entry in document["categories"]]
    told = {row.code for row in rows}
    return _completed(rows, [row for row in known if row.leaf and row.code not in told])


def _completed(rows: list[CategoryRow], known: Iterable[CategoryRow]) -> list[CategoryRow]:
    whole = [row for row in (*rows, *known) if row.leaf and _is_whole(row)]
    return [row if not row.leaf or _is_whole(row) else _like_its_group(row, whole) for row in rows]


def _is_whole(row: CategoryRow) -> bool:
    return bool(row.severity and row.finish_budget and row.owner)


def _like_its_group(row: CategoryRow, whole: Iterable[CategoryRow]) -> CategoryRow:
    """Severity and clocks go together: who names no clocks takes those of the commonest severity, or of its own."""
    beside = [each for each in whole if each.parent_code == row.parent_code]
    owners = Counter(each.owner for each in beside)
    clocks = Counter(
        (each.severity, each.accept_budget, each.finish_budget) for each in beside if row.severity in (0, each.severity)
    ) or Counter((row.severity, each.accept_budget, each.finish_budget) for each in beside)
    if not (clocks and owners):
        raise ValueError(f"{row.code} names no severity, clocks or owner, and no leaf of its group does")
    severity, accept, finish = clocks.most_common(1)[0][0]
    return replace(
        row,
        owner=row.owner or owners.most_common(1)[0][0],
        severity=row.severity or severity,
        accept_budget=row.accept_budget or accept,
        finish_budget=row.finish_budget or finish,
    )


def _row(entry: Mapping[str, Any], profiles: Mapping[str, Any]) -> CategoryRow:
    """A leaf without severity has 0, without clocks no budgets, until it is completed from its group."""
    shared: dict[str, Any] = {
        "code": str(entry["code"]),
        "version": 1,
        "parent_code": str(entry["parent"] or ""),
        "zh": str(entry["zh"]),
        "en": str(entry["en"]),
    }
    if not entry["leaf"]:
        return CategoryRow(**shared, leaf=False)
    unknown = set(entry.get("flags", ())) - FLAGS
    if unknown:
        raise ValueError(f"unknown flags {sorted(unknown)} at {entry['code']}")
    synonyms = entry.get("synonyms", {})
    severity = int(entry.get("severity") or 0)
    accept, finish = _budgets(entry, profiles, severity)
    return CategoryRow(
        **shared,
        leaf=True,
        owner=str(entry.get("owner") or ""),
        co_owners=tuple(entry.get("co_owners", ())),
        severity=severity,
        accept_budget=accept,
        finish_budget=finish,
        flags=frozenset(entry.get("flags", ())),
        keywords_zh=tuple(synonyms.get("zh", ())),
        keywords_en=tuple(synonyms.get("en", ())),
    )


def _budgets(entry: Mapping[str, Any], profiles: Mapping[str, Any], severity: int) -> tuple[str, str]:
    """Accept and finish; empty for an entry without clocks. A file that names clocks has to name the severity too:
    they run by it.
    """
    if not (entry.get("sla") or entry.get("resolve")):
        return "", ""
    if not severity:
        raise KeyError("severity")
    resolve = entry.get("resolve") or profiles[entry["sla"]]["resolve"]
    working = resolve["calendar"] == "working" and severity > 1
    accept = _accept(entry, profiles, working_minutes=resolve["unit"] == "day" and severity > 1)
    return accept, _limit(resolve, working)


def _accept(entry: Mapping[str, Any], profiles: Mapping[str, Any], *, working_minutes: bool) -> str:
    """Minutes, or a limit of the law's own like the finish limit."""
    if "accept" in entry:
        return _limit(entry["accept"], entry["accept"]["calendar"] == "working")
    minutes = entry.get("accept_minutes", profiles[entry["sla"]]["accept_minutes"])
    return f"{minutes}{'w' if working_minutes else ''}m"


def _limit(limit: Mapping[str, Any], working: bool) -> str:
    return f"{limit['value']}{'w' if working else ''}{limit['unit'][0]}{_roll(limit, working)}"


def _roll(resolve: Mapping[str, Any], working: bool) -> str:
    """Statutory natural-day limits roll forward over rest days (Civil Code 203) unless the file says otherwise."""
    natural_days = resolve["unit"] == "day" and not working
    return "+" if natural_days and resolve.get("roll_forward", True) else ""
