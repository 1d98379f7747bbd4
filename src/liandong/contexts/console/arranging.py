"""How the square opens for a post where its address doesn't say it."""

import msgspec
from django.http import QueryDict

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

SORT_NAMES = {cases.Sort.NEWEST: "最新收到", cases.Sort.DUE: "最先到期", cases.Sort.OLDEST: "最早收到"}
_PAGE, _NAME = "square", "opens"


class Opens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The scope and the order in which the square opens."""

    scope: cases.Scope
    sort: cases.Sort


def opens(actor: Actor, available: list[cases.Scope]) -> Opens | None:
    """As the post arranged it, as long as the scope is one of its own."""
    own = access.arranged(actor, _PAGE, _NAME, Opens)
    return own if own is not None and own.scope in available else None


def filled(query: QueryDict, own: Opens | None) -> QueryDict:
    """The address with the arranged scope and order where it names no scope."""
    told = query.copy()
    if own is not None and not told.get("scope"):
        told["scope"] = own.scope.value
        if not told.get("sort"):
            told["sort"] = own.sort.value
    return told


def offered(own: Opens | None, shown: Opens, available: list[cases.Scope]) -> str:
    """`keep` where the list isn't as the square opens, `forget` where the post arranged that it is, else ""."""
    begins = own or Opens(available[0], cases.Sort.NEWEST)
    if shown != begins:
        return "keep" if shown.sort in SORT_NAMES else ""
    return "forget" if own else ""


def arrange(*, actor: Actor, scope: str, sort: str, available: list[cases.Scope]) -> None:
    """The square opens like this from now on. Raises InvalidInput."""
    if scope not in {each.value for each in available}:
        raise InvalidInput("您没有这个范围。", field="scope")
    if sort not in {each.value for each in SORT_NAMES}:
        raise InvalidInput("筛选条件无效。", field="sort")
    access.arrange(actor=actor, page=_PAGE, name=_NAME, value=Opens(cases.Scope(scope), cases.Sort(sort)))


def arrange_as_before(*, actor: Actor) -> None:
    access.arrange_as_before(actor=actor, page=_PAGE, name=_NAME)
