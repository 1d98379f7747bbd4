"""The panel 系统运行 on the administrator's home page: what was given up, and what isn't sent."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext

from liandong.contexts.notifications import public as notifications
from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs
from liandong.foundation.rooms import public as rooms
from liandong.foundation.ui.public import Tile

_UNSENT = ("dead", "failed")


def running(look: rooms.Look[None]) -> Mapping[str, object]:
    """The numbers. That something stands still altogether is said above every page of the administrator."""
    path, counts, letters = reverse("notifications:deliveries"), notifications.count_deliveries(), given_up()
    tiles = [
        Tile(gettext("死信"), str(letters), reverse("notifications:dead_letters"), _tone(letters)),
        *(
            Tile(
                gettext(notifications.DELIVERY_STATES[state]),
                str(counts[state]),
                f"{path}?state={state}",
                _tone(counts[state]),
            )
            for state in _UNSENT
        ),
    ]
    return {"heading": gettext("系统运行"), "tiles": tiles}


def given_up() -> int:
    """Events and long work that failed for good."""
    return events.backlog()[2] + jobs.count_dead_jobs()


def _tone(number: int) -> str:
    return rooms.Light.RED.value if number else ""
