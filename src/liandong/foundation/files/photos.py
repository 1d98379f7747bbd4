"""Photos: checked, turned upright, freed of EXIF, kept as JPEG with a small one beside it."""

from datetime import timedelta
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from PIL import Image

from liandong.kernel.errors import InvalidInput, TooLarge
from liandong.kernel.kept import PhotoRef

from . import store
from .domain.kept import JPEG
from .reading import NoPicture, TooManyPixels, picture_of
from .turns import turn

THUMB_PX = 320


def keep_photo(upload: BinaryIO, size_bytes: int, *, keep_for: timedelta = store.ORPHAN_AFTER) -> PhotoRef:
    """Stores a JPEG, PNG, WebP or HEIC as JPEG without any metadata; safe to call again with the same picture.
    `keep_for`: how long at least it waits for its report.

    Raises TooLarge over 50 MB and over so many pixels as its format is decoded in good time, InvalidInput for what
    isn't a picture, Busy where too many others are being decoded.
    """
    if size_bytes > settings.UPLOAD_MAX_BYTES:
        raise TooLarge("照片不能超过 %(limit)s MB。", field="photos", limit=settings.UPLOAD_MAX_BYTES // 2**20)
    with turn():
        picture = _read(upload)
        encoded = BytesIO()
        picture.save(encoded, "JPEG", quality=85, optimize=True)
        thumb = picture.copy()
        thumb.thumbnail((THUMB_PX, THUMB_PX))
        small = BytesIO()
        thumb.save(small, "JPEG", quality=80)
    content = encoded.getvalue()
    digest = store.keep(content, keep_for=keep_for, thumb=small.getvalue())
    return PhotoRef(digest, JPEG, picture.width, picture.height, len(content))


def _read(upload: BinaryIO) -> Image.Image:
    try:
        return picture_of(upload)
    except TooManyPixels as error:
        raise TooLarge("照片的像素过多，请缩小后再上传。", field="photos") from error
    except NoPicture as error:
        raise InvalidInput("无法识别的照片，请上传 JPEG、PNG、WebP 或 HEIC。", field="photos") from error
