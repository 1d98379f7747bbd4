"""Merkle tree of RFC 9162 §2.1: one root over many entries, and short paths that prove one of them."""

import hashlib
from collections.abc import Iterator, Sequence

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf(stream: tuple[str, int], seq: int, entry_hash: bytes) -> bytes:
    """SHA-256 over 0x00, the UTF-8 text `kind:id:seq:` and the entry's hash."""
    kind, number = stream
    return hashlib.sha256(_LEAF + f"{kind}:{number}:{seq}:".encode() + entry_hash).digest()


class RootBuilder:
    """Takes leaves one by one in order and keeps only one hash per level."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf_hash: bytes) -> None:
        self.size += 1
        self._peaks.append(leaf_hash)
        merges = self.size
        while merges % 2 == 0:
            right = self._peaks.pop()
            self._peaks.append(_node(self._peaks.pop(), right))
            merges //= 2

    def root(self) -> bytes:
        """The root over all leaves so far; SHA-256 of nothing for an empty tree."""
        if not self._peaks:
            return hashlib.sha256().digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = _node(peak, root)
        return root


def root_over(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves that are at hand."""
    builder = RootBuilder()
    for leaf_hash in leaves:
        builder.add(leaf_hash)
    return builder.root()


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes from leaf `index` (0-based) up to the root."""
    if len(leaves) == 1:
        return []
    half = _left_size(len(leaves))
    if index < half:
        return [*path(leaves[:half], index), root_over(leaves[half:])]
    return [*path(leaves[half:], index - half), root_over(leaves[:half])]


def root_from_path(leaf_hash: bytes, index: int, size: int, siblings: Sequence[bytes]) -> bytes:
    """The root that a path leads to; ValueError when the path cannot belong to that index and size."""
    root = leaf_hash
    given = iter(siblings)
    for on_the_right in _turns(index, size):
        sibling = next(given, None)
        if sibling is None:
            raise ValueError("the path is too short")
        root = _node(sibling, root) if on_the_right else _node(root, sibling)
    if next(given, None) is not None:
        raise ValueError("the path is too long")
    return root


def _turns(index: int, size: int) -> Iterator[bool]:
    """Tells from the leaf upwards whether the way comes from the right child."""
    if not 0 <= index < size:
        raise ValueError("the leaf lies outside the tree")
    turns = []
    while size > 1:
        half = _left_size(size)
        turns.append(index >= half)
        index, size = (index - half, size - half) if index >= half else (index, half)
    return reversed(turns)


def _left_size(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
