"""Photos: checked, turned upright, freed of EXIF, kept by content hash before any transaction names them."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from django.conf import settings
from django.core import signing
from PIL import Image

from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.errors import Busy, InvalidInput, TooLarge

from .domain.incoming import PhotoRef
from .models import Photo
from .reading import NoPicture, TooManyPixels, picture_of

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
WAITING = 2 * AT_ONCE
WAIT_S = 5.0
"""Pictures decoded at once by a process, how many more may wait, and how long: other pages keep their threads."""
THUMB_PX = 320
ORPHAN_AFTER = timedelta(hours=24)
TOKEN_VALID = timedelta(hours=20)
FORM_KEEPS = timedelta(minutes=45)
"""How long a form that wasn't sent keeps its photos, counted from its last try."""
_SWEPT_LATELY = timedelta(hours=3)
_TOKEN_SALT = "intake.photo"  # noqa: S105 (a namespace, not a secret)


_decoders, _room = BoundedSemaphore(AT_ONCE), BoundedSemaphore(AT_ONCE + WAITING)


def keep_photo(upload: BinaryIO, size_bytes: int, *, keep_for: timedelta = ORPHAN_AFTER) -> PhotoRef:
    """Stores a JPEG, PNG, WebP or HEIC as JPEG without any metadata; safe to call again with the same picture.
    `keep_for`: how long at least it waits for its report.

    Raises TooLarge over 50 MB and over so many pixels as its format is decoded in good time, InvalidInput for what
    isn't a picture, Busy where too many others are being decoded.
    """
    if size_bytes > settings.UPLOAD_MAX_BYTES:
        raise TooLarge("照片不能超过 %(limit)s MB。", field="photos", limit=settings.UPLOAD_MAX_BYTES // 2**20)
    with _turn():
        picture = _read(upload)
        encoded = BytesIO()
        picture.save(encoded, "JPEG", quality=85, optimize=True)
        thumb = picture.copy()
        thumb.thumbnail((THUMB_PX, THUMB_PX))
        small = BytesIO()
        thumb.save(small, "JPEG", quality=80)
    content = encoded.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    _write_once(blob_path(digest), content, keep_for)
    _write_once(blob_path(digest, thumb=True), small.getvalue(), keep_for)
    return PhotoRef(digest, "image/jpeg", picture.width, picture.height, len(content))


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few pictures that are decoded at a time. Raises Busy."""
    busy = Busy("照片正在排队处理，请过几秒再试一次。", field="photos")
    if not _room.acquire(blocking=False):
        raise busy
    try:
        if not _decoders.acquire(timeout=WAIT_S):
            raise busy
        try:
            yield
        finally:
            _decoders.release()
    finally:
        _room.release()


def _read(upload: BinaryIO) -> Image.Image:
    try:
        return picture_of(upload)
    except TooManyPixels as error:
        raise TooLarge("照片的像素过多，请缩小后再上传。", field="photos") from error
    except NoPicture as error:
        raise InvalidInput("无法识别的照片，请上传 JPEG、PNG、WebP 或 HEIC。", field="photos") from error


def photo_token(photo: PhotoRef) -> str:
    """Names a kept photo to whoever sent it, until its report comes: signed, good for 20 hours."""
    return signing.dumps([photo.sha256, photo.media_type, photo.width, photo.height, photo.bytes], salt=_TOKEN_SALT)


def photo_of_token(token: str) -> PhotoRef | None:
    """The kept photo that a token names; None for a token that isn't ours or too old."""
    try:
        return PhotoRef(*signing.loads(token, salt=_TOKEN_SALT, max_age=TOKEN_VALID))
    except signing.BadSignature:
        return None


def photo_of_form(token: str) -> PhotoRef | None:
    """The same for a form that comes back: its photo is kept on from now; None too where it is gone by now."""
    photo = photo_of_token(token)
    if photo is None:
        return None
    try:
        for thumb in (False, True):
            _keep_on(blob_path(photo.sha256, thumb=thumb), FORM_KEEPS)
    except FileNotFoundError:
        return None
    return photo


def blob_path(digest: str, *, thumb: bool = False) -> Path:
    """Where the file of a content hash lies."""
    return Path(settings.BLOBS) / digest[:2] / (digest + (".thumb" if thumb else ""))


ledger.file_of("photo", "sha256", blob_path)


def _keep_on(path: Path, keep_for: timedelta) -> None:
    """Its time is set so that the sweep finds it old enough after `keep_for`, never sooner than was promised before."""
    moment = (time.now() - ORPHAN_AFTER + keep_for).timestamp()
    if path.stat().st_mtime < moment:
        os.utime(path, (moment, moment))


def _write_once(path: Path, content: bytes, keep_for: timedelta) -> None:
    """Appears whole or not at all: temporary file, fsync, rename, fsync of its folder and of that one's."""
    if path.exists():
        _keep_on(path, keep_for)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    moment = (time.now() - ORPHAN_AFTER + keep_for).timestamp()
    os.utime(name, (moment, moment))
    Path(name).replace(path)
    _sync(path.parent)
    _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sweep_orphans(*, lately: bool = False) -> int:
    """Removes files whose time is over and that no photo row names; returns how many. `lately`: only those whose time
    was over in the last hours, which leaves the large rest unasked for.
    """
    edge = (time.now() - ORPHAN_AFTER).timestamp()
    since = edge - _SWEPT_LATELY.total_seconds() if lately else 0.0
    removed = 0
    for folder in sorted(Path(settings.BLOBS).glob("??")):
        old = [path for path in folder.iterdir() if since <= path.stat().st_mtime < edge]
        digests = {path.name.split(".")[0] for path in old}
        named = set(Photo.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        for path in old:
            sent_again = path.stat().st_mtime >= edge
            if path.name.split(".")[0] not in named and not sent_again:
                path.unlink(missing_ok=True)
                removed += 1
    return removed
