import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers import public as registers
from liandong.kernel import time
from liandong.kernel.actor import Actor, Role
from liandong.kernel.errors import InvalidInput, TooMany

from .models import ApiKey, Staff
from .queries import key_hash


@dataclass(frozen=True, slots=True)
class StaffInput:
    """`password` "" gives an account that can't sign in until its password is reset."""

    username: str
    post_name: str
    role: str
    post_name_en: str = ""
    office_code: str = ""
    division_code: str = ""
    cell_codes: tuple[str, ...] = ()
    email: str = ""
    password: str = ""


def import_staff(*, actor: Actor, rows: Iterable[StaffInput]) -> int:
    """Adds or updates accounts by user name; returns how many. Raises InvalidInput for unknown role, office or cell."""
    registry = orgs.organisation()
    count = 0
    with transaction.atomic():
        for row in rows:
            _save_staff(row, registry)
            count += 1
        registers.record_import(actor=actor, register="staff", payload={"rows": count})
    return count


def _save_staff(row: StaffInput, registry: orgs.Organisation) -> None:
    if row.role not in set(Role) - {Role.REPORTER}:
        raise InvalidInput("角色不正确：%(role)s", field="role", role=row.role)
    if row.office_code and row.office_code not in registry.office_by_code:
        raise InvalidInput("部门不存在：%(code)s", field="office_code", code=row.office_code)
    for code in filter(None, (row.division_code, *row.cell_codes)):
        if code not in registry.by_code:
            raise InvalidInput("区划不存在：%(code)s", field="division_code", code=code)
    values: dict[str, object] = {
        "post_name": row.post_name,
        "post_name_en": row.post_name_en,
        "role": row.role,
        "email": row.email,
        "office_id": registry.office_by_code[row.office_code].id if row.office_code else None,
        "division_id": registry.by_code[row.division_code].id if row.division_code else None,
    }
    unusable = {"password": make_password(None)}
    given = {"password": make_password(row.password)} if row.password else {}
    staff, _ = Staff.objects.update_or_create(
        username=row.username, defaults=values | given, create_defaults=values | unusable | given
    )
    staff.cells.set([registry.by_code[code].id for code in row.cell_codes])


def create_api_key(*, actor: Actor, name: str, channel: str = "open311", office_id: int | None = None) -> str:
    """A new key for a client system, shown once."""
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = ApiKey(name=name, key_hash=key_hash(key), channel=channel, office_id=office_id, created_at=time.now())
        row.save()
        registers.record_import(actor=actor, register="api_keys", payload={"id": row.pk, "name": name})
    return key


def count_attempt(*, key: str, limit: int, window_s: int) -> None:
    """Counts one attempt of a source (an address, a case number). Raises TooMany past `limit` in `window_s` seconds."""
    now = time.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_rate AS r (key, window_start, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN r.window_start < %s THEN 1 ELSE r.count + 1 END,"
            " window_start = CASE WHEN r.window_start < %s THEN excluded.window_start ELSE r.window_start END"
            " RETURNING count",
            [key[:80], now, now - timedelta(seconds=window_s), now - timedelta(seconds=window_s)],
        )
        (count,) = cursor.fetchone()
    if count > limit:
        raise TooMany
