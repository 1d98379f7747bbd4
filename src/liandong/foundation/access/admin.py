from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.foundation.registers.admin import RegisterAdmin
from liandong.kernel.errors import InvalidInput

from .logins import check_username
from .models import ApiKey, Staff


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new password replaces the old one; empty keeps it."""

    new_password = forms.CharField(
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


@admin.register(Staff)
class StaffAdmin(RegisterAdmin):
    register_name = "staff"
    form = StaffForm
    list_display = ("username", "post_name", "role", "office", "division", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("username", "post_name")
    list_select_related = ("office", "division")
    raw_id_fields = ("division", "cells")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data.get("new_password")
        if given or not obj.password:
            obj.password = make_password(given or None)
        super().save_model(request, obj, form, change)


@admin.register(ApiKey)
class ApiKeyAdmin(RegisterAdmin):
    """Keys are made by `liandong api_key NAME`; here they are only switched off."""

    register_name = "api_keys"
    list_display = ("name", "channel", "office", "reads_words", "created_at", "active")
    fields = ("name", "channel", "office", "reads_words", "active")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
