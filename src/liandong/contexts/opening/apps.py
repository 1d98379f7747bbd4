from django.apps import AppConfig


class OpeningConfig(AppConfig):
    name = "liandong.contexts.opening"
    label = "opening"
    verbose_name = "开通"
