"""Rooms above hang up here (`cases.public.follows`) what follows an action of a case in its transaction."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from .domain.actions import Action
from .rows import CaseRow

Follower = Callable[[CaseRow], None]
Following = TypeVar("Following", bound=Follower)
_FOLLOWERS: dict[Action, list[Follower]] = defaultdict(list)


def follows(*actions: Action) -> Callable[[Following], Following]:
    """Decorates what is done once one of these actions has been recorded, under the same lock. It gets the case as it
    stands now; what it raises takes the action back.
    """

    def enter(follower: Following) -> Following:
        for action in actions:
            _FOLLOWERS[action].append(follower)
        return follower

    return enter


def followers_of(action: Action) -> Sequence[Follower]:
    return _FOLLOWERS[action]
