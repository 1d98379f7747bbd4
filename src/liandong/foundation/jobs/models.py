"""Long work that waits or goes on, when timers last ran and when the loops of the workers last moved."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    """Long work, as commands and turns look for it."""

    def due(self, now: datetime) -> Self:
        """Jobs that nobody has in hand and whose moment has come."""
        free = Q(held_until=None) | Q(held_until__lte=now)
        return self.filter(free, died_at=None, next_at__lte=now)


class Job(models.Model):
    """Long work 作业: done in turns, gone when it is done, kept with its error when it was given up (`died_at`).

    `arguments` and `progress` hold ids and codes, never words of anybody. `ordered` counts how often it was ordered:
    what is ordered anew while it is in hand begins anew. `group` names the system outside that it goes to.
    Until `held_until` it is the `holder`'s alone.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=60, blank=True, default="")
    group = models.CharField(max_length=20, blank=True, default="")
    arguments = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    ordered = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    holder = models.TextField(blank=True, default="")
    held_until = models.DateTimeField(null=True)
    died_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs_job"
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="job_once"),)
        indexes = (
            models.Index("next_at", "id", name="job_due", condition=Q(died_at=None)),
            models.Index("died_at", name="job_dead", condition=Q(died_at__isnull=False)),
            models.Index("holder", name="job_held", condition=Q(held_until__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class TimerRun(models.Model):
    """When a timer last started and ended, over all workers; until `held_until` it is the `holder`'s alone."""

    name = models.TextField(primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    holder = models.TextField(blank=True, default="", db_default="")
    held_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "events_timer"

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """When a loop of a worker last moved; the row goes when the worker ends as it was asked to.

    `does` names what the loop does; "" is everything.
    """

    id = models.TextField(primary_key=True)
    does = models.CharField(max_length=12, blank=True, default="", db_default="")
    host = models.TextField()
    pid = models.IntegerField()
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "events_worker"

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.does}"
