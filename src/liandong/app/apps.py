from django.apps import AppConfig
from django.db.backends.signals import connection_created

from liandong.contexts.notifications import senders

from . import wiring
from .moments import read_moments_fast
from .prepared import settle


class PlatformConfig(AppConfig):
    name = "liandong.app"
    label = "app"
    verbose_name = "平台"

    def ready(self) -> None:
        read_moments_fast()
        connection_created.connect(settle)
        senders.use(wiring.messages)
