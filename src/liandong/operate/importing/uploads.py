"""A file that an administrator brought in by the page: looked through as the command would, in a transaction that is
taken back, and once it is confirmed, taken in.
"""

import logging
import time as clock
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from liandong.contexts.intake import importing
from liandong.contexts.opening import public as opening
from liandong.foundation.registers.public import Cached
from liandong.kernel import geo
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import InvalidInput, LiandongError

from . import registers
from .sheet import FileRefused, Outcome, header_fields

log = logging.getLogger(__name__)

MOST_FAULTS = 200
FIRST_ROWS = 5
"""Rows that are shown as they were read."""
_CELL_SIGNS = 60
_GONE = gettext_noop("这个文件已过期，请重新选择。")
_TELL_EVERY_S = 0.5
Found = dict[str, Any]
Counts = dict[str, int]


def work_through(key: UUID) -> None:
    """Does what the upload waits for; nothing where it waits for nothing. Whatever goes wrong is told on its page."""
    row = opening.upload(key)
    if not row.is_at_work:
        return
    path = opening.file_of(key) or opening.folder_of(key) / opening.FILE
    is_rehearsal = row.state == opening.State.CHECKING
    try:
        counts, found = _run(row, path, opening.actor_for(row), is_rehearsal=is_rehearsal)
    except FileRefused as refused:
        counts, found = _refused(row, path, refused)
    except LiandongError as error:
        counts, found = {}, {"faults": [_fault(0, error, "", "")]}
    except FileNotFoundError:
        counts, found = {}, {"faults": [_fault(0, InvalidInput(_GONE, field="file"), "", "")]}
    except Exception:
        log.exception("upload %s could not be worked through", key)
        opening.ended(key=key, state=opening.State.FAILED, counts={}, found={})
        return
    if is_rehearsal:
        opening.checked(key=key, counts=counts, found=found)
    else:
        done = opening.State.DONE if counts.get("can_be_taken") else opening.State.REFUSED
        opening.ended(key=key, state=done, counts=counts, found=found)


def _run(row: opening.UploadRow, path: Path, actor: Actor, *, is_rehearsal: bool) -> tuple[Counts, Found]:
    if row.what == "reports":
        return _reports(row, path, is_rehearsal=is_rehearsal)
    with _taken_back() if is_rehearsal else transaction.atomic():
        outcome = registers.LOADERS[row.what](actor, path, _options(row))
    return _counts(outcome), {"remarks": list(outcome.remarks), **_first_rows(row, path)}


@contextmanager
def _taken_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        Cached.forget_all()


def _options(row: opening.UploadRow) -> Mapping[str, Any]:
    given = row.options
    return {
        "crs": geo.Crs(given["crs"]) if given.get("crs") else None,
        "county": given.get("county", ""),
        "area_code": given.get("area_code", ""),
        "valid_from": _day(given.get("valid_from")),
        "covers_until": _day(given.get("covers_until")),
        "end_missing": bool(given.get("end_missing")),
        "retire_missing": bool(given.get("retire_missing")),
        "source": given.get("source") or Path(row.file_name).stem,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _counts(outcome: Outcome) -> Counts:
    return {
        "added": outcome.added,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "ended": outcome.ended,
        "can_be_taken": 1,
    }


def _reports(row: opening.UploadRow, path: Path, *, is_rehearsal: bool) -> tuple[Counts, Found]:
    """Rows that can't be taken are left out and listed; the others come in, in nobody's name, as by the command."""
    folder = opening.folder_of(row.key)
    own = folder / opening.MAPPING
    mapping = importing.load_mapping(str(own) if own.is_file() else row.options["mapping"])
    rejected = folder / opening.REFUSED
    rejected.unlink(missing_ok=True)
    told = 0.0

    def tell(tally: importing.Tally) -> None:
        nonlocal told
        if clock.monotonic() - told >= _TELL_EVERY_S:
            told = clock.monotonic()
            opening.write(row.key, opening.PROGRESS, {"read": tally.read, "share": round(tally.share, 3)})

    tally = importing.import_reports(
        actor=SYSTEM, path=path, mapping=mapping, rejected=rejected, dry_run=is_rehearsal, progress=tell
    )
    counts = {
        "read": tally.read,
        "taken": tally.taken,
        "known": tally.repeated,
        "rejected": tally.rejected,
        "categories": tally.made.categories,
        "offices": tally.made.offices,
        "divisions": tally.made.divisions,
        "can_be_taken": int(tally.taken > 0 or not is_rehearsal),
    }
    reasons = [{"count": count, "zh": zh, "en": en} for (zh, en), count in tally.reasons.most_common(MOST_FAULTS)]
    remarks = [
        (f"{count:,} × {zh}", f"{count:,} × {en}")
        for count, (zh, en) in ((count, importing.in_both(message)) for message, count in tally.remarks.most_common())
    ]
    if tally.missing_columns:
        names = "、".join(tally.missing_columns)
        remarks.append(
            (f"文件没有这些列，按空值处理：{names}", f"Columns that the file lacks, taken as empty: {names}")
        )
    return counts, {"reasons": reasons, "remarks": remarks, **_first_rows(row, path)}


def _refused(row: opening.UploadRow, path: Path, refused: FileRefused) -> tuple[Counts, Found]:
    """Every fault with the cell that it is about, and the rows with faults as a file to mend."""
    by_line: dict[int, list[LiandongError]] = {}
    for number, error in refused.faults:
        by_line.setdefault(number, []).append(error)
    columns = registers.COLUMNS.get(row.what, {})
    faults: list[Mapping[str, object]] = []
    with (
        importing.open_table(path, records=registers.RECORDS.get(row.what, "")) as table,
        importing.Rejects(opening.folder_of(row.key) / opening.REFUSED, table.columns) as rejects,
    ):
        for source in table.rows:
            errors = by_line.get(source.number)
            if not errors:
                continue
            rejects.add(source, errors)
            fields = header_fields(source.values, columns)
            for error in errors[: MOST_FAULTS - len(faults)]:
                column = fields.get(error.field, "")
                faults.append(_fault(source.number, error, column, source.values.get(column)))
    return {"rejected": len(by_line), "faults": len(refused.faults)}, {"faults": faults, **_first_rows(row, path)}


def _fault(number: int, error: LiandongError, column: str, value: object) -> Mapping[str, object]:
    zh, en = importing.in_both(error.message, error.context)
    return {"line": number, "column": column, "value": _cell(value), "zh": zh, "en": en}


def _first_rows(row: opening.UploadRow, path: Path) -> Found:
    """The first rows as they were read, so that signs and columns can be looked at."""
    if row.what == "taxonomy":
        return {}
    rows: list[Mapping[str, Any]] = []
    with importing.open_table(path, records=registers.RECORDS.get(row.what, "")) as table:
        for source in table.rows:
            rows.append(source.values)
            if len(rows) >= FIRST_ROWS:
                break
    columns = list(dict.fromkeys(name for values in rows for name in values if name != "geometry"))
    return {"columns": columns, "rows": [[_cell(values.get(name)) for name in columns] for values in rows]}


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _CELL_SIGNS else f"{text[:_CELL_SIGNS]}…"
