"""Processes 流程: their drawings by version, and the run of a case that somebody has asked for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from liandong.foundation.ledger import public as ledger


@ledger.bind
class Definition(ledger.BoundModel):
    """One version of one process 流程定义. `spec`: the drawing as the engine reads it, stored here and in no run.

    `shipped`: it came with the product; a newer one of the product replaces it, but never a county's own.
    """

    key = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    shipped = models.BooleanField(default=False)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    xml = models.TextField()
    spec = models.JSONField()
    loaded_at = models.DateTimeField()

    binding = ledger.Binding(
        "process",
        stream="process",
        owner="pk",
        columns=("key", "version", "current", "shipped", "name", "name_en", "sha256", "xml", "spec", "loaded_at"),
    )

    class Meta:
        db_table = "process_definition"
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="definition_version_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(current=True), name="definition_current_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Run(models.Model):
    """The execution of a definition for one case 流程实例, made when somebody first asks for it.

    State, tasks and clocks are the case's own: this follows them. `positions`: ids of the elements it stands on;
    `case_version`: the version of the case that it has followed to; `tasks`: what the engine keeps, without the spec.
    `stuck_since`: from when on it couldn't follow, not even placed anew; NULL as long as it follows.
    """

    class Stuck(models.TextChoices):
        ENGINE = "engine", "流程走不下去"
        DRAWING = "drawing", "流程图读不出来"

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="+")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, db_index=False, related_name="+")
    case_version = models.PositiveIntegerField()
    positions = ArrayField(models.CharField(max_length=120))
    tasks = models.JSONField()
    changed_at = models.DateTimeField()
    stuck_since = models.DateTimeField(null=True)
    stuck_reason = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        db_table = "process_run"
        indexes = [models.Index("stuck_since", name="run_stuck", condition=Q(stuck_since__isnull=False))]

    def __str__(self) -> str:
        return f"{self.pk} {self.positions}"
