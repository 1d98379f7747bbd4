"""The roles 角色 of posts, one row each. What a role may do stands in the rights of the rooms (`kernel/rights.py`)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Self


class Area(StrEnum):
    """Where a post of a role works."""

    COUNTY = "county"
    TOWN = "town"
    OFFICE = "office"
    CELLS = "cells"


@dataclass(frozen=True, slots=True)
class Standing:
    """The row of a role.

    `name`: at most 16 signs. `label`: what people call it. `deputies`: roles that can stand in for it; none where it
    has no tasks that somebody would have to do. `like`: it has all rights of these roles and stands in for whom they
    do. `besides`, `without`: names of rights that it has beyond, or lacks.
    """

    name: str
    label: str
    works_in: Area
    deputies: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    is_post: bool = True


_HANDLING = ("handler", "dispatcher", "coordinator")


class Role(StrEnum):
    """The role of a post decides what it may do. Reporters have no account: they act by receipt."""

    standing: Standing

    def __new__(cls, standing: Any) -> Self:
        role = str.__new__(cls, standing.name)
        role._value_ = standing.name
        role.standing = standing
        return role

    REPORTER = Standing("reporter", "上报人", Area.COUNTY, is_post=False)
    CLERK = Standing("clerk", "受理员", Area.COUNTY, deputies=("clerk", "coordinator"))
    GRID_WORKER = Standing("grid_worker", "网格员", Area.CELLS, deputies=("grid_worker",))
    HANDLER = Standing("handler", "部门经办", Area.OFFICE, deputies=_HANDLING)
    DISPATCHER = Standing("dispatcher", "乡镇指挥员", Area.TOWN, deputies=_HANDLING)
    COORDINATOR = Standing("coordinator", "县统筹员", Area.COUNTY, deputies=_HANDLING)
    LEADER = Standing("leader", "领导", Area.COUNTY)
    ADMINISTRATOR = Standing("administrator", "系统管理员", Area.COUNTY)


POSTS = tuple(role for role in Role if role.standing.is_post)
"""Roles that an account can have."""


def holders(given: Collection[str], right: str = "") -> frozenset[Role]:
    """Those of `given`, who is like them, and who has the right by its own row."""
    return frozenset(role for role in Role if _holds(role, given, right))


def _holds(role: Role, given: Collection[str], right: str) -> bool:
    own = role.standing
    if right in own.without:
        return False
    return role in given or right in own.besides or any(_holds(Role(each), given, right) for each in own.like)


@cache
def deputies_of(role: Role) -> frozenset[Role]:
    """Roles that can stand in for a role."""
    return holders(role.standing.deputies)
