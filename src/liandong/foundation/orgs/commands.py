from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
import shapely.geometry
from django.core.exceptions import ValidationError
from django.db import transaction

from liandong.foundation.registers import public as registers
from liandong.foundation.rooms import public as rooms
from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

from .domain import rights
from .models import County, Division, Duty, Office
from .queries import organisation, today


@dataclass(frozen=True, slots=True)
class DivisionInput:
    """`parent_code` "" = top. `outline`: GeoJSON geometry in WGS-84 or None."""

    code: str
    name: str
    kind: str
    parent_code: str = ""
    name_en: str = ""
    outline: dict[str, Any] | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class OfficeInput:
    code: str
    name: str
    name_en: str = ""
    role_code: str = ""
    division_code: str = ""
    is_desk: bool = False
    phone: str = ""


@dataclass(frozen=True, slots=True)
class DutyInput:
    category_code: str
    office_code: str
    kind: str = "lead"
    division_code: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome of a register file: rows added, changed, unchanged, ended."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0


def set_up_county(*, actor: Actor, **settings: object) -> None:
    """Creates or changes the one county row. Raises InvalidInput for an unknown setting or a wrong value."""
    unknown = sorted(set(settings) - {field.name for field in County._meta.fields if field.name != "rooms_off"})
    if unknown:
        raise InvalidInput("没有这项设置：%(name)s", field=unknown[0], name=unknown[0])
    with transaction.atomic():
        row = County.objects.filter(pk=1).first() or County(pk=1)
        for name, value in settings.items():
            setattr(row, name, value)
        try:
            row.full_clean(validate_constraints=False)
        except ValidationError as error:
            field, messages = next(iter(error.message_dict.items()))
            raise InvalidInput(messages[0], field=field) from error
        row.save()
        registers.record_import(
            actor=actor, register="county", facts=registers.RegisterImported(settings=sorted(settings))
        )


def switch_room(*, actor: Actor, name: str, is_on: bool) -> bool:
    """Switches an optional room on or off for the county; whether it was the other way before.

    Its data stays. Raises NotAllowed for who may not switch rooms, NotFound where there is no such room or it can't
    be switched, Conflict before the county is set up.
    """
    if not actor.may(rights.SWITCH_ROOMS):
        raise NotAllowed
    if name not in {room.name for room in rooms.optional()}:
        raise NotFound
    with transaction.atomic():
        row = County.objects.select_for_update().filter(pk=1).first()
        if row is None:
            raise Conflict("请先设置本县。")
        if (name not in row.rooms_off) == is_on:
            return False
        row.rooms_off = sorted({*row.rooms_off, name} - ({name} if is_on else set()))
        registers.save_row(actor=actor, row=row, register="county", changed=["rooms_off"])
    return True


def import_divisions(
    *, actor: Actor, rows: Iterable[DivisionInput], valid_from: date | None = None, end_missing: bool = False
) -> Loaded:
    """Loads divisions, upper ones first or in any order. A changed boundary, name or parent ends the old row on
    `valid_from` and begins a new one; cases keep the division they had, lower divisions, offices and duties go with it.
    A first outline or point completes the row that is there; what the file doesn't say (outline, English name) stays.

    `end_missing` ends current divisions of the file's kinds that it doesn't name. Raises InvalidInput for an unknown
    parent, a change from before the current row, an ended division that still has lower ones.
    """
    start = valid_from or today()
    wanted = list(rows)
    seen = {row.code for row in wanted}
    if len(seen) != len(wanted):
        raise InvalidInput("区划代码重复。", field="code")
    counts = {"added": 0, "changed": 0, "unchanged": 0, "ended": 0}
    with transaction.atomic():
        current = {row.code: row for row in Division.objects.filter(valid_to=None).select_for_update()}
        replaced: dict[int, Division] = {}
        for wave in _upper_first(wanted, set(current)):
            _load_wave(wave, current, start, counts, replaced)
        _carry_over(current, replaced)
        if end_missing:
            counts["ended"] = _end_missing(current, seen, {row.kind for row in wanted}, start)
        registers.record_import(actor=actor, register="divisions", facts=registers.RegisterImported.of_counts(counts))
    return Loaded(**counts)


