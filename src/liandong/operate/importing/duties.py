"""The duty list from CSV or JSON."""

from pathlib import Path

from django.utils.translation import gettext_noop

from liandong.contexts.categories import public as categories
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from . import division_codes
from .sheet import Line, Outcome, read_sheet

COLUMNS = {
    "category_code": ("事项代码", "分类代码", "事项分类代码"),
    "office_code": ("部门代码", "部门"),
    "kind": ("职责", "类别"),
    "division_code": ("区划代码", "区划"),
    "basis": ("依据", "设定依据"),
}
KINDS = {"": "lead", "lead": "lead", "牵头": "lead", "主办": "lead", "assist": "assist", "协办": "assist"}


def load(*, actor: Actor, path: Path) -> Outcome:
    """Loads a file whole or not at all; lines that are there stay. Raises FileRefused."""
    sheet = read_sheet(path, COLUMNS, ["category_code", "office_code"])
    rows = sheet.each(_duty)
    sheet.check()
    loaded = orgs.import_duties(actor=actor, rows=dict.fromkeys(rows))
    return Outcome(loaded.added, loaded.changed, loaded.unchanged, remarks=sheet.remarks())


def _duty(line: Line) -> orgs.DutyInput:
    line.fits(basis=200)
    registry = orgs.organisation()
    kind = KINDS.get(line.text("kind").casefold())
    if kind is None:
        line.refuse(InvalidInput("职责类别应为 lead 或 assist：%(kind)s", field="kind", kind=line.text("kind")[:40]))
    category, office = line.text("category_code"), line.text("office_code")
    division = division_codes.whole(line.text("division_code"))
    return orgs.DutyInput(
        line.reference(
            "category_code", categories.taxonomy().by_code, category, gettext_noop("没有这个事项分类：%(code)s")
        ),
        line.reference("office_code", registry.office_by_code, office, gettext_noop("部门不存在：%(code)s")),
        kind or "",
        line.reference("division_code", registry.by_code, division, gettext_noop("区划不存在：%(code)s")),
        line.text("basis"),
    )
