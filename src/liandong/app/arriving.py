"""Bodies on their way in: who reads one waits as long as its sender likes, and is told of no sender who hung up."""

import contextlib
from collections.abc import Mapping
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest

from liandong.kernel.errors import Busy, LengthMissing, TooMany

from .lanes import Room, Source

SHORT_BYTES = 64 * 1024
IN_MEMORY_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024
_JSON, _PARTS = "application/json", "multipart/form-data"
_TAIL_BYTES = 1024


class Body:
    """The body of a request. It is read here first and parsed later by whoever knows how. A body that is too large, or
    refused before, stays unread.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._is_chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        given = request.META.get("CONTENT_LENGTH") or "0"
        self._length = int(given) if given.isdecimal() else 0
        self._line: Any = request.META["wsgi.input"] if self._is_chunked else request._stream  # noqa: SLF001
        self._is_read = False
        self.is_sent = self._is_chunked or 0 < self._length <= settings.BODY_MAX_BYTES
        if self._is_chunked or self._length:
            self._put(_Unread(OSError("left unread")))

    def read(self) -> None:
        """Takes it off the line. Raises LengthMissing for what neither says how long it is nor shows its end."""
        if self._is_chunked and self._request.content_type not in (_JSON, _PARTS):
            raise LengthMissing
        self._is_read = True
        try:
            kept, length = self._kept()
        except OSError as error:
            self._put(_Unread(error))
            return
        if self._is_chunked:
            self._request.META["CONTENT_LENGTH"] = str(length)
        if length > settings.BODY_MAX_BYTES:
            kept.close()
        elif self._is_whole(kept, length):
            kept.seek(0)
            self._put(kept)
        else:
            kept.close()
            self._put(_Unread(OSError("the sender hung up")))

    def leave(self, room: Room, source: Source) -> None:
        """Drains the body before a refusal."""
        if not self._is_read:
            drain(self._request.META, room, source)

    def _kept(self) -> tuple[BinaryIO, int]:
        kept: BinaryIO = BytesIO()
        if self._is_chunked or self._length > IN_MEMORY_BYTES:
            spooled = SpooledTemporaryFile(IN_MEMORY_BYTES, dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
            kept = cast("BinaryIO", spooled)
        length = 0
        while length <= settings.BODY_MAX_BYTES and (piece := self._line.read(PIECE_BYTES)):
            kept.write(piece)
            length += len(piece)
        return kept, length

    def _is_whole(self, kept: BinaryIO, length: int) -> bool:
        """JSON that was cut can't be read, so nobody has to look."""
        if not self._is_chunked:
            return length == self._length
        if self._request.content_type == _JSON:
            return True
        kept.seek(max(0, length - _TAIL_BYTES))
        boundary = (self._request.content_params or {}).get("boundary", "")
        return f"--{boundary}--".encode() in kept.read()

    def _put(self, stream: object) -> None:
        self._request._stream = cast("BinaryIO", stream)  # noqa: SLF001


def drain(environ: Mapping[str, Any], room: Room, source: Source) -> None:
    """Takes a short body off the line, where there is room, and forgets it: a client that is answered while it still
    sends finds the line closed, and never reads that it may come back.
    """
    given = environ.get("CONTENT_LENGTH") or "0"
    if given.isdecimal() and 0 < int(given) <= SHORT_BYTES:
        with contextlib.suppress(Busy, TooMany, OSError), room.held(source):
            environ["wsgi.input"].read(int(given))


class _Unread:
    """In the place of a body that isn't here: left on the line, cut off, or without room on the disk."""

    def __init__(self, error: OSError) -> None:
        self._error = error

    def read(self, *_size: int) -> bytes:
        raise self._error

    readline = read

    def close(self) -> None:
        """Nothing is held."""
