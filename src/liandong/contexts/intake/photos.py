"""Photos: checked, turned upright, freed of EXIF, kept by content hash before any transaction names them."""

import hashlib
import os
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pi_heif
from django.conf import settings
from django.core import signing
from PIL import Image, ImageOps, UnidentifiedImageError

from liandong.kernel import time
from liandong.kernel.errors import InvalidInput, TooLarge

from .domain.incoming import PhotoRef
from .models import Photo

MAX_PIXELS = 80_000_000
LONGEST_SIDE_PX = 2560
THUMB_PX = 320
ORPHAN_AFTER = timedelta(hours=24)
TOKEN_VALID = timedelta(hours=20)
_TOKEN_SALT = "intake.photo"  # noqa: S105 (a namespace, not a secret)
pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def keep_photo(upload: BinaryIO, size_bytes: int) -> PhotoRef:
    """Stores a JPEG, PNG, WebP or HEIC as JPEG without any metadata; safe to call again with the same picture.

    Raises TooLarge over 50 MB or 80 megapixels, InvalidInput for what isn't a picture.
    """
    if size_bytes > settings.UPLOAD_MAX_BYTES:
        raise TooLarge("照片不能超过 %(limit)s MB。", field="photos", limit=settings.UPLOAD_MAX_BYTES // 2**20)
    picture = _read(upload)
    encoded = BytesIO()
    picture.save(encoded, "JPEG", quality=85, optimize=True)
    content = encoded.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    _write_once(blob_path(digest), content)
    thumb = picture.copy()
    thumb.thumbnail((THUMB_PX, THUMB_PX))
    small = BytesIO()
    thumb.save(small, "JPEG", quality=80)
    _write_once(blob_path(digest, thumb=True), small.getvalue())
    return PhotoRef(digest, "image/jpeg", picture.width, picture.height, len(content))


def _read(upload: BinaryIO) -> Image.Image:
    try:
        with Image.open(upload, formats=("JPEG", "PNG", "WEBP", "HEIF")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _too_many_pixels()
            opened.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
            upright = _on_white(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise InvalidInput("无法识别的照片，请上传 JPEG、PNG、WebP 或 HEIC。", field="photos") from error
    upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _too_many_pixels() -> TooLarge:
    return TooLarge("照片的像素过多，请缩小后再上传。", field="photos")


def _on_white(picture: Image.Image) -> Image.Image:
    """In eight bits of RGB; what is transparent becomes white."""
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    white = Image.new("RGB", layers.size, "white")
    white.paste(layers, mask=layers.getchannel("A"))
    return white


def photo_token(photo: PhotoRef) -> str:
    """Names a kept photo to whoever sent it, until its report comes: signed, good for 20 hours."""
    return signing.dumps([photo.sha256, photo.media_type, photo.width, photo.height, photo.bytes], salt=_TOKEN_SALT)


def photo_of_token(token: str) -> PhotoRef | None:
    """The kept photo that a token names; None for a token that isn't ours or too old."""
    try:
        return PhotoRef(*signing.loads(token, salt=_TOKEN_SALT, max_age=TOKEN_VALID))
    except signing.BadSignature:
        return None


def blob_path(digest: str, *, thumb: bool = False) -> Path:
    """Where the file of a content hash lies."""
    return Path(settings.BLOBS) / digest[:2] / (digest + (".thumb" if thumb else ""))


def _write_once(path: Path, content: bytes) -> None:
    """Appears whole or not at all: temporary file, fsync, rename, fsync of its folder and of that one's."""
    if path.exists():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
    _sync(path.parent)
    _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sweep_orphans() -> int:
    """Removes files older than a day that no photo row names; returns how many."""
    edge = (time.now() - ORPHAN_AFTER).timestamp()
    removed = 0
    for folder in sorted(Path(settings.BLOBS).glob("??")):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < edge]
        digests = {path.name.split(".")[0] for path in old}
        named = set(Photo.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        for path in old:
            sent_again = path.stat().st_mtime >= edge
            if path.name.split(".")[0] not in named and not sent_again:
                path.unlink(missing_ok=True)
                removed += 1
    return removed
