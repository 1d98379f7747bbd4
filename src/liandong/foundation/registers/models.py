from django.db import models


class RegisterVersion(models.Model):
    """When a register (divisions, offices, …) last changed, in µs: what `Cached` compares before it trusts memory.

    A change that was rolled back leaves no number that a later one could have again.
    """

    name = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "registers_version"
