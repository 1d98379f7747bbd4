from django.apps import AppConfig

from .discovered import discover


class RoomsConfig(AppConfig):
    name = "liandong.foundation.rooms"
    label = "rooms"
    verbose_name = "房间"

    def ready(self) -> None:
        discover()
