from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "liandong.foundation.events"
    label = "events"
    verbose_name = "事件行"

    def ready(self) -> None:
        """Loads the `jobs` module of every app, so that its subscribers and timers are known."""
        autodiscover_modules("jobs")
