"""Types of contract that import-linter doesn't have; `.importlinter` names them."""

import sys
from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter.application import contract_utils, output
from importlinter.application.contract_utils import AlertLevel
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import Module

Breach = tuple[str, str, str]
"""Importer, what it imports, and what it would have to import instead."""


class _OfDirectImports(Contract):
    """A contract that looks at each import by itself; `ignore_imports` holds what is permitted in spite of it."""

    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        removed = contract_utils.remove_ignored_imports_and_report(graph, self.ignore_imports, AlertLevel.ERROR)
        breaches = sorted(self.breaches(graph))
        return ContractCheck(
            kept=not breaches,
            warnings=list(removed.warnings),
            ignored_import_count=removed.ignored_import_count,
            metadata={"breaches": breaches},
        )

    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        raise NotImplementedError

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, instead in check.metadata["breaches"]:
            output.print_error(f"- {importer} -> {imported}: {instead}", bold=False)
        output.new_line()


class Doors(_OfDirectImports):
    """Whoever is not of a room may import its door alone: the module `door` of it.

    A room without this module is entered by nobody; a room that is one file is its own door.
    """

    type_name = "doors"
    rooms = fields.SetField(subfield=fields.ModuleExpressionField())
    door = fields.StringField()

    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        for room in names(graph, self.rooms):
            inside = graph.find_descendants(room)
            door = f"{room}.{self.door}"
            way = f"enter by {door}" if door in inside else "it has no door"
            for module in inside and {room, *inside} - {door}:
                for importer in graph.find_modules_that_directly_import(module) - inside - {room}:
                    yield importer, module, way


class StandardLibrary(_OfDirectImports):
    """Packages that import the standard library, and themselves, and nothing else."""

    type_name = "standard_library"
    packages = fields.SetField(subfield=fields.ModuleExpressionField())

    def breaches(self, graph: ImportGraph) -> Iterator[Breach]:
        for package in names(graph, self.packages):
            own = {package, *graph.find_descendants(package)}
            for module in own:
                for imported in graph.find_modules_directly_imported_by(module) - own:
                    if imported.partition(".")[0] not in sys.stdlib_module_names:
                        yield module, imported, "the standard library only"


def names(graph: ImportGraph, expressions: Any) -> set[str]:
    """Modules that expressions with wildcards stand for. Raises ValueError for one that stands for none."""
    found: set[Module] = module_expressions_to_modules(graph, expressions, raise_if_unmatched=True)
    return {module.name for module in found}
