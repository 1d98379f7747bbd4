"""Our codes for what a source names; where its mapping says `create`, what is missing is added to the registers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from liandong.contexts.categories import public as categories
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .local_categories import Path, Shelf
from .mapping import SourceMap, TopDivision, Translated, fold_value

NAME_SIGNS = 80
_CODE_SIGNS = 24


@dataclass(slots=True)
class Made:
    """How many entries were added."""

    categories: int = 0
    offices: int = 0
    divisions: int = 0


@dataclass(frozen=True, slots=True)
class Codes:
    category: str = ""
    office: str = ""
    division: str = ""


class SourceRegisters:
    """The registers of one run. Codes are remembered, since a few names stand in many rows."""

    def __init__(self, actor: Actor, mapping: SourceMap) -> None:
        self.made = Made()
        self._actor = actor
        self._mapping = mapping
        self._category_table = _folded(mapping.categories.table)
        self._office_table = _folded(mapping.offices.table)
        self._categories: dict[Path, str] = {(): ""}
        self._offices: dict[tuple[str, str], str] = {("", ""): ""}
        self._divisions: dict[Path, str] = {(): ""}

    def learn(self, rows: Iterable[Translated]) -> None:
        """Finds or makes the codes of a batch, each register asked and written once."""
        batch = list(rows)
        self._learn_categories({row.category for row in batch} - self._categories.keys())
        self._learn_offices({row.office for row in batch} - self._offices.keys())
        self._learn_divisions({row.division for row in batch} - self._divisions.keys())

    def codes(self, row: Translated) -> Codes:
        """Of a row that was learnt; a category that isn't in the register stays open. Raises InvalidInput for an office
        or division that isn't.
        """
        office, division = self._offices[row.office], self._divisions[row.division]
        if any(row.office) and not office:
            raise InvalidInput("没有这个部门。", field="office_code")
        if row.division and not division:
            raise InvalidInput("没有这个区划代码。", field="division_code")
        return Codes(self._categories[row.category], office, division)

    def _learn_categories(self, paths: set[Path]) -> None:
        listed = {path: self._listed(path) for path in paths}
        own = sorted(path for path, code in listed.items() if not code)
        if own and self._mapping.categories.create:
            rows = list(Shelf(self._mapping.categories, categories.taxonomy()).add(own))
            if rows:
                categories.import_taxonomy(actor=self._actor, rows=rows)
            self.made.categories += sum(row.leaf for row in rows)
            shelf = Shelf(self._mapping.categories, categories.taxonomy())
            listed |= {path: shelf.code(path) for path in own}
        self._categories |= listed

    def _listed(self, path: Path) -> str:
        """The mapping's own code for a name: of all levels, else of the last."""
        table = self._category_table
        return table.get(fold_value(" / ".join(path))) or table.get(fold_value(path[-1])) or ""

    def _learn_offices(self, names: set[tuple[str, str]]) -> None:
        found = {name: self._find_office(*name) for name in names}
        missing = {_office_code(*name): name for name in sorted(names) if not found[name]}
        if missing and self._mapping.offices.create:
            rows = [orgs.OfficeInput(code, (name or given)[:NAME_SIGNS]) for code, (given, name) in missing.items()]
            self.made.offices += orgs.import_offices(actor=self._actor, rows=rows).added
            found = {name: self._find_office(*name) for name in names}
        self._offices |= found

    def _find_office(self, given: str, name: str) -> str:
        registry = orgs.organisation()
        code = self._office_table.get(fold_value(given or name)) or _office_code(given, name)
        if code in registry.office_by_code:
            return code
        if given:
            return ""
        wanted = fold_value(name)
        return next((row.code for row in registry.offices.values() if fold_value(row.name) == wanted), "")

    def _learn_divisions(self, paths: set[Path]) -> None:
        rule = self._mapping.divisions
        if rule.code:
            registry = orgs.organisation()
            self._divisions |= {path: path[0] if path[0] in registry.by_code else "" for path in paths}
            return
        if rule.create and rule.county:
            self._make_divisions(rule.county, paths)
        tree = _Tree(rule.county.code if rule.county else "", orgs.organisation())
        self._divisions |= {path: tree.code(path) for path in paths}

    def _make_divisions(self, county: TopDivision, paths: set[Path]) -> None:
        registry = orgs.organisation()
        rows: list[orgs.DivisionInput] = []
        if county.code not in registry.by_code:
            rows.append(orgs.DivisionInput(county.code, county.name, "county", name_en=county.name_en))
        tree = _Tree(county.code, registry)
        kinds = [level.kind for level in self._mapping.divisions.levels]
        for path in sorted(paths):
            rows += tree.add(path, kinds)
        if not rows:
            return
        if not orgs.county().name:
            zone = self._mapping.source.zone or orgs.county().zone
            orgs.set_up_county(actor=self._actor, name=county.name, name_en=county.name_en, code=county.code, zone=zone)
        self.made.divisions += orgs.import_divisions(actor=self._actor, rows=rows).added


class _Tree:
    """Divisions below one top by their names."""

    def __init__(self, top: str, registry: orgs.Organisation) -> None:
        self._top = top
        self._taken = {row.code for row in registry.divisions.values()}
        self._below = {
            (registry.divisions[row.parent_id].code, fold_value(row.name)): row.code
            for row in registry.by_code.values()
            if row.parent_id is not None
        }

    def code(self, path: Path) -> str:
        """Empty where a name isn't there."""
        code = self._top
        for name in path:
            code = self._below.get((code, fold_value(name[:NAME_SIGNS])), "")
        return code

    def add(self, path: Path, kinds: Sequence[str]) -> Iterable[orgs.DivisionInput]:
        """Divisions that the path still needs. A code is the parent's with three more digits."""
        parent = self._top
        for name, kind in zip((name[:NAME_SIGNS] for name in path), kinds, strict=False):
            key = (parent, fold_value(name))
            if key not in self._below:
                code = next(code for n in range(1, 10_000) if (code := f"{parent}{n:03d}") not in self._taken)
                self._taken.add(code)
                self._below[key] = code
                yield orgs.DivisionInput(code, name, kind, parent)
            parent = self._below[key]


def _folded(table: dict[str, str]) -> dict[str, str]:
    return {fold_value(name): code for name, code in table.items()}


def _office_code(given: str, name: str) -> str:
    """The source's own code if it is short enough, else one that follows from the name."""
    if given and len(given) <= _CODE_SIGNS:
        return given
    return f"L-{sha256(fold_value(given or name).encode()).hexdigest()[:12]}"
