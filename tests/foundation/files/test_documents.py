"""Documents: what they are says their content; they come out without author, device and earlier versions."""

import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import TextStringObject

from liandong.foundation.files import public as files
from liandong.foundation.files.domain.kept import DOCX, ODP, ODS, ODT, PDF, PPTX, XLSX
from liandong.foundation.files.domain.refusals import SENTENCES, Refusal
from liandong.foundation.files.public import DocumentRef
from liandong.foundation.files.tokens import file_of_token
from liandong.kernel.errors import InvalidInput, TooLarge
from tests.foundation.files import papers


@pytest.fixture(autouse=True)
def blobs(tmp_path: Path, settings) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def keep(content: bytes, name: str = "文件") -> DocumentRef:
    found = files.keep_file(BytesIO(content), len(content), name)
    assert isinstance(found, DocumentRef)
    return found


def kept(document: DocumentRef) -> bytes:
    return files.path_of(document.sha256).read_bytes()


def unpacked(document: DocumentRef) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(kept(document))) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def refusal_of(content: bytes, blobs: Path) -> str:
    with pytest.raises((InvalidInput, TooLarge)) as refused:
        keep(content)
    assert refused.value.field == "photos"
    assert not blobs.exists()
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.pdf(), PDF),
        (papers.ooxml("docx"), DOCX),
        (papers.ooxml("xlsx"), XLSX),
        (papers.ooxml("pptx"), PPTX),
        (papers.odf("text"), ODT),
        (papers.odf("spreadsheet"), ODS),
        (papers.odf("presentation"), ODP),
    ],
)
def test_a_document_is_taken_and_says_nothing_of_its_author(content: bytes, kind: str) -> None:
    document = keep(content)
    assert (document.media_type, document.bytes) == (kind, len(kept(document)))
    whole = kept(document) if kind == PDF else b"".join(unpacked(document).values())
    assert papers.SECRET.encode() not in whole
    assert kind == PDF or b"words of the letter" in whole


def test_all_pages_of_a_pdf_are_kept_and_its_metadata_isnt() -> None:
    reader = PdfReader(BytesIO(kept(keep(papers.pdf(3)))))
    assert len(reader.pages) == 3
    assert not reader.metadata
    assert reader.xmp_metadata is None


def test_a_photo_in_a_document_says_nothing_of_its_camera() -> None:
    for content in (papers.pdf_with_picture(), papers.ooxml()):
        assert b"SECRETPHONE" in content or zipfile.is_zipfile(BytesIO(content))
        document = keep(content)
        parts = [kept(document)] if document.media_type == PDF else list(unpacked(document).values())
        assert not any(b"SECRETPHONE" in part for part in parts)
        assert any(b"\xff\xd8\xff" in part for part in parts)


def test_an_earlier_version_of_a_pdf_is_gone_with_the_rewriting() -> None:
    writer = papers.pdf_writer()
    writer._add_object(TextStringObject("SECRETBEFORE"))
    content = papers.written(writer)
    assert b"SECRETBEFORE" in content
    assert b"SECRETBEFORE" not in kept(keep(content))


@pytest.mark.parametrize("what", papers.ACTIVE)
def test_a_pdf_that_does_something_is_refused(what: str, blobs: Path) -> None:
    assert SENTENCES[Refusal.ACTIVE] in refusal_of(papers.ACTIVE[what], blobs)


