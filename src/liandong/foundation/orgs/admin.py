from datetime import date

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.foundation.registers.admin import RegisterAdmin

from .models import County, Division, Duty, Office
from .queries import today


@admin.register(County)
class CountyAdmin(RegisterAdmin):
    register_name = "county"
    list_display = ("name", "zone", "yellow_percent", "verdict_days", "reply_days")
    exclude = ("rooms_off",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not County.objects.exists()


class DivisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """An end counts at once, so it isn't in the future."""

    def clean_valid_to(self) -> date | None:
        end: date | None = self.cleaned_data["valid_to"]
        if end is not None and end > today():
            raise forms.ValidationError(gettext("停用日期不能在将来。"))
        return end


@admin.register(Division)
class DivisionAdmin(RegisterAdmin):
    """Names and ends; boundaries come by `liandong import divisions`, which begins a new row."""

    register_name = "divisions"
    list_display = ("code", "name", "kind", "parent", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    list_select_related = ("parent",)
    fields = ("code", "name", "name_en", "kind", "parent", "valid_from", "valid_to", "successor")
    readonly_fields = ("code", "kind", "parent", "valid_from")
    raw_id_fields = ("successor",)
    form = DivisionForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Office)
class OfficeAdmin(RegisterAdmin):
    register_name = "offices"
    list_display = ("code", "name", "role_code", "division", "is_desk", "active")
    list_filter = ("active",)
    search_fields = ("code", "name", "name_en")
    list_select_related = ("division",)
    raw_id_fields = ("division",)


@admin.register(Duty)
class DutyAdmin(RegisterAdmin):
    register_name = "duties"
    list_display = ("category_code", "office", "division", "kind", "active")
    list_filter = ("kind", "active")
    search_fields = ("category_code", "office__name")
    list_select_related = ("office", "division")
    raw_id_fields = ("division",)
