"""Offices from CSV or JSON."""

from pathlib import Path

from django.utils.translation import gettext_noop

from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from . import division_codes
from .sheet import Line, Outcome, Sheet, read_sheet

COLUMNS = {
    "code": ("部门代码", "代码"),
    "name": ("部门名称", "名称"),
    "name_en": ("英文名称",),
    "role_code": ("职能代码", "职能"),
    "division_code": ("区划代码", "区划"),
    "is_desk": ("统筹台", "县统筹协调台"),
    "phone": ("电话", "公开电话"),
}


def load(*, actor: Actor, path: Path) -> Outcome:
    """Loads a file whole or not at all. Raises FileRefused."""
    sheet = read_sheet(path, COLUMNS, ["code", "name"])
    rows = sheet.each(_office)
    sheet.once("code", gettext_noop("部门代码重复：%(value)s（第 %(line)s 行已有）"))
    _check_desk(sheet)
    sheet.check()
    loaded = orgs.import_offices(actor=actor, rows=rows)
    return Outcome(loaded.added, loaded.changed, loaded.unchanged, remarks=sheet.remarks())


def _office(line: Line) -> orgs.OfficeInput:
    line.fits(code=24, name=80, name_en=160, role_code=8, phone=40)
    line.readable("name")
    division = division_codes.whole(line.text("division_code"))
    return orgs.OfficeInput(
        code=line.text("code"),
        name=line.text("name"),
        name_en=line.text("name_en"),
        role_code=line.text("role_code").upper(),
        division_code=line.reference(
            "division_code", orgs.organisation().by_code, division, gettext_noop("区划不存在：%(code)s")
        ),
        is_desk=line.yes("is_desk"),
        phone=line.text("phone"),
    )


def _check_desk(sheet: Sheet) -> None:
    """There is one desk in a county."""
    told = {line.text("code"): line.yes("is_desk") for line in sheet.lines}
    desks = {row.code for row in orgs.organisation().offices.values() if row.is_desk and told.get(row.code, True)}
    for line in sheet.lines:
        if line.yes("is_desk"):
            desks.add(line.text("code"))
            if len(desks) > 1:
                problem = InvalidInput("统筹台只能有一个：%(codes)s", field="is_desk", codes="、".join(sorted(desks)))
                line.refuse(problem)
