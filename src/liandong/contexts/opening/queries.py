"""Uploads as the pages and the import need them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from liandong.foundation.access import public as access
from liandong.kernel.actor import Actor
from liandong.kernel.errors import NotAllowed, NotFound

from . import folder
from .domain import rights
from .models import Upload

State = Upload.State
_RECENT = 20


@dataclass(frozen=True, slots=True)
class UploadRow:
    """`counts`: rows added, changed, unchanged, ended, taken, known, rejected and so on."""

    key: UUID
    what: str
    options: Mapping[str, Any]
    file_name: str
    size: int
    state: str
    counts: Mapping[str, int]
    staff_id: int
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None

    @property
    def is_at_work(self) -> bool:
        return self.state in (State.CHECKING, State.IMPORTING)

    @property
    def is_open(self) -> bool:
        return self.is_at_work or self.state == State.CHECKED

    @property
    def found(self) -> dict[str, Any]:
        """The findings in the file; {} once they are gone."""
        return folder.read(self.key, folder.FOUND)

    @property
    def progress(self) -> dict[str, Any]:
        return folder.read(self.key, folder.PROGRESS)

    @property
    def has_refused_rows(self) -> bool:
        return (folder.folder_of(self.key) / folder.REFUSED).is_file()


def upload_of(*, actor: Actor, key: UUID) -> UploadRow:
    """Raises NotAllowed, NotFound."""
    if not actor.may(rights.SET_UP):
        raise NotAllowed
    return upload(key)


def upload(key: UUID) -> UploadRow:
    """For whoever works on it. Raises NotFound."""
    row = Upload.objects.filter(pk=key).first()
    if row is None:
        raise NotFound
    return _row(row)


def open_upload() -> UploadRow | None:
    """The one that isn't through yet."""
    row = Upload.objects.filter(is_open=True).first()
    return _row(row) if row else None


def recent_uploads() -> list[UploadRow]:
    """The newest first."""
    return [_row(row) for row in Upload.objects.order_by("-created_at")[:_RECENT]]


def actor_for(row: UploadRow) -> Actor:
    """The post that brought the file in. Raises NotAllowed where it was switched off, or may no longer."""
    actor = access.actor_of_post(row.staff_id)
    if actor is None or not actor.may(rights.SET_UP):
        raise NotAllowed
    return actor


def _row(row: Upload) -> UploadRow:
    return UploadRow(*(getattr(row, name) for name in UploadRow.__slots__))
