import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liandong.foundation.ledger.domain import merkle

SIZES = st.integers(1, 70)
FEW = settings(max_examples=60, deadline=None)


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf(("case", number), 1, hashlib.sha256(bytes([number])).digest()) for number in range(size)]


def by_definition(hashes: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + by_definition(hashes[:half]) + by_definition(hashes[half:])).digest()


@FEW
@given(SIZES)
def test_root_is_that_of_the_definition(size):
    assert merkle.root_over(leaves(size)) == by_definition(leaves(size))


@FEW
@given(SIZES, st.data())
def test_path_leads_every_leaf_to_the_root(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = merkle.path(leaves(size), index)
    assert len(path) <= (size - 1).bit_length()
    assert merkle.root_from_path(leaves(size)[index], index, size, path) == merkle.root_over(leaves(size))


@FEW
@given(st.integers(2, 70), st.data())
def test_path_leads_no_other_leaf_or_place_to_the_root(size, data):
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    path, root = merkle.path(leaves(size), index), merkle.root_over(leaves(size))
    assert merkle.root_from_path(leaves(size)[other], index, size, path) != root
    try:
        assert merkle.root_from_path(leaves(size)[index], other, size, path) != root
    except ValueError as error:
        assert "path" in str(error)  # noqa: PT017


@pytest.mark.parametrize(("index", "extra"), [(3, [bytes(32)]), (9, []), (-1, [])])
def test_path_of_the_wrong_length_or_place_is_refused(index, extra):
    with pytest.raises(ValueError, match=r"path|outside"):
        merkle.root_from_path(leaves(5)[3], index, 5, [*merkle.path(leaves(5), 3), *extra])


def test_leaf_names_its_place():
    digest = bytes(32)
    places = [("case", 1, 2), ("case", 2, 1), ("case", 12, 1), ("cas", 1, 2), ("case:1", 2, 1)]
    assert len({merkle.leaf((kind, id_), seq, digest) for kind, id_, seq in places}) == len(places)
