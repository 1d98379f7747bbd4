"""Arrangements 页面布置: a post makes them for itself on a page. Only the post sees them, so the ledger has none."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from liandong.foundation.registers import public as registers
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotAllowed

from .models import Arrangement, Staff
from .posts import staff

T = TypeVar("T", bound=msgspec.Struct)
MOST_BYTES, MOST_BYTES_OF_SEVERAL = 2000, 20_000
"""Of one choice, and of a list of them."""
_REGISTER = "arrangements"


def _load() -> Mapping[tuple[int, str, str], Any]:
    rows = Arrangement.objects.values_list("staff_id", "page", "name", "value")
    return {(staff_id, page, name): value for staff_id, page, name, value in rows}


_arrangements = registers.Cached(_load, _REGISTER)


def arranged(actor: Actor, page: str, name: str, schema: type[T]) -> T | None:
    """The post's own arrangement. None where there is none, and where it no longer fits the page's schema."""
    return _fitting(_arrangements.get().get((actor.id, page, name)) if actor.kind == "staff" else None, schema)


def _fitting(value: Any, schema: type[T]) -> T | None:
    try:
        return None if value is None else msgspec.convert(value, schema)
    except msgspec.ValidationError:
        return None


def arrange(*, actor: Actor, page: str, name: str, value: msgspec.Struct) -> None:
    """Keeps the arrangement in place of an earlier one. Raises NotAllowed for those who are no post."""
    _check(actor)
    with transaction.atomic():
        _keep(actor, page, name, value, MOST_BYTES)


def rearrange(*, actor: Actor, page: str, name: str, schema: type[T], change: Callable[[T | None], T]) -> T:
    """Keeps what `change` makes of a list that the post arranged, one change after another; it is given the list as it
    stands. Raises NotAllowed for those who are no post, and what `change` raises.
    """
    _check(actor)
    with transaction.atomic():
        Staff.objects.select_for_update(no_key=True).get(pk=actor.id)
        found = Arrangement.objects.filter(staff_id=actor.id, page=page, name=name).values_list("value", flat=True)
        value = change(_fitting(found.first(), schema))
        _keep(actor, page, name, value, MOST_BYTES_OF_SEVERAL)
    return value


def _keep(actor: Actor, page: str, name: str, value: msgspec.Struct, most_bytes: int) -> None:
    packed = msgspec.json.encode(value)
    if len(packed) > most_bytes:
        raise InvalidInput("布置的内容太多。", field=name)
    told = {"value": msgspec.json.decode(packed)}
    Arrangement.objects.update_or_create(staff_id=actor.id, page=page, name=name, defaults=told)
    registers.bump(_REGISTER)


def arrange_as_before(*, actor: Actor, page: str, name: str) -> None:
    """Forgets the arrangement: the page is as it is for everybody."""
    _check(actor)
    with transaction.atomic():
        Arrangement.objects.filter(staff_id=actor.id, page=page, name=name).delete()
        registers.bump(_REGISTER)


def forget_arrangements() -> int:
    """Removes those of posts that are no longer active. Returns how many."""
    with transaction.atomic():
        removed, _ = Arrangement.objects.filter(staff__is_active=False).delete()
        if removed:
            registers.bump(_REGISTER)
    return removed


def _check(actor: Actor) -> None:
    if actor.kind != "staff" or actor.id not in staff():
        raise NotAllowed
