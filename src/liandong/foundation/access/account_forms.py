"""The forms of accounts in the words of the house."""

from typing import Any

from allauth.account import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

_LABELS = {
    "login": gettext_lazy("用户名"),
    "password": gettext_lazy("密码"),
    "oldpassword": gettext_lazy("现在的密码"),
    "password1": gettext_lazy("新密码"),
    "password2": gettext_lazy("再填一次新密码"),
    "email": gettext_lazy("邮箱"),
}
_NEEDED = {
    "login": gettext_lazy("请填写用户名。"),
    "password": gettext_lazy("请填写密码。"),
    "oldpassword": gettext_lazy("请填写现在的密码。"),
    "password1": gettext_lazy("请填写新密码。"),
    "password2": gettext_lazy("请再填一次新密码。"),
    "email": gettext_lazy("请填写账号登记的邮箱。"),
}
_NO_ADDRESS = gettext_lazy("邮箱写得不完整，例如 name@example.cn。")


class _InOurWords:
    """Labels and errors of fields that several forms have; a placeholder that says the label again is left out."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.error_messages |= {"required": _NEEDED[name]} if name in _NEEDED else {}
            if name == "email":
                field.error_messages["invalid"] = _NO_ADDRESS
                field.validators = [_whole_address(each) for each in field.validators]

    def add_error(self, field: str | None, error: Any) -> None:
        """Of the second password a plain sentence is said only where it differs from the first."""
        if field == "password2" and not isinstance(error, ValidationError):
            error = gettext("两次填的新密码不一样。")
        super().add_error(field, error)  # type: ignore[misc]  # of the form beside it


def _whole_address(check: Any) -> Any:
    """The same check, said in our words."""

    def checked(value: str) -> None:
        try:
            check(value)
        except ValidationError as error:
            raise ValidationError(_NO_ADDRESS, code=error.code) from error

    return checked


class SignInForm(_InOurWords, forms.LoginForm):  # type: ignore[misc]
    """用户名 and 密码."""


class PasswordLinkForm(_InOurWords, forms.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a link by the address of the account."""


class NewPasswordForm(_InOurWords, forms.ChangePasswordForm):  # type: ignore[misc]
    """A new password by the present one."""


class FirstPasswordForm(_InOurWords, forms.SetPasswordForm):  # type: ignore[misc]
    """A password for an account without one."""


class PasswordByLinkForm(_InOurWords, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password by a link."""
