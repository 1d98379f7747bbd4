"""The working calendar as data: office hours, and the days that yearly notices make off or worked (调休)."""

from django.db import models


class OfficeHours(models.Model):
    """One span of a working day, local time; several spans make a split shift."""

    opens = models.TimeField()
    closes = models.TimeField(help_text="00:00 表示当天结束")

    class Meta:
        db_table = "calendar_office_hours"
        ordering = ("opens",)


class Weekday(models.Model):
    """A weekday that is worked by rule, 0 = Monday."""

    day = models.PositiveSmallIntegerField(primary_key=True)

    class Meta:
        db_table = "calendar_weekday"


class Notice(models.Model):
    """A holiday notice as loaded: loaded by notice, applied by date; it may touch the December before its year. Of two
    that name a day, the one that came first to the county later (the higher id) decides.
    """

    source = models.CharField(max_length=80, unique=True)
    covers_until = models.DateField()
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "calendar_notice"

    def __str__(self) -> str:
        return self.source


class Day(models.Model):
    """The kind that one notice gives one day. That of an earlier notice stays; it holds again without this one."""

    class Kind(models.TextChoices):
        WORK = "work", "上班"
        OFF = "off", "放假"

    date = models.DateField()
    kind = models.CharField(max_length=4)
    name = models.CharField(max_length=40, blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE)

    class Meta:
        db_table = "calendar_day"
        constraints = [models.UniqueConstraint(fields=["date", "notice"], name="calendar_day_of_notice")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"
