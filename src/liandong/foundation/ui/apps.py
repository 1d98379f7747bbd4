from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "liandong.foundation.ui"
    label = "ui"
    verbose_name = "页面"
