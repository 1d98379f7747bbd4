from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.db import connection, models, transaction

from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import Actor

from .cache import Cached
from .domain.events import RegisterImported, RegisterRowAdded, RegisterRowChanged

_UNRECORDED = {"password", "new_password", "last_login", "email"}


def bump(*names: str) -> None:
    """Marks registers as changed; memory of this process is emptied after commit, of others within two seconds."""
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(
                "INSERT INTO registers_version AS v VALUES (%s, extract(epoch FROM clock_timestamp()) * 1e6)"
                " ON CONFLICT (name) DO UPDATE SET version = greatest(v.version + 1, excluded.version)",
                [name],
            )
    Cached.forget_all(*names)
    transaction.on_commit(partial(Cached.forget_all, *names))


def save_row(*, actor: Actor, row: models.Model, register: str, changed: Sequence[str] = ()) -> None:
    """Saves one row of a register by hand (administration) and records which fields took which values.

    Passwords and addresses are recorded as changed, without their value.
    """
    with transaction.atomic():
        created = row._state.adding
        row.save()
        fields = changed or [field.name for field in row._meta.concrete_fields]
        event = RegisterRowAdded if created else RegisterRowChanged
        facts = event(row=row._meta.label_lower, fields=_recorded(row, fields))
        ledger.record(actor=actor, stream=ledger.Stream(register, int(row.pk)), facts=facts)
        bump(register)


def record_import(*, actor: Actor, register: str, facts: RegisterImported) -> None:
    """One ledger entry for a whole file that was loaded into a register, and the register's new version."""
    ledger.record(actor=actor, stream=ledger.Stream(register, 0), facts=facts)
    bump(register)


def _recorded(row: models.Model, fields: Sequence[str]) -> dict[str, object]:
    def plain(name: str) -> object:
        if name in _UNRECORDED:
            return "changed"
        field = row._meta.get_field(name)
        value = (
            field.value_from_object(row) if isinstance(field, models.Field) and not field.many_to_many else "changed"
        )
        if isinstance(value, (datetime, date)):
            return value.isoformat()
        if isinstance(value, list):
            return [str(item) for item in value]
        return value if isinstance(value, (str, int, bool)) or value is None else str(value)

    return {name: plain(name) for name in fields}
