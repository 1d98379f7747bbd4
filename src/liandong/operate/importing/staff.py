"""Accounts of posts from CSV or JSON."""

from pathlib import Path

from django.utils.translation import gettext_noop

from liandong.foundation.access import public as access
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from . import division_codes
from .sheet import Line, Outcome, read_sheet

COLUMNS = {
    "username": ("用户名", "账号"),
    "post_name": ("岗位名称", "岗位"),
    "post_name_en": ("岗位英文名称", "英文名称"),
    "role": ("角色",),
    "office_code": ("部门代码", "部门"),
    "division_code": ("区划代码", "区划"),
    "cell_codes": ("网格代码", "网格"),
    "email": ("邮箱", "电子邮箱"),
    "password": ("初始密码", "密码"),
}
LEAST_PASSWORD_SIGNS = 10
_ROLE_OF = {str(name): role.value for role, name in access.ROLE_NAMES.items()} | {
    role.value: role.value for role in access.ROLE_NAMES
}


def load(*, actor: Actor, path: Path) -> Outcome:
    """Loads a file whole or not at all. Raises FileRefused."""
    sheet = read_sheet(path, COLUMNS, ["username", "post_name", "role"])
    rows = sheet.each(_post)
    sheet.once("username", gettext_noop("用户名重复：%(value)s（第 %(line)s 行已有）"), str.casefold)
    sheet.check()
    loaded = access.import_staff(actor=actor, rows=rows)
    without = sum(not row.password for row in rows)
    remarks = sheet.remarks()
    if loaded.added and without:
        remarks = (
            *remarks,
            (
                "没有密码的新账号要由管理员设置密码后才能登录",
                "New accounts without a password need one set before sign-in",
            ),
        )
    return Outcome(loaded.added, loaded.changed, loaded.unchanged, remarks=remarks)


def _post(line: Line) -> access.StaffInput:
    line.fits(username=60, post_name=80, post_name_en=160, email=254)
    line.readable("post_name")
    registry = orgs.organisation()
    role = _ROLE_OF.get(line.text("role"))
    if role is None and line.text("role"):
        line.refuse(InvalidInput("角色不正确：%(role)s", field="role", role=line.text("role")[:40]))
    password = line.text("password")
    if password and len(password) < LEAST_PASSWORD_SIGNS:
        line.refuse(InvalidInput("密码至少 %(limit)s 位。", field="password", limit=LEAST_PASSWORD_SIGNS))
    missing = gettext_noop("区划不存在：%(code)s")
    cells = tuple(map(division_codes.whole, line.several("cell_codes")))
    for cell in cells:
        line.reference("cell_codes", registry.by_code, cell, missing)
    email = line.text("email")
    if email:
        try:
            access.check_email(email)
        except InvalidInput as error:
            line.refuse(error)
    division = division_codes.whole(line.text("division_code"))
    office = line.text("office_code")
    return access.StaffInput(
        username=line.text("username"),
        post_name=line.text("post_name"),
        role=role or "",
        post_name_en=line.text("post_name_en"),
        office_code=line.reference(
            "office_code", registry.office_by_code, office, gettext_noop("部门不存在：%(code)s")
        ),
        division_code=line.reference("division_code", registry.by_code, division, missing),
        cell_codes=cells,
        email=email,
        password=password,
    )
