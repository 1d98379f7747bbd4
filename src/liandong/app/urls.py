"""Every address of the product, room by room."""

from django.contrib import admin
from django.urls import include, path

from liandong.app.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("open311/", include("liandong.contexts.intake.open311.urls")),
    path("", include("liandong.contexts.intake.urls")),
    path("console/", include("liandong.contexts.console.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
