from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.admin import RegisterAdmin
from liandong.kernel.errors import InvalidInput

from .logins import check_username
from .models import ApiKey, Staff


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new password replaces the old one; empty keeps it."""

    division = orgs.DivisionField(
        label=_("区划"), help_text=_("乡镇指挥岗、网格岗所在的区划；填代码或名称。"), max_length=80
    )
    cells = orgs.DivisionsField(
        label=pgettext_lazy("post", "网格"),
        help_text=_("网格岗负责的网格，填代码，几个之间用空格隔开。"),
        kinds=("cell",),
    )
    new_password = forms.CharField(
        label=_("新密码"),
        help_text=_("至少 10 位，不要全用数字。不改就空着；从来没有密码的账号不能登录。"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        other = Staff.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).first()
        try:
            check_username(username, other.username if other else username)
        except InvalidInput as error:
            raise forms.ValidationError(gettext(error.message) % error.context) from error
        return username

    class Meta:
        model = Staff
        fields = ("username", "post_name", "post_name_en", "email", "role", "office", "division", "cells", "is_active")
        help_texts: ClassVar = {
            "username": _("登录用的名称，如 handler-law-1；一经使用不宜再改。"),
            "post_name": _("岗位的名称，不是人名。"),
            "email": _("收通知和重设密码的邮箱。"),
            "is_active": _("停用后不能登录，办过的事件照旧。"),
        }


@admin.register(Staff)
class StaffAdmin(RegisterAdmin):
    register_name = "staff"
    ordering = ("username",)
    purpose = _("各岗位的登录账号：角色、部门、区划和网格。账号属于岗位，不属于个人。")
    order = 50
    form = StaffForm
    list_display = ("username", "post_name", "role", "office", "division", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("username", "post_name")
    list_select_related = ("office", "division")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data.get("new_password")
        if given or not obj.password:
            obj.password = make_password(given or None)
        super().save_model(request, obj, form, change)


@admin.register(ApiKey)
class ApiKeyAdmin(RegisterAdmin):
    """Keys are made by `liandong api_key NAME`; here they are only switched off."""

    register_name = "api_keys"
    ordering = ("name",)
    purpose = _("其他系统连接用的密钥；在服务器上发放，这里可以停用。")
    order = 70
    list_display = ("name", "channel", "office", "reads_words", "created_at", "active")
    fields = ("name", "channel", "office", "reads_words", "active")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
