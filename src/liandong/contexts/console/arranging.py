"""The square as a post arranged it for itself: views of its own 我的视图, and which of them opens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.kernel import written
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput, NotFound

SORT_NAMES = {cases.Sort.DUE: "最先到期", cases.Sort.NEWEST: "最新收到", cases.Sort.OLDEST: "最早收到"}
MOST_VIEWS = 20
_PAGE, _NAME, _FORMER = "square", "views", "opens"


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list that a post gave a name. `asked`: scope, order and filters as the address has them; without words that
    were searched for, which are nobody's business afterwards.
    """

    key: int
    name: str
    asked: dict[str, str]


class Views(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post's views in its order; `opens`: the key of the one with which the square opens, 0 for none."""

    views: list[View] = []
    opens: int = 0

    def of(self, key: str | int) -> View | None:
        return next((view for view in self.views if str(view.key) == str(key)), None)


class Opens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The scope and the order in which the square opens, as it was kept before there were views."""

    scope: cases.Scope
    sort: cases.Sort


@dataclass(frozen=True, slots=True)
class Fitting:
    """As much of a view as can be shown: values by their names in the address; `lost`: the names of the others."""

    asked: Mapping[str, str]
    lost: tuple[str, ...] = ()


def views(actor: Actor) -> Views:
    return _now(actor, access.arranged(actor, _PAGE, _NAME, Views))


def _now(actor: Actor, kept: Views | None) -> Views:
    """An arrangement of before counts as a view until the post changes something."""
    former = access.arranged(actor, _PAGE, _FORMER, Opens) if kept is None else None
    if former is None:
        return kept or Views()
    asked = {"scope": former.scope.value, "sort": former.sort.value}
    return Views([View(1, gettext("我的常用"), asked)], opens=1)


def fitting(asked: Mapping[str, str], actor: Actor, available: list[cases.Scope]) -> Fitting:
    """As much of an address as the post may ask for today."""
    known = {of.name: of for of in cases.FILTERS.values() if not cases.is_words(of) and of.may(actor)}
    found, lost = {}, []
    for name, value in asked.items():
        if _is_among(name, value, available) if name not in known else _reads(known[name], value):
            found[name] = value
        else:
            lost.append(name)
    return Fitting(found, tuple(lost))


def _is_among(name: str, value: str, available: list[cases.Scope]) -> bool:
    return value in {"scope": {each.value for each in available}, "sort": {each.value for each in SORT_NAMES}}.get(
        name, set[str]()
    )


def _reads(of: cases.Filter, value: str) -> bool:
    try:
        of.kind.read(value)
    except ValueError:
        return False
    return True


def opened(query: QueryDict, own: Views) -> View | None:
    """The view that an address names, and where it names nothing at all the one that opens."""
    if query.get("view"):
        return own.of(str(query["view"]))
    return None if any(query.get(name) for name in _ASKED) else own.of(own.opens)


_ASKED = ("scope", "sort", "cursor", *(of.name for of in cases.FILTERS.values()))


def filled(query: QueryDict, asked: Mapping[str, str]) -> QueryDict:
    """The address with what a view asks for where it doesn't say it itself."""
    told = query.copy()
    told.pop("view", None)
    for name, value in asked.items():
        if not told.get(name):
            told[name] = value
    return told


def asked_of(query: Mapping[str, str]) -> dict[str, str]:
    """The part of an address that a view keeps."""
    words = {of.name for of in cases.FILTERS.values() if cases.is_words(of)} | {"cursor"}
    return {name: str(query[name]) for name in _ASKED if query.get(name) and name not in words}


def keep(*, actor: Actor, name: str, asked: Mapping[str, str], available: list[cases.Scope], opens: bool) -> bool:
    """A view with this name holds this list from now on; True where it is a new one. Raises InvalidInput."""
    name = written.cleaned(name)
    written.check(name, kind="view", field="name", needed=True)
    for field in fitting(asked, actor, available).lost:
        raise InvalidInput("您没有这个范围。" if field == "scope" else "筛选条件无效。", field=field)
    before = views(actor)

    def change(own: Views) -> Views:
        same = next((view for view in own.views if view.name == name), None)
        if same is None and len(own.views) >= MOST_VIEWS:
            raise InvalidInput("最多保存 %(most)s 个视图，请先移除一个。", field="name", most=MOST_VIEWS)
        key = same.key if same else 1 + max((view.key for view in own.views), default=0)
        view = View(key, name, dict(asked))
        kept = [view if each.key == key else each for each in own.views] + ([] if same else [view])
        return Views(kept, key if opens else own.opens)

    _change(actor, change)
    return all(view.name != name for view in before.views)


def rename(*, actor: Actor, key: str, name: str) -> None:
    """Raises InvalidInput for what is no name or names another view, and NotFound."""
    name = written.cleaned(name)
    written.check(name, kind="view", field="name", needed=True)

    def change(own: Views) -> Views:
        wanted = _wanted(own, key)
        if any(view.name == name and view.key != wanted.key for view in own.views):
            raise InvalidInput("已有同名的视图：%(name)s", field="name", name=name)
        kept = [View(view.key, name, view.asked) if view.key == wanted.key else view for view in own.views]
        return Views(kept, own.opens)

    _change(actor, change)


def remove(*, actor: Actor, key: str) -> None:
    """Raises NotFound."""

    def change(own: Views) -> Views:
        wanted = _wanted(own, key)
        return Views([view for view in own.views if view is not wanted], 0 if own.opens == wanted.key else own.opens)

    _change(actor, change)


def move_up(*, actor: Actor, key: str) -> None:
    """One place towards the first. Raises NotFound."""

    def change(own: Views) -> Views:
        kept = list(own.views)
        at = kept.index(_wanted(own, key))
        kept.insert(max(0, at - 1), kept.pop(at))
        return Views(kept, own.opens)

    _change(actor, change)


def open_with(*, actor: Actor, key: str) -> None:
    """The square opens with this view from now on; with "" as for everybody. Raises NotFound."""
    _change(actor, lambda own: Views(own.views, _wanted(own, key).key if key else 0))


def _wanted(own: Views, key: str) -> View:
    found = own.of(key)
    if found is None:
        raise NotFound("没有找到这个视图，它可能已经移除。")
    return found


def _change(actor: Actor, change: Callable[[Views], Views]) -> None:
    access.rearrange(actor=actor, page=_PAGE, name=_NAME, schema=Views, change=lambda kept: change(_now(actor, kept)))
