from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "liandong.app"
    label = "app"
    verbose_name = "平台"
