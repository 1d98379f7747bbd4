"""The rules of passwords in the words of the house."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext, ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """A least number of signs."""

    def get_error_message(self) -> str:
        return ngettext("密码太短，至少要 %(count)d 位。", "密码太短，至少要 %(count)d 位。", self.min_length) % {
            "count": self.min_length
        }

    def get_help_text(self) -> str:
        return ngettext("至少 %(count)d 位。", "至少 %(count)d 位。", self.min_length) % {"count": self.min_length}


class Uncommon(password_validation.CommonPasswordValidator):
    """None of those that everybody tries first."""

    def get_error_message(self) -> str:
        return gettext("这个密码很多人在用，容易被猜到，请换一个。")

    def get_help_text(self) -> str:
        return gettext("不要用很多人在用的密码。")


class NotOnlyDigits(password_validation.NumericPasswordValidator):
    """Letters or other signs too."""

    def get_error_message(self) -> str:
        return gettext("密码不能全是数字。")

    def get_help_text(self) -> str:
        return gettext("不要全是数字。")
