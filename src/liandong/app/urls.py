"""Every address of the product, room by room."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from liandong.app.api import api
from liandong.foundation.rooms import public as rooms

admin.site.site_header = admin.site.site_title = _("联动 · 登记册")
admin.site.index_title = _("登记册")
admin.site.unregister([EmailAddress, Group])  # what isn't a register isn't changed past the ledger
admin.site.logout = LogoutView.as_view(next_page="/")  # type: ignore[assignment]
own_password = RedirectView.as_view(pattern_name="account_change_password")
admin.site.password_change = admin.site.password_change_done = own_password  # type: ignore[assignment]
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one door, with its limits

handler429 = "liandong.foundation.access.web.too_many"
handler500 = "liandong.foundation.access.web.server_error"
urlpatterns = [
    path("api/v1/", api.urls),
    *(addresses for room in rooms.rooms() for addresses in rooms.addresses_of(room)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
