"""Pictures inside documents: what says who took them, where and with what is cut out; the picture stays as it is."""

_SOI, _SOS, _MARK = b"\xff\xd8", 0xDA, 0xFF
_CUT = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED), 0xEF})
"""JPEG: EXIF and XMP, IPTC, comments, makers' own. JFIF, the colour profile and Adobe's colours stay."""
_PNG = b"\x89PNG\r\n\x1a\n"
_CUT_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


def bare(content: bytes) -> bytes:
    """A JPEG or PNG without metadata; anything else, or what is torn, as it is."""
    if content.startswith(_SOI):
        return _bare_jpeg(content)
    return _bare_png(content) if content.startswith(_PNG) else content


def _bare_jpeg(content: bytes) -> bytes:
    kept, at = [_SOI], 2
    while at + 4 <= len(content) and content[at] == _MARK:
        mark = content[at + 1]
        if mark == _MARK:
            at += 1
            continue
        if mark == _SOS:
            return b"".join((*kept, content[at:]))
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if mark not in _CUT:
            kept.append(content[at:end])
        at = end
    return content


def _bare_png(content: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if name not in _CUT_CHUNKS:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    return content
