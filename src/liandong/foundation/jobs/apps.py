from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "liandong.foundation.jobs"
    label = "jobs"
    verbose_name = "作业"