def _end_missing(current: dict[str, Division], seen: set[str], kinds: set[str], start: date) -> int:
    gone = {row.pk: row for code, row in current.items() if code not in seen and row.kind in kinds}
    for row in current.values():
        if row.parent_id in gone and row.pk not in gone:
            code = gone[row.parent_id].code
            raise InvalidInput("区划 %(code)s 还有下级区划，不能终止。", field="code", code=code)
    return Division.objects.filter(pk__in=gone).update(valid_to=start)


def _carry_over(current: dict[str, Division], replaced: dict[int, Division]) -> None:
    """Hangs dependants of an ended row on its successor: lower divisions that the file left alone, offices, duties."""
    if not replaced:
        return
    moved = []
    for row in current.values():
        if any(upper in replaced for upper in row.path):
            row.path = [replaced[upper].pk if upper in replaced else upper for upper in row.path]
            if row.parent_id in replaced:
                row.parent_id = replaced[row.parent_id].pk
            moved.append(row)
    Division.objects.bulk_update(moved, ["parent", "path"], batch_size=500)
    for old, new in replaced.items():
        Office.objects.filter(division_id=old).update(division=new)
        Duty.objects.filter(division_id=old).update(division=new)


def _upper_first(rows: list[DivisionInput], known: set[str]) -> Iterable[list[DivisionInput]]:
    waiting, done = rows, set(known) - {row.code for row in rows}
    while waiting:
        wave = [row for row in waiting if not row.parent_code or row.parent_code in done]
        if not wave:
            raise InvalidInput("上级区划不存在：%(code)s", field="parent_code", code=waiting[0].parent_code)
        yield wave
        done |= {row.code for row in wave}
        taken = {row.code for row in wave}
        waiting = [row for row in waiting if row.code not in taken]


def _load_wave(
    wave: list[DivisionInput],
    current: dict[str, Division],
    start: date,
    counts: dict[str, int],
    replaced: dict[int, Division],
) -> None:
    added: list[Division] = []
    ended: list[tuple[Division, Division]] = []
    for row in wave:
        parent = current.get(row.parent_code)
        old = current.get(row.code)
        if old and old.parent_id in replaced:
            old.parent = replaced[old.parent_id]
        if old and _same(old, row, parent):
            counts["unchanged"] += 1
            continue
        new = _division(row, parent, start)
        if old:
            _keep_unsaid(new, old)
        if old and (old.valid_from == start or _completes(old, row, parent)):
            new.pk, new.valid_from = old.pk, old.valid_from
            new.path = [*(parent.path if parent else []), old.pk]
            new.save()
            current[row.code] = new
            counts["changed"] += 1
            continue
        if old and old.valid_from > start:
            raise InvalidInput("区划 %(code)s 的现有版本晚于生效日期。", field="valid_from", code=row.code)
        if old:
            ended.append((old, new))
        added.append(new)
    Division.objects.filter(pk__in=[old.pk for old, _ in ended]).update(valid_to=start)
    Division.objects.bulk_create(added, batch_size=500)
    for division in added:
        division.path = [*(current[division.parent.code].path if division.parent else []), division.pk]
        current[division.code] = division
    Division.objects.bulk_update(added, ["path"], batch_size=500)
    for old, new in ended:
        old.valid_to, old.successor = start, new
        replaced[old.pk] = new
    Division.objects.bulk_update([old for old, _ in ended], ["successor"], batch_size=500)
    counts["changed"] += len(ended)
    counts["added"] += len(added) - len(ended)


def _keep_unsaid(new: Division, old: Division) -> None:
    new.name_en = new.name_en or old.name_en
    if new.outline is None:
        new.outline = old.outline
        if old.outline is not None or new.lon is None:
            new.lon, new.lat = old.lon, old.lat


def _completes(old: Division, row: DivisionInput, parent: Division | None) -> bool:
    """Whether the file only adds what the row didn't have yet."""
    return _identical(old, row, parent) and old.outline is None


