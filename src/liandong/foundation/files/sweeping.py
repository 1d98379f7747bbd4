"""Removes files whose time is over and that no row of any room names."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from liandong.kernel import time

from .naming import named_among
from .store import ORPHAN_AFTER, SWEPT, digest_in, time_of

_SWEPT_LATELY = timedelta(hours=3)


def sweep_orphans(*, lately: bool = False) -> int:
    """Returns how many were removed. `lately`: only those whose time was over in the last hours, which leaves the
    large rest unasked for. Nothing is removed of a folder before every room has answered for all of it.
    """
    edge = (time.now() - ORPHAN_AFTER).timestamp()
    since = edge - _SWEPT_LATELY.total_seconds() if lately else 0.0
    removed = 0
    for folder in sorted(Path(settings.BLOBS).glob("??")):
        old = [path for path in folder.iterdir() if (at := time_of(path)) is not None and since <= at < edge]
        named = named_among({digest_in(path) for path in old})
        removed += sum(_removed(path, is_named=digest_in(path) in named, edge=edge) for path in old)
    return removed


def _removed(path: Path, *, is_named: bool, edge: float) -> bool:
    """Puts the file aside and looks once more: who sends it again at this moment has it back, or writes it anew."""
    if path.name.endswith(SWEPT):
        return _put_back(path) if is_named else _gone(path)
    if is_named:
        return False
    aside = path.with_name(path.name + SWEPT)
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    at = time_of(aside)
    return _put_back(aside) if at is not None and at >= edge else _gone(aside)


def _put_back(aside: Path) -> bool:
    path = aside.with_name(aside.name.removesuffix(SWEPT))
    if path.exists():
        aside.unlink(missing_ok=True)
    else:
        aside.rename(path)
    return False


def _gone(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True
