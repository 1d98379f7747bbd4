"""The link in a message by which its reporter stops further ones."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liandong.contexts.notifications import public as notifications
from liandong.contexts.notifications import wording
from liandong.kernel.actor import Actor
from liandong.kernel.errors import NotFound
from liandong.kernel.roles import Role


@require_http_methods(["GET", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first: a mail program that opens links by itself stops nothing."""
    report_id = wording.report_of_token(token)
    if report_id is None:
        raise NotFound("这个链接不完整，请从邮件或短信里重新打开。")
    if request.method == "POST":
        actor = Actor(kind="reporter", id=report_id, role=Role.REPORTER, label="上报人")
        notifications.opt_out(actor=actor, report_id=report_id)
    response = render(request, "notifications/stop.html", {"is_done": request.method == "POST"})
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