def _division(row: DivisionInput, parent: Division | None, start: date) -> Division:
    if row.kind not in Division.Kind.values:
        raise InvalidInput("区划类别不正确：%(kind)s", field="kind", kind=row.kind)
    written.check_name(row.name)
    lon, lat = row.lon, row.lat
    if row.outline is not None:
        lon, lat = _inner_point(row)
    return Division(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        level=parent.level + 1 if parent else 0,
        parent=parent,
        outline=row.outline,
        lon=lon,
        lat=lat,
        valid_from=start,
    )


def _inner_point(row: DivisionInput) -> tuple[float, float]:
    try:
        shape = shapely.geometry.shape(row.outline)
        usable = shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon")
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
        usable = False
    if not usable:
        raise InvalidInput("区划 %(code)s 的边界无效。", field="outline", code=row.code)
    point = shape.representative_point()
    return round(point.x, 6), round(point.y, 6)


def _same(old: Division, row: DivisionInput, parent: Division | None) -> bool:
    if row.outline is None:
        placed = row.lon is None or old.outline is not None or (old.lon, old.lat) == (row.lon, row.lat)
    else:
        placed = old.outline == row.outline
    english = old.name_en == row.name_en or not row.name_en
    return _identical(old, row, parent) and placed and english


def _identical(old: Division, row: DivisionInput, parent: Division | None) -> bool:
    return old.name == row.name and old.kind == row.kind and old.parent_id == (parent.pk if parent else None)


def import_offices(*, actor: Actor, rows: Iterable[OfficeInput]) -> Loaded:
    """Adds or updates offices by code. Raises InvalidInput for an unknown division or a second desk."""
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with transaction.atomic():
        divisions = organisation().by_code
        for row in rows:
            written.check_name(row.name)
            if row.is_desk and Office.objects.filter(is_desk=True).exclude(code=row.code).exists():
                raise InvalidInput("已经有县统筹协调台：%(code)s", field="is_desk", code=row.code)
            if row.division_code and row.division_code not in divisions:
                raise InvalidInput("区划不存在：%(code)s", field="division_code", code=row.division_code)
            values: dict[str, Any] = {
                "name": row.name,
                "name_en": row.name_en,
                "role_code": row.role_code,
                "division_id": divisions[row.division_code].id if row.division_code else None,
                "is_desk": row.is_desk,
                "phone": row.phone,
            }
            office = Office.objects.filter(code=row.code).first()
            if office and all(getattr(office, name) == value for name, value in values.items()):
                counts["unchanged"] += 1
                continue
            Office.objects.update_or_create(code=row.code, defaults=values)
            counts["changed" if office else "added"] += 1
        registers.record_import(actor=actor, register="offices", facts=registers.RegisterImported.of_counts(counts))
    return Loaded(**counts)


def import_duties(*, actor: Actor, rows: Iterable[DutyInput]) -> Loaded:
    """Adds duties; existing lines stay. Raises InvalidInput for an unknown office or division."""
    with transaction.atomic():
        registry = organisation()
        wanted = [_duty(row, registry.office_by_code, registry.by_code) for row in rows]
        before = Duty.objects.count()
        Duty.objects.bulk_create(wanted, batch_size=1000, ignore_conflicts=True)
        added = Duty.objects.count() - before
        counts = {"added": added, "unchanged": len(wanted) - added}
        registers.record_import(actor=actor, register="duties", facts=registers.RegisterImported.of_counts(counts))
    return Loaded(**counts)


def _duty(row: DutyInput, offices: Mapping[str, Any], divisions: Mapping[str, Any]) -> Duty:
    if row.office_code not in offices:
        raise InvalidInput("部门不存在：%(code)s", field="office_code", code=row.office_code)
    if row.division_code and row.division_code not in divisions:
        raise InvalidInput("区划不存在：%(code)s", field="division_code", code=row.division_code)
    if row.kind not in Duty.Kind.values:
        raise InvalidInput("职责类别应为 lead 或 assist：%(kind)s", field="kind", kind=row.kind)
    return Duty(
        category_code=row.category_code,
        office_id=offices[row.office_code].id,
        division_id=divisions[row.division_code].id if row.division_code else None,
        kind=row.kind,
        basis=row.basis,
    )
