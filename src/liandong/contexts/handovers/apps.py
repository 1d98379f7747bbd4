from django.apps import AppConfig


class HandoversConfig(AppConfig):
    name = "liandong.contexts.handovers"
    label = "handovers"
    verbose_name = "交接"
