from django.apps import AppConfig

from liandong.contexts.notifications import senders

from . import wiring
from .moments import read_moments_fast


class PlatformConfig(AppConfig):
    name = "liandong.app"
    label = "app"
    verbose_name = "平台"

    def ready(self) -> None:
        read_moments_fast()
        senders.use(wiring.messages)
