from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "liandong.contexts.process"
    label = "process"
    verbose_name = "流程"
