from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "liandong.contexts.intake"
    label = "intake"
    verbose_name = "上报"
