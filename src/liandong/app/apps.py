from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

from liandong.contexts.notifications import senders
from liandong.foundation.deadlines import public as deadlines

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
        deadlines.BoundedConnection.statement_s = settings.WEB.statement_s
        senders.use(wiring.messages)
