"""The places register 地点: named places and standard addresses, so that a typed address finds a point."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Place(models.Model):
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    division = models.ForeignKey("orgs.Division", null=True, blank=True, on_delete=models.PROTECT)
    source = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=80, blank=True)
    tokens = SearchVectorField(null=True, editable=False)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "places_place"
        indexes = [GinIndex(fields=["tokens"], name="place_tokens")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source_id=""), name="place_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return self.name
