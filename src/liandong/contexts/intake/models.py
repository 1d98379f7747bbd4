"""Reports 上报 exactly as they came, the contact a reporter may leave, photos."""

from django.db import models


class Report(models.Model):
    """What a channel delivered. Immutable: `commitment` (salted, in the ledger) proves the text until it is erased.

    `origin`, `origin_key`: who sent it and its own name for it (idempotency key, source id); repeated ones are the same
    report. `lon`, `lat` in `crs` are as delivered; the case has WGS-84.
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
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_report"
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "origin_key"], condition=~models.Q(origin_key=""), name="report_once_per_origin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Contact(models.Model):
    """How to reach the reporter, if left. The only table with contact data: masked when read, erasable by row."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True)
    name = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")

    class Meta:
        db_table = "intake_contact"

    def __str__(self) -> str:
        return f"contact of report {self.pk}"


class ContactReading(models.Model):
    """Who read a contact unmasked, when and for which purpose; the reporter sees it on the status page."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        db_table = "intake_contact_reading"

    def __str__(self) -> str:
        return f"{self.staff_id} {self.purpose}"


class Photo(models.Model):
    """A picture of the matter, without EXIF, kept under its content hash."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="photos")
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()

    class Meta:
        db_table = "intake_photo"

    def __str__(self) -> str:
        return self.sha256
