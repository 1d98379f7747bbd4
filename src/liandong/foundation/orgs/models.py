"""Divisions 区划 (county → town → village → grid cell, any depth), offices 部门, duty list 权责清单, county."""

import re
from typing import Any
from zoneinfo import available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from liandong.kernel.geo import Crs

_AREA_CODE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})")


def division_kinds() -> list[tuple[str, Any]]:
    """Asked when they are needed: another kind is no change of the table."""
    return Division.Kind.choices


def duty_kinds() -> list[tuple[str, Any]]:
    """As above."""
    return Duty.Kind.choices


class County(models.Model):
    """The one county of this installation and the settings that are its own to choose."""

    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    code = models.CharField(_("区划代码"), max_length=12, blank=True)
    zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai")
    map_crs = models.CharField(
        _("外来坐标系"), max_length=10, default="wgs84", help_text=_("wgs84、gcj02 或 bd09：外来坐标未注明时的坐标系")
    )
    is_sample = models.BooleanField(_("示例数据"), default=False)
    yellow_percent = models.PositiveSmallIntegerField(_("黄灯起点（%）"), default=80)
    verdict_days = models.PositiveSmallIntegerField(_("评价期限（天）"), default=7)
    reply_days = models.PositiveSmallIntegerField(
        _("补充期限（工作日）"), default=5, db_default=5, help_text=_("工作日：请上报人补充后等多久")
    )
    contact_email = models.EmailField(_("联系邮箱"), blank=True)
    area_code = models.CharField(
        _("电话区号"),
        max_length=4,
        blank=True,
        default="",
        db_default="",
        help_text=_("如 0571：没写区号的座机号码按这个区号查找"),
    )
    rooms_off = ArrayField(
        models.CharField(max_length=40), verbose_name=_("停用的功能"), blank=True, default=list, db_default=[]
    )

    class Meta:
        verbose_name = verbose_name_plural = _("本县")
        db_table = "orgs_county"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_county")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A wrong zone or share would stop every new case: they are refused here, for command and administration."""
        faults = {
            "zone": self.zone not in available_timezones(),
            "map_crs": self.map_crs not in set(Crs),
            "yellow_percent": not 1 <= (self.yellow_percent or 0) <= 100,
            "verdict_days": not 1 <= (self.verdict_days or 0) <= 366,
            "reply_days": not 1 <= (self.reply_days or 0) <= 250,
            "area_code": bool(self.area_code) and not _AREA_CODE.fullmatch(self.area_code),
        }
        wrong = {name: gettext("这个值不能用。") for name, is_wrong in faults.items() if is_wrong}
        if wrong:
            raise ValidationError(wrong)


class Division(models.Model):
    """A division as it was from `valid_from` until before `valid_to`: a change is a new row, never in place."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("县")
        TOWN = "town", _("乡镇（街道）")
        VILLAGE = "village", _("村（社区）")
        CELL = "cell", pgettext_lazy("division", "网格")
        OTHER = "other", _("其他")

    code = models.CharField(_("代码"), max_length=24)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=division_kinds)
    level = models.PositiveSmallIntegerField(_("层级"), help_text=_("0 = 最上一级"))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("上级")
    )
    path = ArrayField(models.BigIntegerField(), default=list, help_text=_("自上而下的上级编号，含自己"))
    outline = models.JSONField(null=True, blank=True, help_text=_("GeoJSON Polygon 或 MultiPolygon，WGS-84"))
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("接替区划")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("区划")
        db_table = "orgs_division"
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="division_code_once_a_day"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(valid_to=None), name="division_code_current"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Office(models.Model):
    """An office that can be responsible. `role_code` is the taxonomy's owner code (LAW, HUD, TWN …)."""

    code = models.CharField(_("代码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    role_code = models.CharField(_("职能代码"), max_length=8, blank=True)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("所在区划"))
    is_desk = models.BooleanField(_("统筹台"), default=False, help_text=_("县统筹协调台：职责不清的事件归它"))
    phone = models.CharField(_("公开电话"), max_length=40, blank=True, help_text=_("公开电话"))
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("部门")
        db_table = "orgs_office"
        constraints = [
            models.UniqueConstraint(fields=["is_desk"], condition=models.Q(is_desk=True), name="one_desk"),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """One line of the duty list: a category (leaf, group or domain) is this office's, everywhere or in one division."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("牵头")
        ASSIST = "assist", _("协办")

    category_code = models.CharField(_("事项代码"), max_length=12)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="duties", verbose_name=_("部门"))
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("区划"))
    kind = models.CharField(_("牵头或协办"), max_length=8, choices=duty_kinds, default=Kind.LEAD)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("权责清单")
        db_table = "orgs_duty"
        constraints = [
            models.UniqueConstraint(
                fields=["category_code", "office", "division", "kind"], name="duty_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_code} {self.kind} {self.office_id}"
