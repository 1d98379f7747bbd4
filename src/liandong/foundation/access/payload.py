"""JSON bodies of machine doors, read straight into typed structs."""

import re
from collections.abc import Sequence
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


_MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)


def items_of(content: bytes) -> Sequence[bytes | msgspec.Raw]:
    """The items of a JSON array, each as sent, to be decoded by itself: one that is no JSON spoils no other. Raises
    MalformedPayload where the array as a whole can't be told apart.
    """
    try:
        return msgspec.json.decode(content, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        items = _split(content.strip())
        if not items:
            raise MalformedPayload("提交的数据无法解析：%(reason)s", reason=str(error)) from error
        return items


def _split(array: bytes) -> list[bytes]:
    """By the commas between items, brackets counted and texts passed over; [] where the brackets don't close."""
    if array[:1] != b"[" or array[-1:] != b"]":
        return []
    items, depth, start = [], 0, 1
    for mark in _MARKS.finditer(array):
        sign = mark.group()
        if sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
            if depth == 0 and mark.end() != len(array):
                return []
        elif sign == b"," and depth == 1:
            items.append(array[start : mark.start()])
            start = mark.end()
    return [*items, array[start:-1]] if depth == 0 else []
