"""Parts of a case 协办: what an office besides the lead is asked, and what it answered. Its task has the clocks."""

from django.db import models

from liandong.foundation.ledger import public as ledger


@ledger.bind
class Part(ledger.BoundModel):
    """An office's part in a case. The task says which office, which post, when due, when ended and how.

    `source`: why it was asked (`domain.parts.Source`); `asked_by`: who asked, as the ledger names it; `asked`,
    `answer`: the words, kept as messages of the case; `extension_asked`: what is asked for, "" where nothing waits.
    """

    task = models.OneToOneField("cases.Task", primary_key=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8)
    asked_by = models.CharField(max_length=40)
    asked = models.ForeignKey("cases.Message", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    answer = models.ForeignKey("cases.Message", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    extension_asked = models.CharField(max_length=12, blank=True, default="", db_default="")
    extension_count = models.PositiveSmallIntegerField(default=0, db_default=0)

    binding = ledger.Binding(
        "part",
        stream="case",
        owner="case_id",
        columns=(
            *("case_id", "source", "asked_by", "asked_id", "answer_id"),
            *("accepted_at", "extension_asked", "extension_count"),
        ),
    )

    class Meta:
        db_table = "joint_part"

    def __str__(self) -> str:
        return f"part {self.pk}"
