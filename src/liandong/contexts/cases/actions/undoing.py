"""What can be taken back 撤销: how a case stood is kept with the change, in one row a case (`models.Undo`)."""

from typing import TypeVar

import msgspec

from liandong.contexts.cases.change import Change
from liandong.contexts.cases.domain.undo import Before
from liandong.contexts.cases.models import Undo
from liandong.kernel.errors import Conflict

Stood = TypeVar("Stood", bound=Before)


def keep(change: Change, before: Before, *, joined_to: int | None = None) -> None:
    """Keeps how the case stood, in place of what was kept before."""
    row = Undo.objects.filter(pk=change.case.pk).first()
    values = {
        "version": change.case.version + 1,
        "what": before.what.value,
        "before": msgspec.to_builtins(before),
        "joined_to_id": joined_to,
    }
    if row is None:
        Undo(case_id=change.case.pk, **values).save(force_insert=True)
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def keep_undoable(change: Change, before: Before) -> None:
    """Keeps how the case stood, and that this can be taken back until something else happens to it."""
    keep(change, before)
    change.set(undo_version=change.case.version + 1, undo_what=before.what.value)


def take_back(change: Change, kind: type[Stood]) -> Stood:
    """How the case stood before its last change; the row goes. Raises Conflict where that was something else."""
    row = Undo.objects.filter(pk=change.case.pk, what=kind.what, version=change.case.version).first()
    if row is None:
        raise Conflict
    Undo.objects.filter(pk=row.pk).delete()
    return read(row, kind)


def read(row: Undo, kind: type[Stood]) -> Stood:
    return msgspec.convert(row.before, kind)
