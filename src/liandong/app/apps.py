from django.apps import AppConfig


class AppConfig(AppConfig):
    name = "liandong.app"
    label = "app"
    verbose_name = "平台"
