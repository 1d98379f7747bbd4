import os
import secrets
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Q

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers import public as registers
from liandong.kernel import time, written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, TooMany
from liandong.kernel.roles import POSTS

from .logins import check_username
from .mail_address import check_email
from .models import ApiKey, RateWindow, Staff
from .queries import key_hash

FORGOTTEN_AFTER = timedelta(days=1)


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
    password_hash: str = ""
    """In place of `password`, as `make_password` gives it."""


def import_staff(*, actor: Actor, rows: Iterable[StaffInput]) -> orgs.Loaded:
    """Adds or updates accounts by user name. Raises InvalidInput for unknown role, office or cell."""
    registry = orgs.organisation()
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with transaction.atomic(), ThreadPoolExecutor(os.cpu_count()) as hashing:
        known = {staff.username: staff for staff in Staff.objects.prefetch_related("cells")}
        spelt = {username.casefold(): username for username in known}
        wanted = [(row, hashing.submit(_hash, row)) for row in rows]
        for row, password in wanted:
            check_username(row.username, spelt.setdefault(row.username.casefold(), row.username))
            counts[_save_staff(row, password, known.get(row.username), registry)] += 1
        registers.record_import(actor=actor, register="staff", facts=registers.RegisterImported.of_counts(counts))
    return orgs.Loaded(**counts)


def _hash(row: StaffInput) -> str:
    return row.password_hash or make_password(row.password or None)


def _save_staff(row: StaffInput, password: Future[str], known: Staff | None, registry: orgs.Organisation) -> str:
    """Saves the row. Returns added, changed or unchanged."""
    if row.role not in POSTS:
        raise InvalidInput("角色不正确：%(role)s", field="role", role=row.role)
    written.check_name(row.post_name, "post_name")
    if row.office_code and row.office_code not in registry.office_by_code:
        raise InvalidInput("部门不存在：%(code)s", field="office_code", code=row.office_code)
    if row.email:
        check_email(row.email)
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
    cells = {registry.by_code[code].id for code in row.cell_codes}
    same = known is not None and all(getattr(known, name) == value for name, value in values.items())
    sets_password = bool(row.password or row.password_hash)
    if same and known and not sets_password and {cell.pk for cell in known.cells.all()} == cells:
        return "unchanged"
    staff = known or Staff(username=row.username, password=password.result())
    for name, value in values.items():
        setattr(staff, name, value)
    if sets_password:
        staff.password = password.result()
    staff.save()
    staff.cells.set(cells)
    return "changed" if known else "added"


def follow_divisions(*, actor: Actor) -> int:
    """Moves posts from divisions and cells that were replaced to those that replaced them; returns how many posts."""
    with transaction.atomic():
        registry = orgs.organisation()
        moved = 0
        ended = {row.id for row in registry.divisions.values() if row.valid_to is not None}
        affected = Staff.objects.filter(Q(division_id__in=ended) | Q(cells__in=ended)).distinct()
        for staff in affected.prefetch_related("cells"):
            successor = registry.successor(staff.division_id)
            cells = {registry.successor(cell.pk) for cell in staff.cells.all()}
            if successor == staff.division_id and cells == {cell.pk for cell in staff.cells.all()}:
                continue
            staff.division_id = successor
            staff.save(update_fields=["division_id"])
            staff.cells.set(cell for cell in cells if cell is not None)
            moved += 1
        if moved:
            registers.record_import(actor=actor, register="staff", facts=registers.RegisterImported(moved=moved))
    return moved


def create_api_key(*, actor: Actor, name: str, channel: str = "open311", office_id: int | None = None) -> str:
    """A new key for a client system, shown once."""
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = ApiKey(name=name, key_hash=key_hash(key), channel=channel, office_id=office_id, created_at=time.now())
        row.save()
        registers.record_import(
            actor=actor, register="api_keys", facts=registers.RegisterImported(id=row.pk, name=name)
        )
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
            " RETURNING count, window_start",
            [key[:80], now, now - timedelta(seconds=window_s), now - timedelta(seconds=window_s)],
        )
        count, began = cursor.fetchone()
    if count > limit:
        raise TooMany(retry_after_s=window_s - int((now - began).total_seconds()))


def forget_attempts() -> int:
    """Removes attempts whose window began more than a day ago; no window is longer. Returns how many."""
    removed, _ = RateWindow.objects.filter(window_start__lt=time.now() - FORGOTTEN_AFTER).delete()
    return removed
