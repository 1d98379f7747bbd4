"""A browser script cannot see where a redirect leads; uploads that show progress need to know."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

REDIRECTS = {301, 302, 303, 307, 308}


class UploadRedirect:
    """Turns a redirect into `204` with `X-Location` when the request carries `X-Upload: 1`; cookies are kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in REDIRECTS or request.headers.get("X-Upload") != "1":
            return response
        answer = HttpResponse(status=204, headers={"X-Location": response.headers["Location"]})
        answer.cookies = response.cookies
        return answer


class ContentSecurityPolicy:
    """Scripts and pictures come from this house alone; maps need a worker from a blob."""

    POLICY = (
        "default-src 'self'; script-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:;"
        " style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self';"
        " form-action 'self'; frame-ancestors 'none'"
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response
