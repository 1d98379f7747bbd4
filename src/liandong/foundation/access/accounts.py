"""How django-allauth is bent to posts: no sign-up and no addresses from outside, waits after wrong passwords."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.account.views import LoginView, PasswordResetView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from liandong.kernel.errors import TooMany

from . import sign_in
from .busy import with_patience
from .commands import count_attempt
from .models import Staff
from .sources import source_of

LINKS_ASKED, LINKS_WINDOW_S = 30, 600
_MINUTE_S = 60


class StaffAccounts(DefaultAccountAdapter):
    """Accounts are made by the administrator or by import only, and their addresses too."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("这个账号已停用，请联系本单位的管理员。"),
        "enter_current_password": gettext_lazy("现在的密码不对。"),
        "incorrect_password": gettext_lazy("现在的密码不对。"),
        "invalid_login": gettext_lazy("用户名或密码不对。"),
        "username_password_mismatch": gettext_lazy("用户名或密码不对。"),
        "invalid_password_reset": gettext_lazy("这个链接已失效，请重新申请。"),
        "unknown_email": gettext_lazy("没有账号登记这个邮箱。"),
        "rate_limited": gettext_lazy("操作太频繁，请过一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Lets only a path of ours through: whoever has signed in stays here."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            sign_in.begin(username=credentials.get("username", ""), source=source_of(request))
        except TooMany as error:
            request.liandong_wait = error  # type: ignore[attr-defined]
            raise ValidationError(_wait_words(error.retry_after_s), code="too_many_login_attempts") from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Staff | None:
        staff: Staff | None = super().authenticate(request, **credentials)
        if staff is not None:
            sign_in.succeeded(username=credentials.get("username", ""), source=source_of(request))
        return staff

    def set_password(self, user: Staff, password: str) -> None:
        super().set_password(user, password)
        sign_in.forgive(username=user.username, source=source_of(self.request))


def _wait_words(seconds: int) -> str:
    if seconds > 2 * _MINUTE_S:
        wait = {"minutes": -(-seconds // _MINUTE_S)}
        return gettext("密码错了多次。请过 %(minutes)s 分钟再试，或点“找回密码”。") % wait
    return gettext("密码错了多次。请过 %(seconds)s 秒再试，或点“找回密码”。") % {"seconds": seconds}


class SignIn(LoginView):
    """The page of signing in; who has to wait gets 429, with the user name still there."""

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        wait: TooMany | None = getattr(self.request, "liandong_wait", None)
        if wait is not None:
            response.status_code = wait.status
            with_patience(response, wait)
        return response


class PasswordLink(PasswordResetView):
    """Asks for a link to a new password; whether the address is known shows in nothing."""

    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        count_attempt(key=f"links-from:{source_of(self.request)}", limit=LINKS_ASKED, window_s=LINKS_WINDOW_S)
        sign_in.ask_password_link(email=form.cleaned_data["email"], staff_ids=[staff.pk for staff in form.users])
        return HttpResponseRedirect(self.get_success_url())
