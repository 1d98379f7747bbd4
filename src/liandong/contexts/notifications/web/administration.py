"""Pages of sent and unsent messages 发送记录, of events and long work that failed for good, and of chat addresses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liandong.contexts.notifications import public as notifications
from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs
from liandong.foundation.orgs import public as orgs
from liandong.foundation.ui.public import Pager, toast
from liandong.kernel.errors import InvalidInput

from .panels import given_up
from .shown import message, post_name

LETTERS = 100


@require_GET
@never_cache
@access.signed_in(notifications.rights.SEE_DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The delivery log of one state."""
    state = request.GET.get("state", "dead")
    if state not in notifications.DELIVERY_STATES:
        raise InvalidInput("没有这个状态。", field="state")
    before = request.GET.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) < 19
    rows, following = notifications.deliveries(state=state, before=int(before) if known else None)
    keeps_sending = access.actor(request).may(notifications.rights.KEEP_SENDING)
    base, counts = reverse("notifications:deliveries"), notifications.count_deliveries()
    context = {
        "rows": [message(row) for row in rows],
        "states": [
            (each, gettext(name), counts[each], each == state) for each, name in notifications.DELIVERY_STATES.items()
        ],
        "may_retry": state in ("dead", "failed"),
        "pager": Pager(
            first_url=f"{base}?state={state}" if known else "",
            next_url=f"{base}?state={state}&before={following}" if following else "",
        ),
        "dead_letters": given_up() if keeps_sending else None,
    }
    return render(request, "notifications/deliveries.html", context)


@require_POST
@access.signed_in(notifications.rights.SEE_DELIVERIES)
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Sends one more time."""
    notifications.retry_delivery(actor=access.actor(request), delivery_id=delivery_id)
    toast(request, gettext("已排队重发。"))
    return redirect("notifications:deliveries")


@require_GET
@never_cache
@access.signed_in(notifications.rights.KEEP_SENDING)
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Events and long work that a part of the system failed on for good."""
    context = {"letters": events.dead_letters(LETTERS), "jobs": jobs.dead_jobs(LETTERS), "most": LETTERS}
    return render(request, "notifications/dead_letters.html", context)


@require_POST
@access.signed_in(notifications.rights.KEEP_SENDING)
def revive(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Hands it over once more."""
    notifications.revive_dead_letter(actor=access.actor(request), letter_id=letter_id)
    toast(request, gettext("已重新投递。"))
    return redirect("notifications:dead_letters")


@require_POST
@access.signed_in(notifications.rights.KEEP_SENDING)
def revive_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Lets it go on from where it was."""
    notifications.revive_job(actor=access.actor(request), job_id=job_id)
    toast(request, gettext("已重新开始。"))
    return redirect("notifications:dead_letters")


@require_http_methods(["GET", "POST"])
@never_cache
@access.signed_in(notifications.rights.KEEP_SENDING)
def addresses(request: HttpRequest) -> HttpResponse:
    """Chat addresses by post and office; an error keeps what was typed."""
    error: InvalidInput | None = None
    if request.method == "POST":
        try:
            _set(request)
        except InvalidInput as refused:
            error = refused
        else:
            toast(request, gettext("群聊地址已保存。"))
            return redirect("notifications:addresses")
    context = {
        "rows": [
            (row, orgs.office_name(row.office_id) if row.office_id else post_name(row.staff_id))
            for row in notifications.chat_addresses()
        ],
        "offices": [(f"office:{row.id}", orgs.office_name(row.id)) for row in orgs.organisation().offices.values()],
        "posts": [(f"staff:{id_}", post_name(id_)) for id_ in access.staff()],
        "typed": request.POST,
        "error": access.say(error) if error else "",
    }
    return render(request, "notifications/addresses.html", context, status=422 if error else 200)


def _set(request: HttpRequest) -> None:
    kind, _, number = request.POST.get("whose", "").partition(":")
    known = kind in ("staff", "office") and number.isascii() and number.isdigit() and len(number) < 19
    notifications.set_chat_address(
        actor=access.actor(request),
        url=request.POST.get("url", ""),
        staff_id=int(number) if known and kind == "staff" else None,
        office_id=int(number) if known and kind == "office" else None,
    )


@require_POST
@access.signed_in(notifications.rights.KEEP_SENDING)
def remove_address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Removes one."""
    notifications.remove_chat_address(actor=access.actor(request), address_id=address_id)
    toast(request, gettext("群聊地址已删除。"))
    return redirect("notifications:addresses")
