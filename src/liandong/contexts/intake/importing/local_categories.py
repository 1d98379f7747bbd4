"""Codes for the categories of a source, in the local domains 90–99 of the taxonomy (2-2-2 digits)."""

import re
from collections.abc import Iterable, Iterator

from liandong.contexts.categories import public as categories
from liandong.kernel.errors import InvalidInput

from .mapping import Categories, fold_value

NAME_SIGNS = 80
_LOCAL_DOMAINS = range(90, 100)
_PARTS = range(1, 100)

Path = tuple[str, ...]
"""A leaf's name, or the names of group and leaf."""


class Shelf:
    """The domains of one source: the same name always has the same code, a new name gets the next free one.

    A domain is known by the source's title, “title（2）” is its second one; a source with one level of names keeps its
    leaves in groups that bear its title.
    """

    def __init__(self, rule: Categories, taxonomy: categories.Taxonomy) -> None:
        self._rule = rule
        self._taken = set(taxonomy.by_code)
        self._groups: dict[Path, str] = {}
        self._leaves: dict[Path, str] = {}
        self._domains = [
            row.code for row in taxonomy.children("") if row.code >= "90" and _uncounted(row.zh) == rule.zh
        ]
        for domain in self._domains:
            self._read(domain, taxonomy)

    def _read(self, domain: str, taxonomy: categories.Taxonomy) -> None:
        for group in taxonomy.children(domain):
            own = _uncounted(group.zh) == self._rule.zh
            above: Path = () if own else (fold_value(group.zh),)
            self._groups[above] = group.code
            for leaf in taxonomy.children(group.code):
                self._leaves.setdefault((*above, fold_value(leaf.zh)), leaf.code)

    def code(self, path: Path) -> str:
        """The leaf's code, "" where it has none yet."""
        return self._leaves.get(_folded(path), "")

    def add(self, paths: Iterable[Path]) -> Iterator[categories.CategoryRow]:
        """The categories to be added so that every path has a code, upper ones first. Raises InvalidInput when all
        local domains are full.
        """
        for path in paths:
            if not self.code(path):
                yield from self._add(tuple(name[:NAME_SIGNS] for name in path), _folded(path))

    def _add(self, path: Path, folded: Path) -> Iterator[categories.CategoryRow]:
        group = self._groups.get(folded[:-1], "")
        if not (group and self._free(group)):
            for row in self._open_group(path[:-1]):
                yield row
                group = row.code
            self._groups[folded[:-1]] = group
        code = self._take(group)
        self._leaves[folded] = code
        yield categories.CategoryRow(
            code,
            1,
            group,
            path[-1],
            path[-1],
            leaf=True,
            severity=self._rule.severity,
            accept_budget=self._rule.accept,
            finish_budget=self._rule.finish,
        )

    def _open_group(self, name: Path) -> Iterator[categories.CategoryRow]:
        domain = next((domain for domain in self._domains if self._free(domain)), "")
        if not domain:
            domain = next((str(n) for n in _LOCAL_DOMAINS if str(n) not in self._taken), "")
            if not domain:
                raise InvalidInput("本地分类的十个门类（90–99）已用完。", field="category_code")
            self._taken.add(domain)
            self._domains.append(domain)
            yield self._upper(domain, "", (), len(self._domains))
        code = self._take(domain)
        yield self._upper(code, domain, name, int(code[2:]))

    def _upper(self, code: str, parent: str, name: Path, count: int) -> categories.CategoryRow:
        if name:
            return categories.CategoryRow(code, 1, parent, name[0], name[0], leaf=False)
        zh, en = self._rule.zh, self._rule.en or self._rule.zh
        mark = f"（{count}）" if count > 1 else ""
        return categories.CategoryRow(code, 1, parent, f"{zh}{mark}", f"{en}{mark}", leaf=False)

    def _free(self, parent: str) -> str:
        """The next free code below a domain or group, "" when all 99 are taken."""
        return next((code for n in _PARTS if (code := f"{parent}{n:02d}") not in self._taken), "")

    def _take(self, parent: str) -> str:
        code = self._free(parent)
        self._taken.add(code)
        return code


def _folded(path: Path) -> Path:
    return tuple(fold_value(name[:NAME_SIGNS]) for name in path)


def _uncounted(name: str) -> str:
    return re.sub(r"（\d+）$", "", name)
