"""A picture made of a file: upright, small enough, in eight bits of RGB, bare of everything else.

A HEIC is only ever read by a process of its own (`heic.py`): its decoder is C++ that a crafted file can bring down, and
what it brings down then has nothing else in it.
"""

import re
from collections.abc import Collection, Mapping
from typing import BinaryIO

from PIL import ExifTags, Image, UnidentifiedImageError

from . import apart

MAX_PIXELS = 80_000_000
_MOST_PIXELS: Mapping[str | None, int] = {"HEIF": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""Of formats that are decoded at full size, by the time that this takes; a JPEG is decoded at an eighth to a half."""
_PROGRESSIVE_PIXELS = 50_000_000
_SHRUNK_FIRST = frozenset({"RGB", "RGBA", "L", "LA", "CMYK"})
LONGEST_SIDE_PX = 2560
FORMATS = ("JPEG", "PNG", "WEBP")
_BOX, _BRAND = slice(4, 8), b"ftyp"
"""How every HEIC begins."""
FORMATS_BEGIN = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF.{4}WEBP|.{4}ftyp", re.DOTALL)
"""How a file begins that is perhaps a picture of a format that is taken."""
TOO_MANY_PIXELS, NO_PICTURE = 3, 4
"""Exit codes of the process."""
_TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF orientation."""
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class TooManyPixels(Exception):
    """More than is decoded in good time."""


class NoPicture(Exception):
    """Nothing that can be read as a picture."""


def picture_of(upload: BinaryIO) -> Image.Image:
    """The picture of a JPEG, PNG, WebP or HEIC. Raises TooManyPixels, NoPicture."""
    begin = upload.read(_BOX.stop)
    upload.seek(0)
    return _read_apart(upload) if begin[_BOX] == _BRAND else read(upload, FORMATS)


def _read_apart(upload: BinaryIO) -> Image.Image:
    code, told = apart.run("heic", upload.read())
    if code == TOO_MANY_PIXELS:
        raise TooManyPixels
    if code != 0:
        raise NoPicture
    width, height, pixels = told.split(b"\n", 2)
    return Image.frombytes("RGB", (int(width), int(height)), pixels)


def read(upload: BinaryIO, formats: Collection[str]) -> Image.Image:
    """In this process, of these formats only. Of the header alone what is too large is refused; what isn't is made
    smaller before anything else.
    """
    try:
        with Image.open(upload, formats=tuple(formats)) as opened:
            if opened.width * opened.height > _most_pixels(opened):
                raise TooManyPixels
            if opened.mode in _SHRUNK_FIRST:
                opened.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
            opened.load()
            upright = _on_white(_turned(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NoPicture from error
    upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _most_pixels(opened: Image.Image) -> int:
    if opened.info.get("progressive"):
        return _PROGRESSIVE_PIXELS
    return _MOST_PIXELS.get(opened.format, MAX_PIXELS)


def _turned(picture: Image.Image) -> Image.Image:
    """Upright by its orientation. Nothing else of the metadata is read or written: a sender may have torn it, and it is
    dropped anyway. What can't be read turns nothing.
    """
    try:
        turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # noqa: BLE001 (any error that torn metadata leads to; the picture itself was read)
        turn = None
    return picture if turn is None else picture.transpose(turn)


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
