"""Files that an administrator brings in: looked through first, taken in once that is confirmed."""

from uuid import uuid4

from django.db import models


class Upload(models.Model):
    """One file. The file itself lies in the data folder under the key, with what was found in it, for a day; of its
    content this row has numbers only. One is open at a time.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "正在检查"
        CHECKED = "checked", "待确认"
        IMPORTING = "importing", "正在导入"
        DONE = "done", "已导入"
        REFUSED = "refused", "文件有误，没有导入"
        FAILED = "failed", "没有做完"
        DROPPED = "dropped", "已放弃"

    key = models.UUIDField(primary_key=True, default=uuid4)
    what = models.CharField(max_length=16)
    options = models.JSONField(default=dict)
    file_name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default=State.CHECKING)
    is_open = models.BooleanField(null=True, default=True)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "opening_upload"
        indexes = (models.Index(fields=("-created_at",), name="upload_newest"),)
        constraints = (models.UniqueConstraint(fields=("is_open",), name="upload_one_open"),)

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
