"""Photos: any phone's picture comes out upright, of bounded size and bare of everything but the picture."""

import os
import struct
import sys
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from PIL import ExifTags, Image, ImageFile

from liandong.foundation.files import jobs, naming, sweeping, tokens, turns
from liandong.foundation.files import public as files
from liandong.foundation.files.public import PhotoRef
from liandong.kernel import time
from liandong.kernel.errors import Busy, InvalidInput, TooLarge
from tests import county

PICTURES = Path(__file__).parents[2] / "contexts" / "intake" / "pictures"
RED, GREEN, WHITE = (220, 20, 20), (20, 160, 20), (255, 255, 255)


@pytest.fixture(autouse=True)
def blobs(tmp_path: Path, settings) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def corner(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """A green picture with a red quarter at its upper left."""
    picture = Image.new("RGB", size, GREEN)
    picture.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    return picture.convert(mode)


def heic() -> bytes:
    """The corner as a phone writes it; the decoder that is shipped writes none."""
    return (PICTURES / "corner.heic").read_bytes()


def encoded(picture: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def keep(content: bytes) -> PhotoRef:
    return files.keep_photo(BytesIO(content), len(content))


def kept(photo: PhotoRef, *, thumb: bool = False) -> Image.Image:
    return Image.open(files.path_of(photo.sha256, thumb=thumb))


def near(colour: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(colour, wanted, strict=True))


def is_upright(picture: Image.Image) -> bool:
    wide, high = picture.size
    quarters = [(wide // 4, high // 4), (3 * wide // 4, high // 4), (wide // 4, 3 * high // 4)]
    first, *others = [picture.convert("RGB").getpixel(place) for place in quarters]
    return near(first, RED) and all(near(each, GREEN) for each in others)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.Make] = "SECRETPHONE"
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (35.0, 3.0, 0.0), 3: "E", 4: (105.0, 3.0, 0.0), 29: "2026:05:11"}
    )
    return tags


TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera writes an upright scene for each orientation tag."""


@pytest.mark.parametrize("orientation", TURNED)
def test_a_picture_is_turned_as_its_camera_says(orientation: int) -> None:
    turn = TURNED[orientation]
    written = corner().transpose(turn) if turn is not None else corner()
    photo = keep(encoded(written, exif=exif(orientation), quality=95))
    assert (photo.width, photo.height) == (60, 40)
    assert is_upright(kept(photo))
    assert is_upright(kept(photo, thumb=True))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_but_the_picture_is_kept(format: str) -> None:
    camera = {"exif": exif(1), "xmp": b"<x:xmpmeta>SECRETPLACE</x:xmpmeta>"}
    content = heic() if format == "HEIF" else encoded(corner(), format, **camera)
    assert b"SECRETPHONE" in content
    photo = keep(content)
    assert photo.media_type == "image/jpeg"
    for thumb in (False, True):
        written = files.path_of(photo.sha256, thumb=thumb).read_bytes()
        assert b"SECRET" not in written
        assert b"Exif" not in written
        with kept(photo, thumb=thumb) as picture:
            assert picture.format == "JPEG"
            assert not picture.getexif()
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_hangs_behind_a_picture_is_cut_off() -> None:
    photo = keep(encoded(corner()) + b"<script>alert(1)</script>")
    assert b"script" not in files.path_of(photo.sha256).read_bytes()


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "RGB"])
def test_every_kind_of_colour_is_read(mode: str) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"
    assert keep(encoded(corner(mode=mode), format)).width == 60


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    picture = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 30, 20))
    photo = keep(encoded(picture.convert(mode), "PNG"))
    assert near(kept(photo).getpixel((45, 30)), WHITE)
    assert not near(kept(photo).getpixel((15, 10)), WHITE)


def test_a_palette_with_a_transparent_colour_becomes_white_there() -> None:
    picture = Image.new("P", (60, 40), 0)
    picture.putpalette([0, 0, 0, *RED])
    picture.paste(1, (0, 0, 30, 20))
    photo = keep(encoded(picture, "PNG", transparency=0))
    assert near(kept(photo).getpixel((45, 30)), WHITE)
    assert near(kept(photo).getpixel((15, 10)), RED)


def test_a_picture_of_sixteen_bits_keeps_its_shades() -> None:
    picture = Image.new("I;16", (60, 40), 32_768)
    photo = keep(encoded(picture, "PNG"))
    assert near(kept(photo).convert("RGB").getpixel((30, 20)), (128, 128, 128))


def test_of_a_picture_with_several_frames_the_first_counts() -> None:
    other = Image.new("RGB", (60, 40), WHITE)
    photo = keep(encoded(corner(), "MPO", save_all=True, append_images=[other], quality=95))
    assert is_upright(kept(photo))


def test_a_large_picture_is_made_smaller_and_a_small_one_left() -> None:
    photo = keep(encoded(corner((5000, 1000))))
    assert (photo.width, photo.height) == kept(photo).size == (2560, 512)
    assert kept(photo, thumb=True).size == (320, 64)
    assert keep(encoded(corner((30, 20)))).width == 30


def test_the_same_picture_twice_is_one_file_under_its_hash(blobs: Path) -> None:
    first, second = keep(encoded(corner())), keep(encoded(corner()))
    assert first == second
    files = sorted(path.name for path in blobs.rglob("*") if path.is_file())
    assert files == [first.sha256, f"{first.sha256}.thumb"]
    assert files.path_of(first.sha256).stat().st_size == first.bytes


def png_of(width: int, height: int) -> bytes:
    """A file of a few bytes that claims to be very large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"), [(5001, 5000), (8900, 8900), (10_000, 8_001), (30_000, 30_000), (200_000, 200_000)]
)
def test_a_picture_that_would_fill_the_memory_is_refused_as_too_large(width: int, height: int, blobs: Path) -> None:
    with pytest.raises(TooLarge) as refused:
        keep(png_of(width, height))
    assert refused.value.field == "photos"
    assert not blobs.exists()


