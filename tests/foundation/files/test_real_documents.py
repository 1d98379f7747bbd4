"""Documents as offices and programs write them: each is taken whole, or refused with the sentence that fits."""

import os
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from liandong.foundation.files import public as files
from liandong.foundation.files.domain.kept import DOCX, ODP, ODS, ODT, PDF, PPTX, XLSX
from liandong.foundation.files.domain.refusals import SENTENCES, Refusal
from liandong.kernel.errors import InvalidInput, TooLarge
from tests.foundation.files import papers, pdfs_by_hand

TAKEN_PICTURES = ("JPEG", "PNG", "WEBP")


@pytest.fixture(autouse=True)
def blobs(tmp_path: Path, settings) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def keep(content: bytes, name: str = "文件.pdf") -> files.FileRef:
    return files.keep_file(BytesIO(content), len(content), name)


def kept(file: files.FileRef) -> bytes:
    return files.path_of(file.sha256).read_bytes()


WRITTEN = {
    "with a table of places": pdfs_by_hand.plain(),
    "with object and cross-reference streams": pdfs_by_hand.with_object_streams(),
    "updated after it was saved": pdfs_by_hand.updated(),
    "a form that was filled in": pdfs_by_hand.with_form(),
    "with a signature": pdfs_by_hand.signed(),
    "with a byte order mark and a line before it": b"\xef\xbb\xbf\r\n" + pdfs_by_hand.plain(),
    "with lines after its end": pdfs_by_hand.plain() + b"\r\n" * 200,
}


@pytest.mark.parametrize("what", WRITTEN)
def test_a_pdf_of_any_program_is_taken_with_its_words_and_without_its_author(what: str) -> None:
    file = keep(WRITTEN[what])
    assert file.media_type == PDF
    content = kept(file)
    reader = PdfReader(BytesIO(content))
    assert "words of the letter" in reader.pages[0].extract_text()
    assert pdfs_by_hand.SECRET not in content
    assert b"SECRETBEFORE" not in content
    assert not reader.metadata


def test_what_was_filled_in_and_the_seal_that_is_seen_stay() -> None:
    form = PdfReader(BytesIO(kept(keep(pdfs_by_hand.with_form()))))
    assert form.get_form_text_fields() == {"name": "filled in"}
    (seal,) = PdfReader(BytesIO(kept(keep(pdfs_by_hand.signed())))).pages[0]["/Annots"]
    assert b"rg 0 0 50 50 re f" in seal.get_object()["/AP"]["/N"].get_object().get_data()


REFUSED = {
    "a form that reckons by a program": (pdfs_by_hand.with_form(script=True), Refusal.ACTIVE),
    "protected against printing, open to all": (papers.pdf_with_password(""), Refusal.ENCRYPTED),
    "sent half": (pdfs_by_hand.with_object_streams()[:-40], Refusal.BROKEN),
    "an archive called a document": (papers.zipped({"a.csv": b"1,2"}), Refusal.UNKNOWN),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_isnt_taken_is_refused_with_its_reason(what: str, blobs: Path) -> None:
    content, why = REFUSED[what]
    with pytest.raises(InvalidInput) as refused:
        keep(content)
    assert str(refused.value) == SENTENCES[why]
    assert not blobs.exists()


def real() -> Iterator[tuple[str, bytes]]:
    """Documents and pictures below LIANDONG_REAL_DATA, also those that hang on letters there, each once."""
    folder = os.environ.get("LIANDONG_REAL_DATA", "")
    seen: set[bytes] = set()
    for path in sorted(Path(folder).rglob("*")) if folder else []:
        if not path.is_file():
            continue
        if path.suffix.lower() in (".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".zip", ".jpg", ".heic"):
            found = [(path.name, path.read_bytes())]
        elif path.suffix in (".msg", ".eml", ".raw") or ("mail" in path.parts and path.suffix == ".txt"):
            found = list(attached(path))
        else:
            continue
        for name, content in found:
            if content and content not in seen:
                seen.add(content)
                yield name, content


def attached(letter: Path) -> Iterator[tuple[str, bytes]]:
    for part in message_from_bytes(letter.read_bytes(), policy=policy.compat32).walk():
        if not part.is_multipart() and part.get_content_maintype() in ("application", "image"):
            content = part.get_payload(decode=True)
            yield f"{letter.name} {part.get_filename()}", content if isinstance(content, bytes) else b""


def is_whole_picture(content: bytes) -> bool:
    try:
        with Image.open(BytesIO(content)) as picture:
            picture.load()
            return picture.format in TAKEN_PICTURES
    except (OSError, ValueError, SyntaxError):
        return False


def test_whatever_real_people_sent_is_taken_or_refused_with_a_sentence() -> None:
    found = list(real())
    if not found:
        pytest.skip("no real data: documents and letters")
    sentences = {*SENTENCES.values(), "无法识别的照片，请上传 JPEG、PNG、WebP 或 HEIC。"}
    for name, content in found:
        try:
            file = keep(content, name)
        except (InvalidInput, TooLarge) as error:
            said = str(error)
            assert said in sentences, name
            assert not is_whole_picture(content), name
            assert not name.endswith((".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")) or " " in name, name
            continue
        assert file.bytes == len(kept(file)), name
        if isinstance(file, files.PhotoRef):
            assert is_whole_picture(content), name
        elif file.media_type in (DOCX, XLSX, PPTX, ODT, ODS, ODP):
            assert parts_of(content) == parts_of(kept(file)), name


def parts_of(content: bytes) -> dict[str, bytes]:
    """Sheets and texts, which nothing may change."""
    with zipfile.ZipFile(BytesIO(content)) as whole:
        names = [name for name in whole.namelist() if name.startswith(("word/doc", "xl/worksheets/", "ppt/slides/"))]
        return {name: whole.read(name) for name in [*names, "content.xml"] if name in whole.namelist()}
