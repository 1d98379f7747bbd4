"""One content, two writings: JSON with bare arrays, XML with named elements."""

import re
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from django.http import HttpResponse

from .rows import Content

CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_ILLEGAL_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT = {"\r": "&#13;"}


def respond(format: str, root: str, content: Content, status: int = 200) -> HttpResponse:
    """`format`: json or xml; `root`: name of the XML root element."""
    body = msgspec.json.encode(content) if format == "json" else _document(root, content)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPES[format])


def _document(root: str, content: Content) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, msgspec.to_builtins(content))}\n'


def _element(name: str, value: Any) -> str:
    """Nothing is an empty element; signs that XML 1.0 can't hold are dropped."""
    inner = _inner(name, value)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _inner(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return "".join(_element(key, each) for key, each in value.items())
    if isinstance(value, list):
        return "".join(_element(_ITEMS[name], each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_ILLEGAL_IN_XML.sub("", str(value)), _KEPT)