@pytest.mark.parametrize(
    ("format", "options", "side"),
    [("PNG", {}, 5001), ("WEBP", {"method": 0}, 5001), ("JPEG", {"progressive": True}, 7072)],
    ids=["PNG", "WebP", "JPEG in passes"],
)
def test_what_takes_long_to_decode_is_refused_by_its_header(
    format: str, options: dict, side: int, blobs: Path, monkeypatch
) -> None:
    content = encoded(Image.new("L" if format == "JPEG" else "RGB", (side, side)), format, **options)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda picture: pytest.fail("was decoded"))
    with pytest.raises(TooLarge):
        keep(content)
    assert not blobs.exists()


def test_a_large_jpeg_of_a_camera_is_taken() -> None:
    photo = keep(encoded(Image.new("L", (7000, 7200), 90)))
    assert max(photo.width, photo.height) == 2560


class TestQueue:
    """Pictures are decoded a few at a time, so that other pages keep their threads."""

    @pytest.fixture(autouse=True)
    def one_at_a_time(self, monkeypatch) -> None:
        monkeypatch.setattr(turns, "WAIT_S", 0.05)
        monkeypatch.setattr(turns, "_readers", BoundedSemaphore(1))
        monkeypatch.setattr(turns, "_room", BoundedSemaphore(2))

    def test_who_waits_too_long_is_told_to_come_again(self) -> None:
        with turns._readers, pytest.raises(Busy) as refused:
            keep(encoded(corner()))
        assert refused.value.field == "photos"
        assert keep(encoded(corner())).width == 60

    def test_of_too_many_one_more_isnt_even_let_wait(self, monkeypatch) -> None:
        monkeypatch.setattr(turns, "WAIT_S", 1000)
        with turns._room, turns._room, pytest.raises(Busy):
            keep(encoded(corner()))

    def test_a_picture_that_is_none_gives_its_turn_back(self) -> None:
        for _ in range(5):
            with pytest.raises(InvalidInput):
                keep(b"none")
        assert keep(encoded(corner())).width == 60


