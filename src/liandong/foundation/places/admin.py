from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.admin import RegisterAdmin
from liandong.kernel import geo
from liandong.kernel.errors import InvalidInput

from .index import index
from .models import Place
from .queries import words_of


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Degrees WGS-84, on Earth."""

    division = orgs.DivisionField(label=_("区划"), help_text=_("空着就按坐标判定；填代码或名称。"), max_length=80)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        if lon is not None and lat is not None:
            try:
                geo.check_coordinates(lon, lat)
            except InvalidInput as error:
                self.add_error(error.field, gettext(error.message) % error.context)
        return cleaned

    class Meta:
        model = Place
        fields = (
            "name",
            "kind",
            "address",
            "aliases",
            "lon",
            "lat",
            "division",
            "source",
            "source_id",
            "active",
        )
        help_texts: ClassVar = {
            "kind": _("如小区、学校、桥。"),
            "address": _("标准地址，地址写法不同的也据此找到。"),
            "aliases": _("别的叫法，几个之间用逗号隔开。"),
            "lon": _("度，WGS-84 坐标。"),
            "lat": _("度，WGS-84 坐标。"),
            "source": _("从哪份资料来；与编号一起认出同一个地点。"),
        }


@admin.register(Place)
class PlaceAdmin(RegisterAdmin):
    register_name = "places"
    title = pgettext_lazy("register", "地点")
    ordering = ("name", "id")
    purpose = _("有名称的地点和标准地址，文字地址据此找到位置。")
    order = 60
    list_display = ("name", "kind", "address", "division", "active")
    list_filter = ("kind", "active")
    search_fields = ("name", "address")
    list_select_related = ("division",)
    form = PlaceForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The words to find it by follow from its names, its division from its point unless one is chosen."""
        obj.tokens = words_of(obj.name, obj.address, obj.aliases)
        if obj.division_id is None:
            obj.division_id = index().locate(obj.lon, obj.lat).division_id
        super().save_model(request, obj, form, change)
