"""The taxonomy is imported; a training is kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from liandong.foundation.calendar import public as calendar
from liandong.foundation.registers import public as registers
from liandong.kernel import time
from liandong.kernel.actor import Actor

from .domain.learned import Lesson
from .domain.taxonomy import CategoryRow
from .models import Category, LearnedModel
from .queries import taxonomy


def import_taxonomy(*, actor: Actor, rows: Iterable[CategoryRow], retire_missing: bool = False) -> dict[str, int]:
    """Loads categories: a changed one becomes a new version, an unchanged one stays, a missing one is retired only on
    request. Local additions (90–99 in any position) are never retired. Raises InvalidInput for a bad budget.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0, "retired": 0}
    with transaction.atomic():
        current = dict(taxonomy().by_code)
        wanted = list(rows)
        for row in wanted:
            for budget in filter(None, (row.accept_budget, row.finish_budget)):
                calendar.Budget.parse(budget)
        for row in wanted:
            old = current.get(row.code)
            if old and _unversioned(old) == _unversioned(row):
                counts["unchanged"] += 1
                continue
            counts["changed" if old else "added"] += 1
            last = taxonomy().named(row.code)
            _write_category(row, (last.version if last else 0) + 1)
        if retire_missing:
            gone = {code for code in current if not _is_local(code)} - {row.code for row in wanted}
            counts["retired"] = Category.objects.filter(code__in=gone, current=True).update(current=False)
        registers.record_import(actor=actor, register="taxonomy", facts=registers.RegisterImported.of_counts(counts))
    return counts


def keep_lesson(*, actor: Actor, lesson: Lesson | None) -> None:
    """Proposals are made by this training from now on; by the start model where it is better, and for None: there was
    too little to learn from. Earlier weights are removed, their figures stay.
    """
    learned = lesson.learned if lesson else None
    figures = {**asdict(lesson.figures), "is_kept": learned is not None} if lesson else {}
    weights = learned.to_bytes() if learned else b""
    with transaction.atomic():
        LearnedModel.objects.exclude(weights=None).update(weights=None)
        row = LearnedModel.objects.create(learned_at=time.now(), figures=figures, weights=weights or None)
        told = registers.RegisterImported(
            training=row.pk, cases=figures.get("cases", 0), sha256=hashlib.sha256(weights).hexdigest()
        )
        registers.record_import(actor=actor, register="learned", facts=told)


def _write_category(row: CategoryRow, version: int) -> None:
    Category.objects.filter(code=row.code, current=True).update(current=False)
    Category.objects.create(
        code=row.code,
        version=version,
        parent_code=row.parent_code,
        zh=row.zh,
        en=row.en,
        leaf=row.leaf,
        owner=row.owner,
        co_owners=list(row.co_owners),
        severity=row.severity,
        accept_budget=row.accept_budget,
        finish_budget=row.finish_budget,
        flags=sorted(row.flags),
        keywords_zh=list(row.keywords_zh),
        keywords_en=list(row.keywords_en),
        valid_from=time.now(),
    )


def _unversioned(row: CategoryRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in CategoryRow.__slots__ if name != "version")


def _is_local(code: str) -> bool:
    return any(code[i : i + 2] >= "90" for i in range(0, len(code), 2))
