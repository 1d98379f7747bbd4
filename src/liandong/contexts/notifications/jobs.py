"""Subscribers, timers and long work of notifications; all may run again without harm."""

from collections.abc import Sequence

from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs
from liandong.foundation.rooms import public as rooms

from . import filling, outbox, sending, telling


@events.subscribe(*sorted(rooms.events_told()))
def tell(batch: Sequence[events.EventRow]) -> None:
    """Writes what posts and reporters are told of these events."""
    telling.tell(batch)


@events.subscribe("PasswordLinkAsked")
def send_password_links(batch: Sequence[events.EventRow]) -> None:
    """Puts a mail with a link to a new password into the outbox, for each account that it was asked for."""
    asked = [facts for event in batch if isinstance(facts := event.facts, access.PasswordLinkAsked)]
    outbox.put_password_links([post for facts in asked for post in facts.staff])


@jobs.work("notifications.fill_streams", at_start=True)
def fill_streams(_turn: jobs.Turn) -> jobs.Again | None:
    """Gives notifications of the version before their stream, a portion at a time."""
    return jobs.Again() if filling.fill_some() else None


@jobs.timer(every_s=60)
def tell_turned_lights() -> None:
    """Tells whose lights turned."""
    telling.tell_turned_lights()


@jobs.timer(every_s=15)
def put_together() -> None:
    """Makes messages of what is to be sent."""
    outbox.put_together()


@jobs.work(outbox.KIND, lane=jobs.Lane.OUTSIDE)
def send(turn: jobs.Turn) -> jobs.Again | None:
    """Sends one message, or says when it is tried again."""
    again_at = sending.send(int(turn.key))
    return jobs.Again(at=again_at) if again_at else None


@jobs.timer(every_s=6 * 3600)
def forget_old() -> None:
    """Removes what was read or sent 90 days ago."""
    outbox.forget_old()
