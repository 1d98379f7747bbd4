"""Batches 批量办理: one action on many cases, foreseen, done case by case, and taken back where nothing followed."""

from django.db import models
from django.db.models import Q


class Batch(models.Model):
    """One action of one post on many cases. `parameters`: ids and codes; `text`: the reason as typed, kept only while
    the batch needs it, for it is a message on every case by then.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "填写"
        PREVIEW = "preview", "预览"
        RUNNING = "running", "办理中"
        DONE = "done", "已办理"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"

    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    action = models.CharField(max_length=24)
    parameters = models.JSONField(default=dict)
    text = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, default=State.DRAFT)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "console_batch"
        indexes = (
            models.Index("staff", "id", name="batch_staff"),
            models.Index("id", name="batch_at_work", condition=Q(state__in=["running", "undoing"])),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"


class BatchItem(models.Model):
    """One case of a batch, as it was seen and as it was left. `why`: message and values of a refusal."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "待办理"
        DONE = "done", "已办理"
        REFUSED = "refused", "未办理"
        UNDONE = "undone", "已撤销"
        KEPT = "kept", "未能撤销"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    version_before = models.PositiveIntegerField()
    version_after = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=8, default=Outcome.WAITING)
    why = models.JSONField(default=dict)

    class Meta:
        db_table = "console_batch_item"
        constraints = (models.UniqueConstraint(fields=("batch", "case"), name="batch_item_once"),)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.case_id}"