REFUSED = {
    "a PDF with a password": (papers.pdf_with_password("locked"), Refusal.ENCRYPTED),
    "a PDF that anybody may open and not all may print": (papers.pdf_with_password(""), Refusal.ENCRYPTED),
    "a PDF with a program in it": (papers.pdf_with_file(), Refusal.EMBEDDED),
    "half a PDF": (papers.pdf(5)[:600], Refusal.BROKEN),
    "the head of a PDF": (b"%PDF-1.7\n", Refusal.BROKEN),
    "a PDF without pages": (b"%PDF-1.7\ntrailer<<>>\n%%EOF", Refusal.BROKEN),
    "a script under the head of a PDF": (b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF", Refusal.BROKEN),
    "a letter with macros": (papers.ooxml(word__vbaProject_bin=b"x"), Refusal.MACROS),
    "a letter with a macro kind": (
        papers.ooxml(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        Refusal.MACROS,
    ),
    "a book with a macro sheet": (papers.ooxml("xlsx", xl__macrosheets__sheet1=b"x"), Refusal.MACROS),
    "a letter with a control": (papers.ooxml(word__activeX__activeX1=b"x"), Refusal.MACROS),
    "a letter with an object of another program": (papers.ooxml(word__embeddings__oleObject1=b"x"), Refusal.EMBEDDED),
    "a letter with a letter with macros": (
        papers.ooxml(**{"word__embeddings__a.docx": papers.ooxml(word__vbaProject=b"x")}),
        Refusal.MACROS,
    ),
    "a letter that fetches an object": (
        papers.ooxml(**{"word___rels__document.xml.rels": papers.relation("oleObject", "http://example.org/x")}),
        Refusal.LINKED,
    ),
    "a letter that fetches a picture": (
        papers.ooxml(**{"word___rels__document.xml.rels": papers.relation("image", "http://example.org/x.png")}),
        Refusal.LINKED,
    ),
    "a letter with declarations": (
        papers.ooxml(**{"word__styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        Refusal.BROKEN,
    ),
    "an open document with scripts": (papers.odf(Basic__Standard__a=b"Sub Main"), Refusal.MACROS),
    "an open document with a password": (
        papers.odf(entry='<manifest:encryption-data manifest:checksum="x"/>'),
        Refusal.ENCRYPTED,
    ),
    "a zip of anything": (papers.zipped({"a.txt": b"x"}), Refusal.UNKNOWN),
    "a zip that says it is a letter and holds none": (
        papers.zipped({"[Content_Types].xml": b"<Types/>"}),
        Refusal.UNKNOWN,
    ),
    "half a letter": (papers.ooxml()[:-40], Refusal.BROKEN),
    "a zip that leads out": (papers.ooxml(**{"..__..__etc__passwd": b"x"}), Refusal.BROKEN),
    "a bomb": (papers.bomb(), Refusal.TOO_LARGE),
    "a page": (b"<html><script>alert(1)</script></html>", Refusal.UNKNOWN),
    "nothing": (b"", Refusal.UNKNOWN),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_isnt_a_plain_whole_document_is_refused_by_its_reason_and_not_kept(what: str, blobs: Path) -> None:
    content, why = REFUSED[what]
    assert SENTENCES[why] in refusal_of(content, blobs)


def test_a_bomb_that_says_it_is_small_is_refused_too(blobs: Path) -> None:
    refusal_of(papers.lying_bomb(), blobs)


def test_an_old_or_locked_office_file_is_told_what_to_save_it_as(blobs: Path) -> None:
    assert "docx" in refusal_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), blobs)


def test_a_document_over_the_limit_is_refused_before_it_is_read(blobs: Path) -> None:
    with pytest.raises(TooLarge):
        files.keep_document(BytesIO(papers.pdf()), 20 * 2**20 + 1, "a.pdf")
    assert not blobs.exists()


@pytest.mark.parametrize(
    ("sent", "content", "shown"),
    [
        ("现场情况.pdf", papers.pdf(), "现场情况.pdf"),
        ("photo.jpg", papers.pdf(), "photo.pdf"),
        ("report.pdf", papers.ooxml(), "report.docx"),
        (r"C:\Users\a\合同.docx", papers.ooxml(), "合同.docx"),
        ("../../etc/passwd", papers.pdf(), "passwd.pdf"),
        ("a\u202efdp.exe", papers.pdf(), "afdp.pdf"),
        ("3.5米的坑", papers.pdf(), "3.5米的坑.pdf"),
        ("", papers.pdf(), "文件.pdf"),
        ("长" * 300, papers.pdf(), "长" * 100 + ".pdf"),
    ],
)
def test_a_name_is_one_line_without_folders_and_ends_as_what_it_is(sent: str, content: bytes, shown: str) -> None:
    assert keep(content, sent).name == shown


def test_what_is_a_picture_and_a_zip_at_once_comes_out_as_the_picture_alone() -> None:
    content = papers.camera_jpeg() + papers.ooxml()
    photo = files.keep_file(BytesIO(content), len(content), "a.docx")
    assert isinstance(photo, files.PhotoRef)
    assert not zipfile.is_zipfile(files.path_of(photo.sha256))


def test_what_is_a_pdf_and_a_zip_at_once_comes_out_as_the_pdf_alone() -> None:
    content = papers.pdf()
    tail = content[content.rindex(b"startxref") :]
    both = content + papers.ooxml() + b"\n" + tail
    assert zipfile.is_zipfile(BytesIO(both))
    document = keep(both)
    assert document.media_type == PDF
    assert not zipfile.is_zipfile(files.path_of(document.sha256))


def test_a_zip_before_which_a_script_stands_is_none(blobs: Path) -> None:
    refusal_of(b"#!/bin/sh\n" + papers.ooxml(), blobs)


def test_links_that_somebody_follows_stay_and_what_an_office_writes_in_by_itself_leads_nowhere() -> None:
    name = "word/_rels/settings.xml.rels"
    link = papers.ooxml(**{name: papers.relation("hyperlink", "https://example.org/")})
    assert b"https://example.org/" in unpacked(keep(link))[name]
    template = papers.ooxml(**{name: papers.relation("attachedTemplate", "file:///C:/Users/zhangsan/Normal.dotm")})
    assert b"zhangsan" not in unpacked(keep(template))[name]


def test_the_same_document_twice_is_one_file(blobs: Path) -> None:
    for content in (papers.pdf(), papers.ooxml(), papers.odf()):
        assert keep(content, "one.x").sha256 == keep(content, "two.x").sha256
    assert len([path for path in blobs.rglob("*") if path.is_file()]) == 3


def test_the_readers_are_in_no_process_of_ours() -> None:
    keep(papers.pdf())
    keep(papers.ooxml())
    assert "liandong.foundation.files.pdf" not in sys.modules
    assert "liandong.foundation.files.office" not in sys.modules


def test_a_document_that_takes_too_long_is_refused(monkeypatch, blobs: Path) -> None:
    monkeypatch.setattr("liandong.foundation.files.apart.SECONDS", 0.01)
    assert SENTENCES[Refusal.BROKEN] in refusal_of(papers.pdf(), blobs)


@pytest.mark.django_db  # the end of an answer looks at its connections
def test_a_document_is_saved_under_its_name_and_never_opened_in_a_page_of_ours() -> None:
    document = keep(papers.pdf(), "证明.pdf")
    answer = files.answer(document.sha256, media_type=document.media_type, name=document.name)
    assert answer["Content-Type"] == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "%E8%AF%81%E6%98%8E.pdf" in answer["Content-Disposition"]
    answer.close()


def test_a_token_names_the_document_and_no_photo() -> None:
    document = keep(papers.pdf(), "证明.pdf")
    token = files.document_token(document)
    assert files.document_of_token(token) == file_of_token(token) == document
    assert files.photo_of_token(token) is None
    assert files.document_of_token(files.photo_token(files.PhotoRef("ab" * 32, "image/jpeg", 1, 1, 1))) is None
