"""An installation with senders of its own: a mail server and a web hook on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from liandong.contexts.notifications import jobs as own_jobs
from liandong.contexts.notifications.models import Delivery
from liandong.foundation.access.models import Staff
from liandong.foundation.events import public as events
from liandong.foundation.jobs import public as jobs
from liandong.kernel import time
from tests import county
from tests.ports.sinks import SmtpSink, running


@contextmanager
def mail_server(port: int = 0) -> Iterator[SmtpSink]:
    with running(SmtpSink(port)) as sink, mail_by(sink.port):
        yield sink


def mail_by(port: int) -> override_settings:
    url = f"mailto://127.0.0.1:{port}?from=notify@county.example"
    return override_settings(MAIL_SENDER=url, SITE_URL="https://county.example")


def give_mailbox(username: str) -> str:
    address = f"{username}@county.example"
    Staff.objects.filter(username=username).update(email=address)
    return address


def told() -> None:
    """What the worker does with events."""
    while events.drain():
        pass


def sent_after(minutes: float) -> int:
    """What the worker sends when so much time has passed; returns how many messages."""
    with time.at(time.now() + county.hours(minutes / 60)):
        own_jobs.put_together()
        return send_due()


def send_due() -> int:
    """What the worker sends now; returns how many messages."""
    sent = Delivery.objects.filter(state="sent")
    before = sent.count()
    jobs.work_off(jobs.Lane.OUTSIDE)
    return sent.count() - before
