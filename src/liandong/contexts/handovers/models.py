"""Hand-overs 交接 and the notes that belong to them."""

from django.db import models
from django.db.models import F, Q

from liandong.foundation.ledger import public as ledger


@ledger.bind
class Handover(ledger.BoundModel):
    """A hand-over 交接: who gives over to whom, with a general word; what is said of a case is a note on that case.

    `to_staff` NULL: to whoever of the office takes it. `is_shift`: the coordination desk's change of shift 值班交接.
    """

    is_shift = models.BooleanField(default=False)
    from_staff = models.ForeignKey("access.Staff", on_delete=models.PROTECT, db_index=False, related_name="+")
    to_staff = models.ForeignKey("access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    office = models.ForeignKey("orgs.Office", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "access.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    salt = models.BinaryField(max_length=16, null=True)

    binding = ledger.Binding(
        "handover",
        stream="handover",
        owner="pk",
        columns=(
            "is_shift",
            "from_staff_id",
            "to_staff_id",
            "office_id",
            "text",
            "written_at",
            "acknowledged_at",
            "acknowledged_by_id",
        ),
        hidden=frozenset({"text"}),
    )

    class Meta:
        db_table = "cases_handover"
        indexes = [
            models.Index("to_staff", name="handover_to_staff", condition=Q(acknowledged_at=None)),
            models.Index("office", name="handover_to_office", condition=Q(acknowledged_at=None, to_staff=None)),
            models.Index(F("from_staff"), F("id").desc(), name="handover_written"),
            models.Index(F("id").desc(), name="handover_shift", condition=Q(is_shift=True)),
        ]

    def __str__(self) -> str:
        return f"{self.from_staff_id} {self.written_at}"


@ledger.bind
class HandoverLine(ledger.BoundModel):
    """A case that is handed over, and the note on it that says how it stands."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="lines")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, db_index=False, related_name="+")
    message = models.ForeignKey("cases.Message", on_delete=models.PROTECT, db_index=False, related_name="+")

    binding = ledger.Binding(
        "handover_line", stream="handover", owner="handover_id", columns=("handover_id", "case_id", "message_id")
    )

    class Meta:
        db_table = "cases_handover_line"

    def __str__(self) -> str:
        return f"{self.handover_id} {self.case_id}"
