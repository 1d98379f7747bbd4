from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "liandong.contexts.console"
    label = "console"
    verbose_name = "工作台"
