"""Where the mark is kept: `<data>/mark/ledger.json`, apart from database, seals and keys, written after each seal."""

import os
import threading
from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Sum

from liandong.kernel import time

from .bound import kinds
from .domain.head import SealHead, SigningKey
from .domain.mark import MalformedMark, Mark, mark_from, signed
from .keys import sync_folder
from .models import Seal


def path() -> Path:
    return Path(settings.DATA) / "mark" / "ledger.json"


def tables() -> Collection[str]:
    """The tables that the mark speaks of: none where this house has kept none. Of one that can't be read all."""
    try:
        kept = read()
    except MalformedMark:
        return {kind.head.title for kind in kinds()}
    return set(kept.rows) if kept else set()


def read(file: Path | None = None) -> Mark | None:
    """Our own mark, or that of a copy; None where there is none. Raises MalformedMark."""
    place = file or path()
    try:
        return mark_from(place.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedMark(str(error)) from error


def keep(last: SealHead, key: SigningKey) -> None:
    """Writes the mark of the last seal; whole, or the old one stays."""
    before = _readable()
    if before is not None and before.seal == last.no - 1:
        entries = before.entries + last.entries
    else:
        entries = Seal.objects.filter(no__lte=last.no).aggregate(total=Sum("entries"))["total"] or 0
    made_of = Mark(last.no, last.hash(), last.to_id, entries, highest_rows(), time.now(), key.id)
    _write(signed(made_of, key).text() + "\n")


def remove() -> None:
    """For a house that was restored to before its first seal."""
    path().unlink(missing_ok=True)


def _readable() -> Mark | None:
    try:
        return read()
    except MalformedMark:
        return None


def highest_rows() -> dict[str, int]:
    """The highest id of each table that streams are about."""
    heads = [kind.head for kind in kinds()]
    return {head.title: head.model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for head in heads}  # noqa: SLF001


def _write(text: str) -> None:
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)
