"""A file is taken, looked through, confirmed and taken in, or given up before that. Its folder goes after a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from liandong.foundation.jobs import public as jobs
from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from liandong.kernel.text import storable

from . import folder
from .domain import rights
from .domain.events import ImportConfirmed
from .domain.kinds import KINDS
from .models import Upload
from .queries import State, upload

KIND = "opening.work_through"
KEPT = timedelta(days=1)
"""How long a file, and what was found in it, lies in the data folder."""
REMEMBERED = timedelta(days=90)
"""How long the list of uploads goes back."""
_NAME_SIGNS = 120
_ANOTHER = "另一个文件还没有处理完，请先确认或放弃它。"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it came: the name it has where it came from, and its content piece by piece."""

    name: str
    size: int
    chunks: Iterable[bytes]


def take_file(*, actor: Actor, what: str, options: Mapping[str, Any], file: Taken, mapping: bytes = b"") -> UUID:
    """Keeps the file and orders that it is looked through; returns its key. Raises InvalidInput for another kind of
    file, Conflict while another one is open.
    """
    _check_actor(actor)
    suffix = _suffix(what, file.name)
    if not file.size:
        raise InvalidInput("文件是空的。", field="file")
    if Upload.objects.filter(is_open=True).exists():
        raise Conflict(_ANOTHER)
    key = uuid4()
    try:
        digest = folder.keep(key, suffix, file.chunks)
        if mapping:
            folder.keep_mapping(key, mapping)
        with transaction.atomic():
            Upload.objects.create(
                key=key,
                what=what,
                options=dict(options),
                file_name=_name(file.name),
                size=file.size,
                digest=digest,
                staff_id=actor.id,
                created_at=time.now(),
            )
            jobs.order(jobs.Order(KIND, str(key)))
    except IntegrityError as error:
        folder.remove(key)
        raise Conflict(_ANOTHER) from error
    except BaseException:
        folder.remove(key)
        raise
    return key


def confirm(*, actor: Actor, key: UUID) -> None:
    """Orders that the file is taken in as it was foreseen. Raises Conflict unless it waits for that."""
    _check_actor(actor)
    with transaction.atomic():
        row = _locked(key)
        if row.state != State.CHECKED or not row.counts.get("can_be_taken"):
            raise Conflict("这个文件现在不能导入。")
        if folder.file_of(key) is None:
            raise Conflict("这个文件已过期，请重新选择。")
        row.state, row.confirmed_at = State.IMPORTING, time.now()
        row.save(update_fields=["state", "confirmed_at"])
        ledger.record(actor=actor, stream=_stream(row), facts=ImportConfirmed(what=row.what, sha256=row.digest))
        jobs.order(jobs.Order(KIND, str(key)))
    folder.write(key, folder.PROGRESS, {})


def give_up(*, actor: Actor, key: UUID) -> None:
    """Nothing of the file is taken in, and it is removed. Raises Conflict once it was confirmed."""
    _check_actor(actor)
    with transaction.atomic():
        row = _locked(key)
        if row.state not in (State.CHECKING, State.CHECKED):
            raise Conflict("这个文件已经确认，不能放弃。")
        _close(row, State.DROPPED)
    folder.remove(key)


def checked(*, key: UUID, counts: Mapping[str, int], found: Mapping[str, Any]) -> None:
    """The file was looked through and waits to be confirmed; where nothing of it can be taken, it is refused."""
    folder.write(key, folder.FOUND, found)
    with transaction.atomic():
        row = _locked(key)
        if row.state != State.CHECKING:
            return
        row.counts = dict(counts)
        if counts.get("can_be_taken"):
            row.state = State.CHECKED
            row.save(update_fields=["state", "counts"])
        else:
            _close(row, State.REFUSED)


def ended(*, key: UUID, state: str, counts: Mapping[str, int], found: Mapping[str, Any]) -> None:
    """The file was taken in, or that failed."""
    folder.write(key, folder.FOUND, found)
    with transaction.atomic():
        row = _locked(key)
        if row.is_open:
            row.counts = dict(counts)
            _close(row, state)


def sweep() -> None:
    """Removes what lies in the data folder for longer than a day, and gives up what nobody confirmed in that time."""
    old = time.now() - KEPT
    for key in Upload.objects.filter(is_open=True, created_at__lt=old).values_list("pk", flat=True):
        with transaction.atomic():
            row = _locked(key)
            if row.is_open:
                _close(row, State.FAILED if row.state == State.IMPORTING else State.DROPPED)
    kept = set(Upload.objects.filter(created_at__gte=old).values_list("pk", flat=True))
    for key in folder.keys(before=old) - kept:
        folder.remove(key)
    Upload.objects.filter(is_open=None, created_at__lt=time.now() - REMEMBERED).delete()


def is_through(key: UUID) -> bool:
    """Whether there is nothing to do with it any more."""
    try:
        return not upload(key).is_at_work
    except NotFound:
        return True


def _close(row: Upload, state: str) -> None:
    row.state, row.is_open, row.finished_at = state, None, time.now()
    row.save(update_fields=["state", "is_open", "finished_at", "counts"])


def _locked(key: UUID) -> Upload:
    row = Upload.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def _stream(row: Upload) -> ledger.Stream:
    return ledger.Stream("uploads", row.staff_id)


def _check_actor(actor: Actor) -> None:
    if not actor.may(rights.SET_UP) or actor.kind != "staff":
        raise NotAllowed


def _suffix(what: str, name: str) -> str:
    kind = KINDS.get(what)
    if kind is None:
        raise NotFound
    suffix = PurePath(name).suffix.lower()
    if suffix not in kind.suffixes:
        raise InvalidInput("不能导入这种文件，可以是：%(suffixes)s。", field="file", suffixes="、".join(kind.suffixes))
    return suffix


def _name(name: str) -> str:
    """As the administrator knows it, to be shown."""
    shown = PurePath(name).name
    return (shown if storable(shown) else "…")[-_NAME_SIGNS:]
