"""Staff: accounts of posts 岗位, not of persons. Role, office and division of a post bound what it sees."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liandong.foundation.ledger import public as ledger
from liandong.kernel.rights import Right
from liandong.kernel.roles import POSTS, Area, Role

from .domain.rights import KEEP_REGISTERS

ROLE_NAMES = {role: role.standing.label for role in POSTS}


def role_choices() -> list[tuple[str, Any]]:
    """Asked when a form is drawn: the column knows no list, so a new role needs no migration."""
    return [(role.value, _(name)) for role, name in ROLE_NAMES.items()]


class StaffManager(BaseUserManager["Staff"]):
    """Django's own commands ask these of a user table."""

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Staff":
        staff = self.model(username=username, role=Role.ADMINISTRATOR, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser, PermissionsMixin):
    username = models.CharField(_("登录名"), max_length=60, unique=True)
    post_name = models.CharField(_("岗位名称"), max_length=80)
    post_name_en = models.CharField(_("岗位英文名称"), max_length=160, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    role = models.CharField(_("角色"), max_length=16, choices=role_choices)
    office = models.ForeignKey("orgs.Office", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("部门"))
    division = models.ForeignKey(
        "orgs.Division", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("区划")
    )
    cells = models.ManyToManyField(
        "orgs.Division",
        blank=True,
        db_table="access_staff_cell",
        related_name="+",
        verbose_name=pgettext_lazy("post", "网格"),
    )
    is_active = models.BooleanField(_("启用"), default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["post_name"]
    objects = StaffManager()

    class Meta:
        verbose_name = verbose_name_plural = _("岗位账号")
        db_table = "access_staff"

    def __str__(self) -> str:
        return self.post_name

    @property
    def is_staff(self) -> bool:
        """Who may open Django's administration."""
        return self.may(KEEP_REGISTERS)

    @property
    def works_in_cells(self) -> bool:
        return Role(self.role).standing.works_in is Area.CELLS

    def may(self, right: Right) -> bool:
        """Whether the account's role has the right."""
        return self.role in right.roles

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Arrangement(models.Model):
    """A post's own arrangement 页面布置 of a page; no other post sees it. `value`: JSON of the page's schema."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, db_index=False, related_name="+")
    page = models.CharField(max_length=32)
    name = models.CharField(max_length=32)
    value = models.JSONField()

    class Meta:
        db_table = "access_arrangement"
        constraints = [models.UniqueConstraint(fields=["staff", "page", "name"], name="arrangement_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.page} {self.name}"


def _only(number: F) -> Func:
    """A range of one number: ranges need no extension to be excluded together."""
    return Func(number, number, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def _span(begins: F, ends: F) -> Func:
    return Func(begins, ends, function="tstzrange", output_field=DateTimeRangeField())


@ledger.bind
class Absence(ledger.BoundModel):
    """A post is out 外出, from `begins_at` until before `ends_at`, and another stands in for it.

    `planned_until`: the end before it was ended early, so that this can be undone; ended before it began it is empty.
    """

    class Reason(models.TextChoices):
        DUTY = "duty", "公出"
        TRAINING = "training", "培训"
        LEAVE = "leave", "休假"
        OTHER = "other", "其他"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, db_index=False, related_name="+")
    deputy = models.ForeignKey(Staff, on_delete=models.PROTECT, db_index=False, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=10)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, db_index=False, related_name="+")
    set_at = models.DateTimeField()

    binding = ledger.Binding(
        "absence",
        stream="absence",
        owner="pk",
        columns=(
            "staff_id",
            "deputy_id",
            "begins_at",
            "ends_at",
            "planned_until",
            "reason",
            "set_by_id",
            "set_at",
        ),
    )

    class Meta:
        db_table = "access_absence"
        indexes = [models.Index("ends_at", name="absence_ends")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("begins_at")), name="absence_begins_first"),
            models.CheckConstraint(condition=~Q(staff=F("deputy")), name="absence_deputy_is_another"),
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[
                    (_only(F("staff")), RangeOperators.OVERLAPS),
                    (_span(F("begins_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.begins_at}"


class ApiKey(models.Model):
    """A client system's key. Only its hash is kept; `channel` is what its reports say they came through.

    `reads_words`: a partner that reads masked words of reports also where they aren't public.
    """

    name = models.CharField(_("名称"), max_length=80)
    key_hash = models.BinaryField(max_length=32, unique=True)
    channel = models.CharField(_("渠道"), max_length=16, default="open311")
    office = models.ForeignKey("orgs.Office", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("部门"))
    reads_words = models.BooleanField(_("可读上报文字"), default=False, db_default=False)
    created_at = models.DateTimeField(_("发放时间"))
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口密钥")
        db_table = "access_api_key"

    def __str__(self) -> str:
        return self.name


class RateWindow(models.Model):
    """How many attempts a source has made in a window: rate limits that hold over all web processes. `last_at`: the
    newest, where the next has to wait.
    """

    key = models.CharField(max_length=80, primary_key=True)
    window_start = models.DateTimeField()
    count = models.IntegerField()
    last_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_rate"
