from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from liandong.contexts.cases import public as cases

from .models import Definition, Run


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One version of a process, without its drawing."""

    id: int
    key: str
    version: int
    current: bool
    shipped: bool
    name: str
    name_en: str
    sha256: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class RunRow:
    """The run of a case: ids of the elements it stands on, and of which definition; `is_stuck`: where it stood last."""

    case_id: int
    definition: DefinitionRow
    case_version: int
    positions: tuple[str, ...]
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class StuckRow:
    """A run that can't follow its case. `reason`: `engine` or `drawing`, with its sentence in `STUCK_NAMES`."""

    case_id: int
    definition: DefinitionRow
    since: datetime
    reason: str


STUCK_NAMES = {reason.value: str(reason.label) for reason in Run.Stuck}


_COLUMNS: Sequence[str] = tuple(DefinitionRow.__slots__)


def definitions(key: str = "") -> list[DefinitionRow]:
    """All versions, of one process or of all, newest first."""
    rows = Definition.objects.order_by("key", "-version")
    return [DefinitionRow(*row) for row in (rows.filter(key=key) if key else rows).values_list(*_COLUMNS)]


def current_definition(key: str) -> DefinitionRow | None:
    """The version that new runs begin with; None before the first."""
    for row in Definition.objects.filter(key=key, current=True).values_list(*_COLUMNS):
        return DefinitionRow(*row)
    return None


def run_of(case_id: int) -> RunRow | None:
    """The run of a case, None where nobody has asked for it yet."""
    for run in (
        Run.objects.filter(pk=case_id)
        .select_related("definition")
        .defer("tasks", "definition__spec", "definition__xml")
    ):
        return row_of(run)
    return None


def stuck_runs(most: int = 100, *, after: tuple[datetime, int] | None = None) -> list[StuckRow]:
    """Runs that can't follow their cases, longest first; `after`: the (since, case) that the page before ended with.
    The cases themselves go on: nothing hangs on a run.
    """
    stuck = Run.objects.filter(stuck_since__isnull=False).order_by("stuck_since", "pk").select_related("definition")
    if after:
        since, case_id = after
        stuck = stuck.filter(stuck_since__gte=since).filter(Q(stuck_since__gt=since) | Q(pk__gt=case_id))
    return [
        StuckRow(run.pk, _definition_of(run), run.stuck_since, run.stuck_reason)
        for run in stuck.defer("tasks", "definition__spec", "definition__xml")[:most]
        if run.stuck_since is not None
    ]


def count_stuck() -> cases.Count:
    """Exact up to 1,000."""
    number = Run.objects.filter(stuck_since__isnull=False).values("pk")[: cases.COUNT_EXACT_TO + 1].count()
    return cases.Count(min(number, cases.COUNT_EXACT_TO), number <= cases.COUNT_EXACT_TO)


def row_of(run: Run) -> RunRow:
    return RunRow(
        run.pk, _definition_of(run), run.case_version, tuple(run.positions), is_stuck=run.stuck_since is not None
    )


def _definition_of(run: Run) -> DefinitionRow:
    return DefinitionRow(*(getattr(run.definition, name) for name in _COLUMNS))


def xml_of(definition_id: int) -> str:
    """The drawing of a version as it was loaded."""
    return str(Definition.objects.values_list("xml", flat=True).get(pk=definition_id))


def spec_of(definition_id: int) -> dict[str, Any]:
    """The definition as the engine compiled it."""
    spec: dict[str, Any] = Definition.objects.values_list("spec", flat=True).get(pk=definition_id)
    return spec


def followed(case_ids: Sequence[int]) -> list[int]:
    """Those of the cases that have a run."""
    return list(Run.objects.filter(pk__in=case_ids).order_by("pk").values_list("pk", flat=True))
