"""Reports 上报 exactly as they came, the contact a reporter may leave, photos; the calls of the desk."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable

from liandong.foundation.ledger import public as ledger

_FULL_WIDTH, _PLAIN = "０１２３４５６７８９", "0123456789"
_COUNTRY = "^(00)?86(?=[0-9]{10,11}$)"


def phone_key(phone: Combinable) -> Func:
    """A telephone number's digits without country code and leading zeros, reckoned by the database for an index: for
    contacts that have no `phone_keys` yet.
    """
    plain = Func(phone, Value(_FULL_WIDTH), Value(_PLAIN), function="translate")
    digits = Func(plain, Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")
    national = Func(digits, Value(_COUNTRY), Value(""), function="regexp_replace")
    return Func(national, Value("0"), function="ltrim", output_field=models.TextField())


@ledger.bind
class Report(ledger.BoundModel):
    """A delivery of a channel. Immutable: `commitment` (salted, in the ledger) proves the text until it is erased.

    `origin`, `origin_key`: who sent it and its own name for it (idempotency key, source id); repeated ones are the same
    report. `lon`, `lat` in `crs` are as delivered; the case has WGS-84. `delivered`: salted digest of all that came, by
    which a repetition is known from another content under the same name; empty in reports from before there was one.
    `staff`: the post that reported it itself, for nobody else; who only took it down is the `actor` alone.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="reports")
    channel = models.CharField(max_length=16)
    origin = models.CharField(max_length=60)
    origin_key = models.CharField(max_length=120, blank=True, default="")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    text = models.TextField(blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    crs = models.CharField(max_length=8, blank=True, default="")
    category_code = models.CharField(max_length=12, blank=True, default="")
    payload = models.JSONField(default=dict)
    actor = models.CharField(max_length=40)
    receipt_code = models.CharField(max_length=14)
    salt = models.BinaryField(max_length=32, null=True)
    commitment = models.BinaryField(max_length=32)
    delivered = models.BinaryField(max_length=32, null=True)
    erased_at = models.DateTimeField(null=True)
    staff = models.ForeignKey("access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")

    binding = ledger.Binding(
        "report",
        stream="contact",
        owner="pk",
        columns=(
            "case_id",
            "channel",
            "origin",
            "origin_key",
            "received_at",
            "recorded_at",
            "text",
            "address",
            "lon",
            "lat",
            "crs",
            "category_code",
            "payload",
            "actor",
            "receipt_code",
            "commitment",
            "delivered",
            "erased_at",
            "staff_id",
        ),
        hidden=frozenset({"origin_key", "text", "address", "lon", "lat", "payload", "receipt_code", "delivered"}),
        part_of=("case", "case_id"),
        draws_salt=False,
        later=1,
    )

    class Meta:
        db_table = "intake_report"
        indexes = [models.Index(F("staff"), F("id").desc(), name="report_of_post", condition=Q(staff__isnull=False))]
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "origin_key"], condition=~models.Q(origin_key=""), name="report_once_per_origin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


@ledger.bind
class Contact(ledger.BoundModel):
    """How to reach the reporter, if left. The only table with contact data: masked when read, erasable by row.

    `phone_keys`: what the numbers in `phone` are found by (`kernel.telephone`); None without a number, and on rows from
    before until a timer has filled it in.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True)
    name = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    phone_keys = ArrayField(models.TextField(), null=True)
    salt = models.BinaryField(max_length=32, null=True)

    binding = ledger.Binding(
        "contact",
        stream="contact",
        owner="pk",
        columns=("name", "phone", "email"),
        hidden=frozenset({"name", "phone", "email"}),
        derived={"phone_keys": "what the numbers in phone are found by"},
    )

    class Meta:
        db_table = "intake_contact"
        indexes = [
            models.Index(phone_key(F("phone")), name="contact_phone_key", condition=~Q(phone="")),
            GinIndex(fields=["phone_keys"], name="contact_phone_keys", condition=Q(phone_keys__isnull=False)),
            models.Index(fields=["report"], name="contact_without_keys", condition=Q(phone_keys=None) & ~Q(phone="")),
        ]

    def __str__(self) -> str:
        return f"contact of report {self.pk}"


@ledger.bind
class ContactReading(ledger.BoundModel):
    """Who read a contact unmasked, when and for which purpose; the reporter sees it on the status page."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    at = models.DateTimeField()

    binding = ledger.Binding(
        "reading", stream="contact", owner="report_id", columns=("report_id", "staff_id", "purpose", "at")
    )

    class Meta:
        db_table = "intake_contact_reading"

    def __str__(self) -> str:
        return f"{self.staff_id} {self.purpose}"


@ledger.bind
class Photo(ledger.BoundModel):
    """A picture of the matter, without EXIF, kept under its content hash."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="photos")
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()

    binding = ledger.Binding(
        "photo",
        stream="contact",
        owner="report_id",
        columns=("report_id", "sha256", "media_type", "width", "height", "bytes"),
    )

    class Meta:
        db_table = "intake_photo"

    def __str__(self) -> str:
        return self.sha256


@ledger.bind
class Document(ledger.BoundModel):
    """A document that came with a report: a PDF or an office document, without its metadata, kept under its content
    hash. `name`: what the sender called it.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="documents")
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    salt = models.BinaryField(max_length=16, null=True)

    binding = ledger.Binding(
        "document",
        stream="contact",
        owner="report_id",
        columns=("report_id", "sha256", "media_type", "bytes", "name"),
        hidden=frozenset({"name"}),
    )

    class Meta:
        db_table = "intake_document"

    def __str__(self) -> str:
        return self.sha256


@ledger.bind
class Call(ledger.BoundModel):
    """A call 来电 at the desk: when, what about, and the case it led to. Never who called: no number, no words.

    `kind` is empty until the post says what it was; `staff` is the post that took it or rang, so that it finds its
    open call again. No figure is made of it.
    """

    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=12, blank=True, default="")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")

    binding = ledger.Binding(
        "call", stream="call", owner="pk", columns=("staff_id", "kind", "began_at", "ended_at", "case_id")
    )

    class Meta:
        db_table = "intake_call"
        indexes = [
            models.Index(F("began_at").desc(), F("id").desc(), name="call_began"),
            models.Index("kind", F("began_at").desc(), F("id").desc(), name="call_kind_began"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["staff"], condition=Q(ended_at=None), name="one_open_call_a_post"),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(kind=""), name="call_ended_has_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at}"


@ledger.bind
class Callback(ledger.BoundModel):
    """One attempt 回访 to hear a reporter's verdict by telephone, and what came of it."""

    class Outcome(models.TextChoices):
        JUDGED = "judged", "已评价"
        DECLINED = "declined", "接通，未评价"
        MISSED = "missed", "未联系上"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, db_index=False, related_name="+")
    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, db_index=False, related_name="+")
    outcome = models.CharField(max_length=8)
    at = models.DateTimeField()

    binding = ledger.Binding(
        "callback", stream="callback", owner="pk", columns=("case_id", "staff_id", "outcome", "at")
    )

    class Meta:
        db_table = "intake_callback"
        indexes = [models.Index("case", "at", name="callback_case")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.case_id}"
