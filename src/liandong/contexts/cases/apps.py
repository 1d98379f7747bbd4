from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "liandong.contexts.cases"
    label = "cases"
    verbose_name = "事件"
