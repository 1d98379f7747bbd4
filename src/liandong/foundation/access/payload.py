"""JSON bodies of machine doors, read straight into typed structs."""

from typing import TypeVar

import msgspec
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from liandong.kernel.errors import MalformedPayload, TooLarge

T = TypeVar("T")
MOST_BYTES = 1024 * 1024


def check_length(request: HttpRequest, *, most_bytes: int) -> None:
    """Raises TooLarge before anything of the body is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most_bytes:
        raise TooLarge


def body_of(request: HttpRequest, *, most_bytes: int = MOST_BYTES) -> bytes:
    """The body as sent. Raises TooLarge, and MalformedPayload where the sender hung up."""
    check_length(request, most_bytes=most_bytes)
    try:
        return request.body
    except UnreadablePostError as error:
        raise MalformedPayload from error


def decoded(content: bytes | msgspec.Raw, shape: type[T]) -> T:
    """JSON as `shape`. Raises MalformedPayload, `field` the JSON path of a value of a wrong type."""
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason, _, path = str(error).partition(" - at `$")
        field = path.rstrip("`").lstrip(".")
        raise MalformedPayload("提交的数据无法解析：%(reason)s", field=field, reason=reason) from error
