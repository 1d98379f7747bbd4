from django.db import models


class RegisterVersion(models.Model):
    """How often a register (divisions, offices, …) has changed: what `Cached` compares before it trusts memory."""

    name = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "registers_version"
