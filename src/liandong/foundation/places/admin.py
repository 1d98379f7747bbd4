from django.contrib import admin

from liandong.foundation.registers.admin import RegisterAdmin

from .models import Place


@admin.register(Place)
class PlaceAdmin(RegisterAdmin):
    register_name = "places"
    list_display = ("name", "kind", "address", "division", "active")
    list_filter = ("kind", "active")
    search_fields = ("name", "address")
    list_select_related = ("division",)
    raw_id_fields = ("division",)
    exclude = ("tokens",)
