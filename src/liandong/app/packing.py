"""Packs answers for clients that take them packed: files when they are built, pages and data as they are answered
(docs/decisions/packed-answers.md).
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware

YEAR_S = 365 * 24 * 3600
WORTH_BYTES = 1_000
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript")
_TEXT_FORMATS = ("+json", "+xml")
_ELSEWHERE = ("cross-site", "same-site")
"""A browser sends these in `Sec-Fetch-Site` when the page of another site leads here."""


class StaticFiles(WhiteNoiseMiddleware):
    """The smallest of the forms that lie beside each other; a part of a file is a part of its plain form."""

    FOREVER = YEAR_S

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["HTTP_ACCEPT_ENCODING"] = accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        answer: HttpResponseBase = super().__call__(request)
        return answer

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        """An answer that is a part can't be told apart by its tag: all forms of a file have the same."""
        if "HTTP_RANGE" in request.META:
            request.META["HTTP_ACCEPT_ENCODING"] = ""
        answer: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        return answer


class Packed(GZipMiddleware):
    """Packs whole texts. A post that another site leads here gets them plain: who chooses words of a page and weighs
    its packed answers learns what else stands in it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or not _is_text(response) or len(response.content) < WORTH_BYTES:
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.headers.get("Sec-Fetch-Site") in _ELSEWHERE:
            return response
        return super().process_response(request, response)


def accepted(header: str) -> str:
    """The codings of an `Accept-Encoding` without those it refuses (`q=0`)."""
    wanted = (part.partition(";") for part in header.lower().split(","))
    return ", ".join(name.strip() for name, _, rest in wanted if not _is_zero(rest))


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.replace(" ", "").partition("=")
    return name == "q" and value.strip("0.") == "" and value != ""


def _is_text(response: HttpResponse) -> bool:
    if response.status_code == 206:
        return False
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind.startswith(_TEXTS) or kind.endswith(_TEXT_FORMATS)
