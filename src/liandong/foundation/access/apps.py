from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "liandong.foundation.access"
    label = "access"
    verbose_name = _("人员与权限")
