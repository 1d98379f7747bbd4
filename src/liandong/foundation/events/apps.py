from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "liandong.foundation.events"
    label = "events"
    verbose_name = "事件行"

    def ready(self) -> None:
        """Loads events, subscribers and timers of every app: what is read may be of any."""
        autodiscover_modules("domain.events")
        autodiscover_modules("jobs")
