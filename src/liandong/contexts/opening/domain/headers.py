"""Columns of the tables, by kind: the importer's own name of each, and the header in Chinese; both are understood."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A header that the file may have, or must."""

    name: str
    header: str
    is_needed: bool = False


def _columns(needed: str, others: str) -> tuple[Column, ...]:
    """Pairs of name and header, apart by spaces."""
    pairs = [(pair, True) for pair in needed.split()] + [(pair, False) for pair in others.split()]
    return tuple(Column(pair.partition("=")[0], pair.partition("=")[2], is_needed) for pair, is_needed in pairs)


HEADERS: Mapping[str, tuple[Column, ...]] = {
    "divisions": _columns(
        "code=区划代码 name=名称", "name_en=英文名称 kind=类别 parent_code=上级代码 lon=经度 lat=纬度"
    ),
    "offices": _columns(
        "code=部门代码 name=部门名称",
        "name_en=英文名称 role_code=职能代码 division_code=区划代码 is_desk=统筹台 phone=电话",
    ),
    "staff": _columns(
        "username=用户名 post_name=岗位名称 role=角色",
        "post_name_en=岗位英文名称 office_code=部门代码 division_code=区划代码 cell_codes=网格代码 email=邮箱"
        " password=初始密码",
    ),
    "duties": _columns("category_code=事项代码 office_code=部门代码", "kind=职责 division_code=区划代码 basis=依据"),
    "calendar": _columns("date=日期 kind=类别", "name=名称"),
    "roads": _columns("", "name=名称 name_en=英文名称 rank=等级 source_id=编号"),
    "waters": _columns("", "name=名称 name_en=英文名称 rank=等级 source_id=编号"),
    "places": _columns("name=名称 lon=经度 lat=纬度", "kind=类别 address=地址 aliases=别名 source_id=编号 crs=坐标系"),
}
