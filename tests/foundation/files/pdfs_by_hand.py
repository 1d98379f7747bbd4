"""PDFs as programs write them that no library at hand writes, byte by byte: nothing real.

ISO 32000-2: object streams 7.5.7, cross-reference streams 7.5.8, incremental updates 7.5.6, forms 12.7.
"""

import zlib
from collections.abc import Mapping

WORDS = b"BT /F1 12 Tf 20 100 Td (words of the letter) Tj ET"
SECRET = b"SECRETAUTHOR"
_PAGES = {
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>",
    5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: b"<< /Author (" + SECRET + b") /Producer (" + SECRET + b") >>",
}
_ROOT = b"<< /Type /Catalog /Pages 2 0 R >>"


def _stream(content: bytes, head: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (head, len(packed), packed)


def _with_table(objects: Mapping[int, bytes], more: bytes = b"") -> bytes:
    """The objects with a table of their places."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, content in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return bytes(out + _table(places, len(out), more))


def _table(places: Mapping[int, int], at: int, more: bytes = b"") -> bytes:
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    size = max(places) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R %s >>\n" % (size, more)
    return b"xref\n0 1\n0000000000 65535 f \n%s%sstartxref\n%d\n%%%%EOF\n" % (lines, trailer, at)


def plain() -> bytes:
    return _with_table({1: _ROOT, 4: _stream(WORDS), **_PAGES})


def with_object_streams() -> bytes:
    """Objects packed into a stream, their places in another: what most programs of today write."""
    packed = {1: _ROOT, **_PAGES}
    index, body = b"", b""
    for number, content in packed.items():
        index += b"%d %d " % (number, len(body))
        body += content + b" "
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {4: len(out)}
    out += b"4 0 obj\n%s\nendobj\n" % _stream(WORDS)
    places[7] = len(out)
    head = b"/Type /ObjStm /N %d /First %d" % (len(packed), len(index))
    out += b"7 0 obj\n%s\nendobj\n" % _stream(index + body, head)
    at = len(out)
    rows = [(0, 0, 255)]
    for number in range(1, 9):
        if number in packed:
            rows.append((2, 7, list(packed).index(number)))
        else:
            rows.append((1, at if number == 8 else places[number], 0))
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([last]) for kind, place, last in rows)
    head = b"/Type /XRef /W [1 4 1] /Size 9 /Root 1 0 R /Info 6 0 R"
    out += b"8 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (_stream(table, head), at)
    return bytes(out)


def updated() -> bytes:
    """Words were exchanged after it was saved: the earlier ones still stand in the file."""
    first = _with_table({1: _ROOT, 4: _raw(b"BT (SECRETBEFORE) Tj ET"), **_PAGES})
    previous = int(first.rpartition(b"startxref\n")[2].split()[0])
    new = b"4 0 obj\n%s\nendobj\n" % _stream(WORDS)
    return (
        first
        + new
        + _table({4: len(first)}, len(first) + len(new), b"/Prev %d" % previous).replace(b"/Size 5", b"/Size 7")
    )


def _raw(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def with_form(*, script: bool = False) -> bytes:
    """A form with a field that was filled in; `script`: and a program that reckons it."""
    does = b" /AA << /C << /S /JavaScript /JS (app.alert\\(1\\)) >> >>" if script else b""
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (filled in) /Rect [10 10 100 30] /P 3 0 R%s >>" % does
    )
    root = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] /NeedAppearances true >> >>"
    page = _PAGES[3].replace(b"/Contents", b"/Annots [7 0 R] /Contents")
    return _with_table({1: root, 4: _stream(WORDS), **_PAGES, 3: page, 7: field})


def signed() -> bytes:
    """With a seal that is seen on the page."""
    value = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 10 20 10]"
    value += b" /Contents <%s> /M (D:20260511100000+08'00') /Name (seal) >>" % (b"00" * 64)
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (seal) /V 8 0 R /Rect [10 10 60 60] /P 3 0 R"
    field += b" /AP << /N 9 0 R >> >>"
    root = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] /SigFlags 3 >>"
    root += b" /Perms << /DocMDP 8 0 R >> >>"
    seen = b"<< /Type /XObject /Subtype /Form /BBox [0 0 50 50] /Length 26 >>\n"
    seen += b"stream\n1 0 0 rg 0 0 50 50 re f\n\nendstream"
    page = _PAGES[3].replace(b"/Contents", b"/Annots [7 0 R] /Contents")
    return _with_table({1: root, 4: _stream(WORDS), **_PAGES, 3: page, 7: field, 8: value, 9: seen})
