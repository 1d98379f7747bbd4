from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext

from liandong.foundation.registers.admin import RegisterAdmin
from liandong.kernel import geo
from liandong.kernel.errors import InvalidInput

from .index import index
from .models import Place
from .queries import words_of


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Degrees WGS-84, on Earth."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        if lon is not None and lat is not None:
            try:
                geo.check_coordinates(lon, lat)
            except InvalidInput as error:
                self.add_error(error.field, gettext(error.message) % error.context)
        return cleaned


@admin.register(Place)
class PlaceAdmin(RegisterAdmin):
    register_name = "places"
    list_display = ("name", "kind", "address", "division", "active")
    list_filter = ("kind", "active")
    search_fields = ("name", "address")
    list_select_related = ("division",)
    raw_id_fields = ("division",)
    exclude = ("tokens",)
    form = PlaceForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The words to find it by follow from its names, its division from its point unless one is chosen."""
        obj.tokens = words_of(obj.name, obj.address, obj.aliases)
        if obj.division_id is None:
            obj.division_id = index().locate(obj.lon, obj.lat).division_id
        super().save_model(request, obj, form, change)
