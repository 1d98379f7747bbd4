"""Types of contract that import-linter doesn't have; `.importlinter` names them."""

import sys
from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter.application import contract_utils, output
from importlinter.application.contract_utils import AlertLevel
from importlinter.contracts.layers import LayersContract
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import Module

from liandong.app.rooms import FLOORS

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


class Rooms(LayersContract):
    """Layers of a container in the order of the product's list of rooms."""

    type_name = "rooms"

    def __init__(self, name: str, session_options: dict[str, Any], contract_options: dict[str, Any]) -> None:
        (container,) = contract_options["containers"]
        layers = [" | ".join(floor) for floor in reversed(floors_of(container))]
        super().__init__(name, session_options, {**contract_options, "layers": layers})


class StandardFloors(LayersContract):
    """The same layers inside every room of the list that is `within` and doesn't stand `apart`."""

    type_name = "standard_floors"
    within = fields.StringField()
    apart = fields.SetField(subfield=fields.StringField(), required=False)

    def __init__(self, name: str, session_options: dict[str, Any], contract_options: dict[str, Any]) -> None:
        within, apart = contract_options["within"], set(contract_options.get("apart", ()))
        rooms = [room for floor in floors_of(within) for room in floor]
        containers = [f"{within}.{room}" for room in rooms if room not in apart]
        super().__init__(name, session_options, {**contract_options, "containers": containers})


def floors_of(container: str) -> list[list[str]]:
    """Names of the rooms in it, lowest floor first."""
    floors = (
        [room.removeprefix(f"{container}.") for room in floor if room.startswith(f"{container}.")] for floor in FLOORS
    )
    return [floor for floor in floors if floor]


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
