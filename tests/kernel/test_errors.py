"""One error tree: a code for machines, a status for HTTP, a sentence for people."""

import pytest

from liandong.kernel import errors
from liandong.kernel.errors import InvalidInput, LiandongError, NotFound


def tree(root: type[LiandongError] = LiandongError) -> list[type[LiandongError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


def test_without_a_message_the_docstring_speaks() -> None:
    assert str(NotFound()) == NotFound().message == "没有找到。"


def test_a_message_is_filled_from_its_context_and_keeps_the_unfilled_sentence_for_translation() -> None:
    error = InvalidInput("内容不能超过 %(limit)s 字。", field="text", limit=4000)
    assert str(error) == "内容不能超过 4000 字。"
    assert (error.message, error.context, error.field) == ("内容不能超过 %(limit)s 字。", {"limit": 4000}, "text")


def test_a_percent_sign_without_context_is_left_alone() -> None:
    assert str(InvalidInput("超过 80% 的预算")) == "超过 80% 的预算"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("InvalidInput", 400), ("NotSignedIn", 401), ("NotAllowed", 403), ("NotFound", 404), ("Conflict", 409),
        ("TooLarge", 413), ("MalformedPayload", 422), ("TooMany", 429), ("Busy", 503),
        ("StorageFull", 507),
    ],
)  # fmt: skip
def test_each_kind_has_its_status(name: str, status: int) -> None:
    assert getattr(errors, name).status == status


def test_every_error_has_a_sentence_and_a_code_of_its_own() -> None:
    kinds = tree()
    assert all(kind.__doc__ for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)
