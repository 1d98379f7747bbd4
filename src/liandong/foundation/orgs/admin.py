from datetime import date
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from liandong.foundation.registers.admin import RegisterAdmin

from .division_field import DivisionField
from .models import County, Division, Duty, Office
from .queries import today


class CountyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Settings that hold for the whole county."""

    class Meta:
        model = County
        fields = (
            "name",
            "name_en",
            "code",
            "zone",
            "map_crs",
            "area_code",
            "yellow_percent",
            "verdict_days",
            "reply_days",
            "contact_email",
            "is_sample",
        )
        help_texts: ClassVar = {
            "name": _("出现在每一页的左上角。"),
            "code": _("县级区划代码，6 位或 12 位。"),
            "zone": _("如 Asia/Shanghai：期限和日期按这里的钟点算。"),
            "yellow_percent": _("时限用去百分之几时亮黄灯。"),
            "verdict_days": _("答复后等上报人评价的天数，到期自动办结。"),
            "contact_email": _("别的系统和居民有疑问时写信的地址，出现在开放接口的说明里。"),
            "is_sample": _("勾选后，每一页标明“示例数据”。"),
        }


@admin.register(County)
class CountyAdmin(RegisterAdmin):
    register_name = "county"
    purpose = _("县名、时区、坐标系、电话区号和全县统一的期限。")
    order = 10
    form = CountyForm
    list_display = ("name", "zone", "yellow_percent", "verdict_days", "reply_days")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not County.objects.exists()


class DivisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """An end counts at once, so it isn't in the future."""

    successor = DivisionField(label=_("接替区划"), help_text=_("停用后由哪个区划接替；填代码或名称。"), max_length=80)

    def clean_valid_to(self) -> date | None:
        end: date | None = self.cleaned_data["valid_to"]
        if end is not None and end > today():
            raise forms.ValidationError(gettext("停用日期不能在将来。"))
        return end


@admin.register(Division)
class DivisionAdmin(RegisterAdmin):
    """Names and ends; boundaries come by `liandong import divisions`, which begins a new row."""

    register_name = "divisions"
    title = pgettext_lazy("register", "区划")
    ordering = ("level", "code")
    purpose = _("县、乡镇（街道）、村（社区）和网格，有边界或中心点。新增和改边界请导入文件。")
    order = 20
    list_display = ("code", "name", "kind", "parent", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    list_select_related = ("parent",)
    fields = ("code", "name", "name_en", "kind", "parent", "valid_from", "valid_to", "successor")
    readonly_fields = ("code", "kind", "parent", "valid_from")
    form = DivisionForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The desk is one office only."""

    division = DivisionField(
        label=_("所在区划"), help_text=_("乡镇（街道）填自己的区划；县直部门填县。填代码或名称。"), max_length=80
    )

    def clean_is_desk(self) -> bool:
        is_desk: bool = self.cleaned_data["is_desk"]
        other = Office.objects.filter(is_desk=True).exclude(pk=self.instance.pk).first()
        if is_desk and other:
            raise forms.ValidationError(gettext("统筹台只能有一个，现在是%(office)s。") % {"office": other.name})
        return is_desk

    class Meta:
        model = Office
        fields = ("code", "name", "name_en", "role_code", "division", "is_desk", "phone", "active")
        help_texts: ClassVar = {
            "code": _("本县自定，不与别的部门相同；导入文件按它认出部门。"),
            "role_code": _("事项分类里的职能代码，如 LAW；SUP 是督查机构。"),
            "phone": _("居民可以拨打的公开电话。"),
            "active": _("停用后不再派给它，办过的事件照旧。"),
        }


@admin.register(Office)
class OfficeAdmin(RegisterAdmin):
    register_name = "offices"
    title = pgettext_lazy("register", "部门")
    ordering = ("code",)
    purpose = _("可以牵头或协办的县直部门和乡镇（街道），其中一个是统筹台。")
    order = 30
    form = OfficeForm
    list_display = ("code", "name", "role_code", "division", "is_desk", "active")
    list_filter = ("active",)
    search_fields = ("code", "name", "name_en")
    list_select_related = ("division",)


class DutyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A line is there once."""

    division = DivisionField(
        label=_("区划"), help_text=_("只在这个区划适用；空着就是全县。填代码或名称。"), max_length=80
    )

    class Meta:
        model = Duty
        fields = ("category_code", "office", "division", "kind", "basis", "active")
        help_texts: ClassVar = {
            "category_code": _("大类、组或小类的代码，见“事项分类”。"),
            "basis": _("如三定方案、权责清单的条目。"),
        }
        error_messages: ClassVar = {
            NON_FIELD_ERRORS: {"unique_together": _("清单里已有这一行：同一事项、部门、区划和职责。")}
        }


@admin.register(Duty)
class DutyAdmin(RegisterAdmin):
    register_name = "duties"
    ordering = ("category_code", "kind", "office__code")
    purpose = _("哪类事项由哪个部门牵头或协办，可以只对一个区划。")
    order = 40
    form = DutyForm
    list_display = ("category_code", "office", "division", "kind", "active")
    list_filter = ("kind", "active")
    search_fields = ("category_code", "office__name")
    list_select_related = ("office", "division")
