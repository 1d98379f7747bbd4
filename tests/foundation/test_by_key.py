"""Rows by a key."""

import pytest

from liandong.foundation.access.models import Staff
from liandong.foundation.by_key import ByKey

pytestmark = pytest.mark.usefixtures("small_county")


def pair(username: str, role: str) -> tuple[str, str]:
    return username, role


def test_rows_of_several_keys_in_turn() -> None:
    posts = ByKey(pair, lambda: Staff.objects.order_by("username").values_list("username", "role"), "role")
    clerks = sorted(Staff.objects.filter(role="clerk").values_list("username", flat=True))
    assert posts.of("clerk") == [(name, "clerk") for name in clerks] != []
    assert {role for _name, role in posts.of("handler")} == {"handler"}
    assert posts.of("nobody") == []


def test_a_key_of_two_columns_in_their_order() -> None:
    posts = ByKey(pair, lambda: Staff.objects.values_list("username", "role"), "username", "role")
    username = Staff.objects.filter(role="clerk").values_list("username", flat=True)[0]
    assert posts.of(username, "clerk") == [(username, "clerk")]
    assert posts.of(username, "handler") == []


def test_rows_of_any_of_several_keys_in_one_statement(django_assert_num_queries) -> None:
    posts = ByKey(lambda *row: row, lambda: Staff.objects.order_by("username").values_list("id", "username"), "id")
    wanted = dict(Staff.objects.filter(role="handler").values_list("id", "username"))
    with django_assert_num_queries(1):
        assert posts.of_any(wanted) == sorted(wanted.items(), key=lambda row: row[1]) != []
    with django_assert_num_queries(0):
        assert posts.of_any([]) == []
    assert posts.of(min(wanted)) == [(min(wanted), wanted[min(wanted)])]


def test_a_select_that_holds_other_values_is_refused() -> None:
    posts = ByKey(pair, lambda: Staff.objects.filter(id__gt=0).values_list("username", "role"), "role")
    with pytest.raises(ValueError, match="role"):
        posts.of("clerk")
