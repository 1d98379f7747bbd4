"""A post's own notifications: the bell on every page, the list 通知, and how the post wants to be told besides."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications import wording
from liandong.foundation.access import public as access
from liandong.foundation.ui.public import Pager, toast
from liandong.kernel.errors import InvalidInput, NotFound

from .shown import Message, message, shown

IN_PANEL = 8


@require_GET
@never_cache
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread; asked by every page of the desk about once a minute. Nothing for who has signed out."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    count = notifications.count_unread(access.actor(request))
    words = f"{notifications.UNREAD_EXACT_TO}+" if count > notifications.UNREAD_EXACT_TO else str(count)
    return render(request, "notifications/parts/bell.html", {"count": count, "words": words})


@require_GET
@never_cache
@access.signed_in()
def panel(request: HttpRequest) -> HttpResponse:
    """The panel that opens under the bell."""
    rows = notifications.newest_unread(access.actor(request), IN_PANEL)
    return render(request, "notifications/parts/panel.html", {"rows": shown(rows)})


@require_GET
@never_cache
@access.signed_in()
def listing(request: HttpRequest) -> HttpResponse:
    """All of the post's own, newest first."""
    actor = access.actor(request)
    unread_only = request.GET.get("unread") == "1"
    page = notifications.own(actor, cursor=request.GET.get("cursor", ""), unread_only=unread_only)
    base = reverse("notifications:list")
    kept = "unread=1&" if unread_only else ""
    context = {
        "rows": shown(page.rows),
        "unread_only": unread_only,
        "unread": notifications.count_unread(actor),
        "pager": Pager(
            first_url=f"{base}?{kept}" if request.GET.get("cursor") else "",
            next_url=f"{base}?{kept}cursor={page.next.replace('+', '%2B')}" if page.next else "",
        ),
    }
    return render(request, "notifications/list.html", context)


@require_POST
@access.signed_in()
def read(request: HttpRequest, notification_id: int | None = None) -> HttpResponse:
    """Marks one or all as read."""
    notifications.mark_read(actor=access.actor(request), notification_id=notification_id)
    return redirect("notifications:list")


@require_GET
@never_cache
@access.signed_in()
def follow(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Leads to the page of a notification, which is read then."""
    actor = access.actor(request)
    row = notifications.own_one(actor, notification_id)
    if row is None:
        raise NotFound
    notifications.mark_read(actor=actor, notification_id=notification_id)
    return HttpResponseRedirect(wording.address_of(row))


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def settings(request: HttpRequest) -> HttpResponse:
    """设置 · 通知; an error keeps what was chosen."""
    actor = access.actor(request)
    chosen = notifications.preferences([actor.id])[actor.id]
    error: InvalidInput | None = None
    if request.method == "POST":
        try:
            chosen = _chosen(request)
            notifications.save_preference(actor=actor, chosen=chosen)
        except InvalidInput as refused:
            error = refused
        else:
            toast(request, gettext("通知设置已保存。"))
            return redirect("notifications:settings")
    return _settings_page(request, chosen, error)


def _chosen(request: HttpRequest) -> notifications.PreferenceRow:
    def number(name: str) -> int:
        value = request.POST.get(name, "")
        if not (value.isascii() and value.isdigit() and len(value) < 6):
            raise InvalidInput("数值无效。", field=name)
        return int(value)

    return notifications.PreferenceRow(
        tasks=request.POST.get("tasks", ""),
        deadlines=request.POST.get("deadlines", ""),
        progress=request.POST.get("progress", ""),
        interval_min=number("interval_min"),
        quiet_from=number("quiet_from"),
        quiet_until=number("quiet_until"),
        language=request.POST.get("language", ""),
    )


def _settings_page(
    request: HttpRequest, chosen: notifications.PreferenceRow, error: InvalidInput | None
) -> HttpResponse:
    context = {
        "groups": [
            (group.value, gettext(name), getattr(chosen, group.value))
            for group, name in notifications.GROUP_NAMES.items()
        ],
        "ways": [(way, gettext(name)) for way, name in notifications.WAYS.items()],
        "intervals": [(minutes, _interval_words(minutes)) for minutes in notifications.INTERVALS_MIN],
        "hours": range(24),
        "chosen": chosen,
        "error": access.say(error) if error else "",
        "error_field": error.field if error else "",
        "trial": _last_trial(request),
    }
    return render(request, "notifications/settings.html", context, status=422 if error else 200)


def _interval_words(minutes: int) -> str:
    return {
        0: gettext("来一条发一条"),
        15: gettext("最多每 15 分钟一次"),
        60: gettext("最多每小时一次"),
        240: gettext("最多每 4 小时一次"),
        1440: gettext("最多每天一次"),
    }[minutes]


def _last_trial(request: HttpRequest) -> Message | None:
    row = notifications.last_trial(access.actor(request))
    return message(row) if row else None


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in()
def trial(request: HttpRequest) -> HttpResponse:
    """Sends a trial message; asked again, how it went."""
    if request.method == "GET":
        return render(request, "notifications/parts/trial.html", {"trial": _last_trial(request)})
    actor = access.actor(request)
    try:
        notifications.send_trial(actor=actor, means=request.POST.get("means", ""))
    except InvalidInput as refused:
        return _settings_page(request, notifications.preferences([actor.id])[actor.id], refused)
    return HttpResponseRedirect(reverse("notifications:settings") + "#trial")
