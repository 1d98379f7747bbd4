from django.apps import AppConfig

from .moments import read_moments_fast


class PlatformConfig(AppConfig):
    name = "liandong.app"
    label = "app"
    verbose_name = "平台"

    def ready(self) -> None:
        read_moments_fast()
