"""The import contracts, as tests ask them: what they say of the house, and of a house with one import more."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path

import grimp
from importlinter import api
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import Contract

from tools.contracts import Doors, Rooms, StandardFloors, StandardLibrary

ROOT = Path(__file__).resolve().parents[2]
TYPES = {
    each.type_name: each
    for each in (
        AcyclicSiblingsContract,
        Doors,
        ForbiddenContract,
        LayersContract,
        ProtectedContract,
        Rooms,
        StandardFloors,
        StandardLibrary,
    )
}


@cache
def graph() -> grimp.ImportGraph:
    """The house as it is; to be copied before it is changed."""
    return grimp.build_graph("liandong", include_external_packages=True, cache_dir=None)


@cache
def contracts() -> Mapping[str, Contract]:
    read = api.read_configuration(str(ROOT / ".importlinter"))
    return {
        options["id"]: TYPES[options["type"]](options["name"], read["session_options"], options)
        for options in read["contracts_options"]
    }


@cache
def floors() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """By container, highest first: the names that share a floor. Exhaustive lists only."""
    return {
        str(container): tuple(tuple(sorted(tail.name for tail in layer.module_tails)) for layer in contract.layers)
        for contract in contracts().values()
        if isinstance(contract, LayersContract) and contract.exhaustive
        for container in contract.containers
    }


def order(container: str) -> list[str]:
    """Lowest first."""
    return [name for floor in reversed(floors()[container]) for name in floor]


def with_imports(*added: tuple[str, str]) -> grimp.ImportGraph:
    """A copy of the house with these imports, (importer, imported); a module that isn't there is built."""
    copy = deepcopy(graph())
    for importer, imported in added:
        for module in (importer, imported):
            _build(copy, module)
        copy.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")
    return copy


def _build(house: grimp.ImportGraph, module: str) -> None:
    if not module.startswith("liandong"):
        house.add_module(module, is_squashed=True)
        return
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        house.add_module(".".join(parts[:end]))


def broken(house: grimp.ImportGraph, names: Iterable[str] = ()) -> Iterator[str]:
    """The contracts that it doesn't keep, of these or of all."""
    for name, contract in contracts().items():
        if (not names or name in names) and not contract.check(deepcopy(house), verbose=False).kept:
            yield name


def rooms(house: grimp.ImportGraph) -> set[str]:
    """Folders of contexts and foundation."""
    both = house.find_children("liandong.contexts") | house.find_children("liandong.foundation")
    return {room for room in both if house.find_children(room)}
