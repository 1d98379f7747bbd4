"""What a post arranged for itself on a page: kept as the page's schema says, seen by no other, gone with the post."""

import msgspec
import pytest

from liandong.foundation.access import jobs
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Arrangement, Staff
from liandong.kernel.actor import SYSTEM, Actor
from liandong.kernel.errors import InvalidInput, NotAllowed
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


class Tiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    order: list[str]


class Wider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    order: list[int]


def read(post: str, name: str = "tiles", page: str = "home") -> Tiles | None:
    return access.arranged(county.post(post), page, name, Tiles)


def keep(post: str, *order: str, name: str = "tiles") -> None:
    access.arrange(actor=county.post(post), page="home", name=name, value=Tiles(list(order)))


def test_a_post_finds_what_it_kept_and_nobody_else_does() -> None:
    keep("law1", "red", "yellow")
    keep("law1", "yellow")
    keep("law1", "x", name="other")
    keep("law2", "red")
    assert read("law1") == Tiles(["yellow"])
    assert read("law2") == Tiles(["red"])
    assert read("clerk") is None
    assert read("law1", page="square") is None
    access.arrange_as_before(actor=county.post("law1"), page="home", name="tiles")
    assert read("law1") is None
    assert read("law1", "other") == Tiles(["x"])


def test_what_no_longer_fits_the_page_is_as_if_nothing_were_arranged() -> None:
    keep("law1", "red")
    assert access.arranged(county.post("law1"), "home", "tiles", Wider) is None


@pytest.mark.parametrize("actor", [SYSTEM, Actor(kind="client", id=1), Actor(kind="reporter", id=1)])
def test_only_a_post_arranges_something(actor: Actor) -> None:
    keep("law1", "red")
    with pytest.raises(NotAllowed):
        access.arrange(actor=actor, page="home", name="tiles", value=Tiles([]))
    with pytest.raises(NotAllowed):
        access.arrange_as_before(actor=actor, page="home", name="tiles")
    assert access.arranged(Actor(kind="client", id=county.post("law1").id), "home", "tiles", Tiles) is None


def test_an_arrangement_is_small() -> None:
    with pytest.raises(InvalidInput):
        keep("law1", "x" * 2001)


def test_it_goes_with_the_post() -> None:
    keep("law1", "red")
    keep("law2", "red")
    keep("clerk", "red")
    Staff.objects.filter(username="law1").update(is_active=False)
    jobs.forget_arrangements_of_posts_gone()
    assert set(Arrangement.objects.values_list("staff__username", flat=True)) == {"law2", "clerk"}


def test_reading_one_costs_no_statement_of_its_own(django_assert_max_num_queries) -> None:
    keep("law1", "red")
    actor = county.post("law1")
    read("law1")
    with django_assert_max_num_queries(1):
        for _ in range(50):
            access.arranged(actor, "home", "tiles", Tiles)
