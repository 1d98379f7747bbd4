"""The places register 地点: named places and standard addresses, so that a typed address finds a point; and the ground
底图 of maps, roads and waters.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类型"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("别名"))
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    division = models.ForeignKey(
        "orgs.Division", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("区划")
    )
    source = models.CharField(_("来源"), max_length=60, blank=True)
    source_id = models.CharField(_("来源编号"), max_length=80, blank=True)
    tokens = SearchVectorField(null=True, editable=False)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("地点")
        db_table = "places_place"
        indexes = [
            GinIndex(fields=["tokens"], name="place_tokens"),
            models.Index(fields=["lon", "lat"], condition=models.Q(active=True), name="place_around"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source_id=""), name="place_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroundShape(models.Model):
    """A road or a water as maps draw it. `geometry`: GeoJSON of a line or an area, WGS-84, thinned when it comes in;
    `corners`: how many it has; `rank`: 1 the widest.
    """

    kind = models.CharField(max_length=10)
    rank = models.PositiveSmallIntegerField(default=2)
    name = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    geometry = models.JSONField()
    corners = models.PositiveIntegerField()
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=80)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "places_ground_shape"
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "source_id"], name="ground_once_per_source"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"
