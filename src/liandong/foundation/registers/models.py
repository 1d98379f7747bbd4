from django.db import models


class RegisterVersion(models.Model):
    """When a register (divisions, offices, …) last changed, in µs: what `Cached` compares before it trusts memory.

    A change that was rolled back leaves no number that a later one could have again.
    """

    name = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "registers_version"


class WordIndex(models.Model):
    """How far the words of a table are cut in the way that `scheme` counts: up to the key `done_until`."""

    name = models.CharField(max_length=40, primary_key=True)
    scheme = models.PositiveIntegerField()
    done_until = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registers_word_index"