def test_a_file_over_the_limit_is_refused_before_it_is_read(settings, blobs: Path) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    content = encoded(corner())

    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("was read")

    with pytest.raises(TooLarge):
        files.keep_photo(Unread(content), 1001)
    assert not blobs.exists()


NO_PICTURES = {
    "nothing": b"",
    "text": b"hello",
    "a page": b"<html><img src=x onerror=alert(1)></html>",
    "a drawing with scripts": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a document": b"%PDF-1.7\n",
    "a GIF": encoded(corner(), "GIF"),
    "a bitmap": encoded(corner(), "BMP"),
    "a TIFF": encoded(corner(), "TIFF"),
    "half a JPEG": encoded(corner((600, 400)))[:2000],
    "the beginning of a JPEG": encoded(corner())[:20],
    "half a PNG": encoded(corner((600, 400)), "PNG")[:200],
    "half a WebP": encoded(corner((600, 400)), "WEBP")[:100],
    "half a HEIC": heic()[:300],
    "a PNG of nothing": png_of(0, 0),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_whole_picture_is_refused_and_not_kept(what: str, blobs: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        keep(NO_PICTURES[what])
    assert refused.value.field == "photos"
    assert not blobs.exists()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_camera_data_doesnt_keep_a_picture_out() -> None:
    content = encoded(corner(), exif=exif(1))
    start = content.index(b"Exif\0\0") + 6
    for broken in (
        b"\xff" * 20,
        b"II*\0\xff\xff\xff\xff" + b"\0" * 12,
        b"MM\0*" + b"\0\0\0\x08\xff\xff" + b"\x01" * 10,
    ):
        assert is_upright(kept(keep(content[:start] + broken + content[start + len(broken) :])))


def age(photo: PhotoRef, hours: float) -> None:
    moment = (time.now() - timedelta(hours=hours)).timestamp()
    for thumb in (False, True):
        os.utime(files.path_of(photo.sha256, thumb=thumb), (moment, moment))


@pytest.mark.parametrize("place", [96, 216, 237])
def test_a_heic_that_brings_its_decoder_down_is_refused_and_nothing_else_ends(place: int, blobs: Path) -> None:
    torn = bytearray(heic())
    torn[place] = 0xFF
    with pytest.raises(InvalidInput) as refused:
        keep(bytes(torn))
    assert refused.value.field == "photos"
    assert not blobs.exists()


def test_the_decoder_of_heic_is_in_no_process_of_ours() -> None:
    keep(heic())
    assert "_pi_heif" not in sys.modules


def torn_exif(tag: int, kind: int) -> bytes:
    """Beside the orientation a tag of a type that isn't its own: it can be read, and not be written again."""
    entries = struct.pack("<HHII", ExifTags.Base.Orientation, 3, 1, 6)
    entries += struct.pack("<HHI", tag, kind, 1) + b"ab\0\0"
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 2) + entries + bytes(4)


@pytest.mark.parametrize(("tag", "kind"), [(254, 1), (269, 11), (282, 1), (700, 3)])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_torn_camera_data_is_taken_and_still_turned(format: str, tag: int, kind: int) -> None:
    lying = corner().transpose(Image.Transpose.ROTATE_90)
    assert is_upright(kept(keep(encoded(lying, format, exif=torn_exif(tag, kind)))))


@pytest.mark.usefixtures("small_county")
class TestOrphans:
    def test_after_a_day_a_picture_that_no_report_names_is_removed(self, blobs: Path) -> None:
        orphan, fresh = keep(encoded(corner())), keep(encoded(corner((80, 60))))
        age(orphan, 24.1)
        age(fresh, 23.9)
        jobs.sweep_orphans()
        assert sorted(path.name for path in blobs.rglob("*") if path.is_file()) == [
            fresh.sha256,
            f"{fresh.sha256}.thumb",
        ]

    def test_a_picture_that_a_report_names_stays(self) -> None:
        photo = keep(encoded(corner()))
        county.receive(photos=(photo,))
        age(photo, 10_000)
        assert files.sweep_orphans() == 0
        assert files.path_of(photo.sha256, thumb=True).exists()

    def test_a_picture_sent_again_begins_its_day_anew(self) -> None:
        photo = keep(encoded(corner()))
        age(photo, 30)
        keep(encoded(corner()))
        assert files.sweep_orphans() == 0

    def test_a_picture_sent_again_while_it_is_being_swept_stays(self, monkeypatch) -> None:
        photo = keep(encoded(corner()))
        age(photo, 30)
        asked = naming.named_among

        def meanwhile(digests):
            keep(encoded(corner()))
            return asked(digests)

        monkeypatch.setattr(sweeping, "named_among", meanwhile)
        assert files.sweep_orphans() == 0
        assert files.path_of(photo.sha256).exists()

    def test_a_form_that_wasnt_sent_keeps_its_pictures_less_than_an_hour(self, blobs: Path) -> None:
        content = encoded(corner())
        photo = files.keep_photo(BytesIO(content), len(content), keep_for=files.FORM_KEEPS)
        promised = keep(encoded(corner((80, 60))))
        assert files.FORM_KEEPS + timedelta(minutes=15) <= timedelta(hours=1)
        now = time.now()
        with time.at(now + timedelta(minutes=40)):
            jobs.sweep_forms()
            assert files.path_of(photo.sha256).exists()
        with time.at(now + timedelta(minutes=46)):
            jobs.sweep_forms()
            assert not files.path_of(photo.sha256).exists()
            assert files.path_of(promised.sha256).exists()
        with time.at(now + timedelta(hours=24, minutes=1)):
            jobs.sweep_forms()
        assert not files.path_of(promised.sha256).exists()

    def test_a_form_that_comes_back_keeps_them_on(self) -> None:
        content = encoded(corner())
        photo = files.keep_photo(BytesIO(content), len(content), keep_for=files.FORM_KEEPS)
        token, now = files.photo_token(photo), time.now()
        with time.at(now + timedelta(minutes=40)):
            assert files.file_of_form(token) == photo
        with time.at(now + timedelta(minutes=80)):
            jobs.sweep_forms()
            assert files.file_of_form(token) == photo
        with time.at(now + timedelta(minutes=130)):
            jobs.sweep_forms()
            assert files.file_of_form(token) is None

    def test_a_form_doesnt_shorten_what_was_promised_to_a_client(self) -> None:
        content = encoded(corner())
        photo = keep(content)
        files.keep_photo(BytesIO(content), len(content), keep_for=files.FORM_KEEPS)
        assert files.file_of_form(files.photo_token(photo)) == photo
        with time.at(time.now() + timedelta(hours=23)):
            jobs.sweep_forms()
            jobs.sweep_orphans()
        assert files.path_of(photo.sha256).exists()

    def test_what_a_crash_left_half_written_is_removed_too(self, blobs: Path) -> None:
        photo = keep(encoded(corner()))
        half = files.path_of(photo.sha256).with_name("tmp8ajs2")
        half.write_bytes(b"half")
        os.utime(half, (0, 0))
        assert files.sweep_orphans() == 1

    def test_without_any_picture_there_is_nothing_to_sweep(self) -> None:
        assert files.sweep_orphans() == 0


def test_a_token_names_the_picture_that_was_kept() -> None:
    photo = keep(encoded(corner()))
    assert files.photo_of_token(files.photo_token(photo)) == photo


def test_a_forged_or_old_token_names_nothing(monkeypatch) -> None:
    token = files.photo_token(PhotoRef("ab" * 32, "image/jpeg", 1, 1, 1))
    for wrong in ("", "x", token[:-1], token + "x", "a:b:c"):
        assert files.photo_of_token(wrong) is None
    monkeypatch.setattr(tokens, "TOKEN_VALID", timedelta(seconds=-1))
    assert files.photo_of_token(token) is None


def test_a_token_ends_before_its_picture_may_be_swept() -> None:
    assert files.TOKEN_VALID < files.ORPHAN_AFTER
