"""A GeoReport v2 client for tests: asks in JSON and in XML and insists that both say the same."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from lxml import etree

from liandong.foundation.access import public as access
from liandong.kernel.actor import SYSTEM

BASE = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
CLIENT = Client(enforce_csrf_checks=True)
LISTS = {
    "services",
    "service_requests",
    "errors",
    "attributes",
    "values",
    "endpoints",
    "formats",
}


def new_key(name: str = "测试客户端") -> str:
    return access.create_api_key(actor=SYSTEM, name=name)


def get(path: str, status: int = 200, /, **asked: object) -> Any:
    """What `path` (without format) says in both formats; `asked` are the parameters, `accept_language` the header."""
    headers = {"Accept-Language": str(asked.pop("accept_language", ""))}
    query = f"?{urlencode(asked)}" if asked else ""
    said = {form: CLIENT.get(f"{path}.{form}{query}", headers=headers) for form in TYPES}
    return same(said, status)


def same(said: Mapping[str, HttpResponse], status: int) -> Any:
    """The JSON content, after checking status, content type and that the XML holds the same."""
    for form, response in said.items():
        assert response.status_code == status, response.content.decode()
        assert response.headers["Content-Type"] == TYPES[form]
    found = json.loads(said["json"].content)
    assert of_xml(said["xml"].content) == plain(found)
    return found


def post(
    fields: Mapping[str, object] | bytes, form: str = "json", content_type: str = FORM, **headers: str
) -> HttpResponse:
    body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True)
    return CLIENT.generic("POST", f"{BASE}/requests.{form}", body, content_type=content_type, headers=headers)


def sent(fields: Mapping[str, object], **headers: str) -> str:
    """The id of a report that must be taken."""
    response = post(fields, **headers)
    assert response.status_code == 200, response.content.decode()
    (row,) = json.loads(response.content)
    return str(row["service_request_id"])


def refusal(response: HttpResponse, form: str = "json") -> tuple[int, str]:
    """Status and description of an error, whose code must be the HTTP status."""
    assert response.headers["Content-Type"] == TYPES[form]
    (error,) = json.loads(response.content) if form == "json" else of_xml(response.content)
    assert int(error["code"]) == response.status_code
    return response.status_code, error["description"]


def of_xml(content: bytes) -> Any:
    return _of_element(etree.fromstring(content))


def _of_element(element: etree._Element) -> Any:
    children = [_of_element(child) for child in element]
    if element.tag in LISTS:
        return children or None
    if children:
        return dict(zip((child.tag for child in element), children, strict=True))
    return element.text


def plain(value: Any) -> Any:
    """JSON as XML can say it: text, and nothing for what is empty."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value] or None
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in (None, "") else str(value)
