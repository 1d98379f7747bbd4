"""What an installation says that is busy, or whose database doesn't answer. It asks the database for nothing."""

from typing import TypeVar

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from liandong.foundation.ui import public as ui
from liandong.kernel.errors import Busy, LiandongError, TooLarge, TooMany

from .payload import check_length

R = TypeVar("R", bound=HttpResponse)
RETRY_AFTER_S = 5
"""What a busy installation asks of whoever tries again."""
LANGUAGES = ("zh-hans", "en")
SECRET = "password"  # noqa: S105
TOKEN = "csrfmiddlewaretoken"  # noqa: S105


def with_patience(response: R, error: LiandongError) -> R:
    """The answer, with `Retry-After` where the error knows it and where the installation is busy."""
    wait_s = _wait_s(error)
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response


def busy_page(request: HttpRequest, error: LiandongError) -> HttpResponse:
    """A page in both languages that tries again by itself: it loads again what was asked for, or holds what was sent
    and sends it again, under the same idempotency key. Passwords aren't written into it.
    """
    fields = _sent(request)
    is_secret = any(SECRET in name.lower() for name, _ in fields)
    wait_s = _wait_s(error) or RETRY_AFTER_S
    kept = [] if is_secret else fields
    sends = any(name != TOKEN for name, _ in kept)
    context = {
        "status": error.status,
        "said": [_said(language, error, wait_s, sends=sends, secret=is_secret) for language in LANGUAGES],
        "address": request.get_full_path(),
        "fields": kept if sends else [],
        "has_files": (request.content_type or "").lower() == "multipart/form-data",
        "lost_files": sends and any(request.FILES.values()),
        "wait_s": wait_s,
        "loads_again": request.method in ("GET", "HEAD") or is_secret,
        "script": ui.script_of("busy"),
    }
    page = HttpResponse(render_to_string("ui/busy.html", context), status=error.status)
    page.headers["Cache-Control"] = "private, no-store"
    return with_patience(page, error)


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form in their order; none of what can't be read, or is too long to be read."""
    if request.method != "POST":
        return []
    try:
        check_length(request, most_bytes=settings.BODY_MAX_BYTES)
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except (TooLarge, SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
        return []


def _said(language: str, error: LiandongError, wait_s: int, *, sends: bool, secret: bool) -> dict[str, str]:
    with translation.override(language):
        if secret:
            kept = gettext("密码没有保留，%(seconds)s 秒后自动回到登录页，请再填一次。")
        elif sends:
            kept = gettext("您填写的内容都在这一页里，%(seconds)s 秒后自动再送，请不要关闭。已经送达的不会重复登记。")
        else:
            kept = gettext("%(seconds)s 秒后自动再试。")
        return {
            "language": "zh-CN" if language == "zh-hans" else language,
            "title": gettext("请求过于频繁") if isinstance(error, TooMany) else gettext("系统正忙"),
            "reason": gettext("短时间内的请求太多。")
            if isinstance(error, TooMany)
            else gettext("现在使用的人太多，或数据库暂时没有回应。"),
            "kept": kept % {"seconds": wait_s},
            "again": gettext("现在再送一次") if sends else gettext("现在再试"),
            "files": gettext("选好的照片不在这一页里：用浏览器的“重新载入”再送，照片会一起送出。"),
        }


def _wait_s(error: LiandongError) -> int:
    """0 where nobody knows."""
    if isinstance(error, TooMany):
        return max(0, error.retry_after_s)
    return RETRY_AFTER_S if error.status == Busy.status else 0
