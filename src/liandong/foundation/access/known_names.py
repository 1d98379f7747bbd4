import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from liandong.kernel.errors import InvalidInput

from .machines import is_machine_door
from .web import problem

log = logging.getLogger(__name__)
SENTENCE = "这个网址里的网站名不是本站的名字。管理员请用 LIANDONG_HOSTS 说明本站的名字。"


class KnownNames:
    """Middleware before all others: a request that came by a name that isn't ours is answered 400, in a line of log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            log.warning("unknown name in a request: %.100r", request.META.get("HTTP_HOST", ""))
            if is_machine_door(request.path_info):
                return problem(InvalidInput(SENTENCE))
            return HttpResponse(_in_both(), status=400, content_type="text/plain; charset=utf-8")
        return self._get_response(request)


def _in_both() -> str:
    """Nothing is known yet of who asks, nor of their language."""
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(f"{gettext(SENTENCE)}\n")
    return "".join(said)
