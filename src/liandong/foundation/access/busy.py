"""The page of an installation that is busy, or whose database doesn't answer. It asks the database for nothing."""

from enum import Enum, auto
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
"""The wait that a busy installation asks of whoever tries again."""
LANGUAGES = ("zh-hans", "en")
SECRET = "password"  # noqa: S105
KEY = "idempotency_key"


def with_patience(response: R, error: LiandongError) -> R:
    """The answer, with `Retry-After` where the error knows it and where the installation is busy."""
    wait_s = _wait_s(error)
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response


def busy_page(request: HttpRequest, error: LiandongError, *, untried: bool = False) -> HttpResponse:
    """A page in both languages that tries again by itself: it loads again what was asked for, or holds what was sent
    and sends it again. Not by itself where that may do it twice: nobody knows what became of it, unless it was refused
    `untried`, and it carries no idempotency key. Passwords aren't written into it.
    """
    fields = _sent(request)
    wait_s = _wait_s(error) or RETRY_AFTER_S
    if request.method != "POST":
        kept = _Kept.NOTHING_SENT
    elif any(SECRET in name.lower() for name, _ in fields):
        fields, kept = [], _Kept.PASSWORD
    elif not fields:
        kept = _Kept.UNREAD
    elif any(request.FILES.values()):
        kept = _Kept.WITHOUT_FILES
    else:
        kept = _Kept.ALL if untried or dict(fields).get(KEY) else _Kept.UNKNOWN
    context = {
        "status": error.status,
        "said": [_said(language, error, wait_s, kept) for language in LANGUAGES],
        "address": request.get_full_path(),
        "fields": fields,
        "has_files": (request.content_type or "").lower() == "multipart/form-data",
        "lost_files": kept == _Kept.WITHOUT_FILES,
        "wait_s": wait_s,
        "sends_again": kept == _Kept.ALL,
        "loads_again": kept in (_Kept.NOTHING_SENT, _Kept.PASSWORD),
        "script": ui.script_of("busy"),
    }
    page = HttpResponse(render_to_string("ui/busy.html", context), status=error.status)
    page.headers["Cache-Control"] = "private, no-store"
    return with_patience(page, error)


class _Kept(Enum):
    """The part of a request that stands on the page."""

    NOTHING_SENT = auto()
    ALL = auto()
    UNKNOWN = auto()
    WITHOUT_FILES = auto()
    UNREAD = auto()
    PASSWORD = auto()


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form in their order; none of what can't be read, or is too long to be read."""
    if request.method != "POST":
        return []
    try:
        check_length(request, most_bytes=settings.BODY_MAX_BYTES)
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except (TooLarge, SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
        return []


def _said(language: str, error: LiandongError, wait_s: int, kept: _Kept) -> dict[str, str]:
    with translation.override(language):
        return {
            "language": "zh-CN" if language == "zh-hans" else language,
            "title": gettext("请求过于频繁") if isinstance(error, TooMany) else gettext("系统正忙"),
            "reason": gettext("短时间内的请求太多。")
            if isinstance(error, TooMany)
            else gettext("现在使用的人太多，或数据库暂时没有回应。"),
            "kept": _what_follows(kept) % {"seconds": wait_s},
            "again": gettext("现在再试") if kept in (_Kept.NOTHING_SENT, _Kept.PASSWORD) else gettext("现在再送一次"),
            "files": gettext("选好的照片不在这一页里：用浏览器的“重新载入”再送，照片会一起送出。"),
        }


def _what_follows(kept: _Kept) -> str:
    match kept:
        case _Kept.NOTHING_SENT:
            return gettext("%(seconds)s 秒后自动再试。")
        case _Kept.ALL:
            return gettext("您填写的内容都在这一页里，%(seconds)s 秒后自动再送，请不要关闭。已经送达的不会重复登记。")
        case _Kept.UNKNOWN:
            return gettext("不知道这次是否已经保存。您填写的内容都在这一页里：请先看看是否已经在了，没有的话再送一次。")
        case _Kept.WITHOUT_FILES:
            return gettext("您填写的文字都在这一页里，不会自动再送。")
        case _Kept.UNREAD:
            return gettext("您填写的内容没有收到：请用浏览器的“重新载入”再送一次。")
        case _Kept.PASSWORD:
            return gettext("密码没有保留，%(seconds)s 秒后自动回到登录页，请再填一次。")


def _wait_s(error: LiandongError) -> int:
    """0 where nobody knows."""
    if isinstance(error, TooMany):
        return max(0, error.retry_after_s)
    return RETRY_AFTER_S if error.status == Busy.status else 0
