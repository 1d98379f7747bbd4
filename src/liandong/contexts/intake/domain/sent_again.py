"""Whether what comes under a known key is what came before: all that was delivered is compared, not the words alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime

import msgspec

from liandong.kernel.kept import DocumentRef, PhotoRef

from .incoming import Incoming

_LIFE_ELSEWHERE = {"payload", "language", "category_code", "division_code", "office_code"}
"""Of an archive: what follows from its state of today, and what a mapping makes of its words."""


def digest_of(report: Incoming, salt: bytes) -> bytes:
    """SHA-256 over the salt of the report and all that was delivered. With the salt gone it tells nothing."""
    return hashlib.sha256(salt + msgspec.json.encode(_delivered(report.as_sent or report), order="sorted")).digest()


def is_same(one: Incoming, other: Incoming) -> bool:
    """Whether two reports under one key say the same."""
    return _delivered(one.as_sent or one) == _delivered(other.as_sent or other)


def _delivered(report: Incoming) -> Mapping[str, object]:
    """By field, without what was left as it is by itself: a field that is new one day changes no older digest."""
    left_out = _LIFE_ELSEWHERE if report.is_archived else ()
    said = {name: getattr(report, name) for name in _USUAL if name not in left_out}
    return {name: _plain(value) for name, value in said.items() if value != _USUAL[name]}


_USUAL: Mapping[str, object] = {
    each.name: each.default_factory() if each.default_factory is not MISSING else each.default
    for each in fields(Incoming)
    if each.name not in ("origin", "origin_key", "as_sent")
}
"""The value of each field where nothing was said."""


def _plain(value: object) -> object:
    """Moments in UTC; of files their content, in any order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, tuple):
        files = {each.sha256 for each in value if isinstance(each, (PhotoRef, DocumentRef))}
        return sorted(files) if files else list(value)
    return value
