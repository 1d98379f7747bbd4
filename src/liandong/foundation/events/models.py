"""Event rows waiting for their subscribers, what failed and waits, what failed for good."""

from django.db import models


class Event(models.Model):
    """Written in the transaction of a command, deleted in the transaction in which every subscriber has had it."""

    type = models.TextField()
    stream_kind = models.CharField(max_length=40)
    stream_id = models.BigIntegerField()
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "events_event"

    def __str__(self) -> str:
        return f"{self.id} {self.type}"


class FailedDelivery(models.Model):
    """An event and one subscriber that has not had it yet; the event itself is kept in full."""

    event_id = models.BigIntegerField()
    subscriber = models.TextField()
    type = models.TextField()
    stream_kind = models.CharField(max_length=40)
    stream_id = models.BigIntegerField()
    payload = models.JSONField()
    at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField()
    error = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.event_id} {self.type} -> {self.subscriber}"


class Retry(FailedDelivery):
    """Due again at `due_at`; `attempts` 0 when it only waits behind an earlier event of its stream."""

    due_at = models.DateTimeField()

    class Meta:
        db_table = "events_retry"
        constraints = (
            models.UniqueConstraint(
                fields=("subscriber", "stream_kind", "stream_id", "event_id"), name="events_retry_once"
            ),
        )


class DeadLetter(FailedDelivery):
    """Given up after the last attempt; kept with its error until somebody revives it."""

    died_at = models.DateTimeField()

    class Meta:
        db_table = "events_deadletter"
