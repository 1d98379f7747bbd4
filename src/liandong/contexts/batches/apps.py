from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "liandong.contexts.batches"
    label = "batches"
    verbose_name = "批量办理"
