"""Entries and the signed heads over them. Both tables refuse UPDATE, DELETE and TRUNCATE (migration 0002)."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Entry(models.Model):
    """One recorded action; no foreign keys, no index beyond the chain's own: the intake writes it by the hundred.

    `mac` says that this house wrote it; NULL in entries from before there were any (`keys.entry_key`).
    """

    stream_kind = models.CharField(max_length=40)
    stream_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    payload = models.JSONField()
    hash = models.BinaryField()
    mac = models.BinaryField(null=True)

    class Meta:
        db_table = "ledger_entry"
        constraints = (
            models.UniqueConstraint(fields=("stream_kind", "stream_id", "seq"), name="ledger_entry_chain"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="ledger_entry_seq_from_1"),
            models.CheckConstraint(condition=Exact(Length("hash"), 32), name="ledger_entry_hash_32_bytes"),
        )

    def __str__(self) -> str:
        return f"{self.stream_kind}:{self.stream_id} {self.seq} {self.action}"


class SealKey(models.Model):
    """A public key that seals are signed with; `id` is its fingerprint, `public_key` the 32 raw bytes (Ed25519)."""

    id = models.CharField(max_length=16, primary_key=True)
    public_key = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_seal_key"

    def __str__(self) -> str:
        return self.id


class Seal(models.Model):
    """A signed head over the entries with from_id < id <= to_id that were visible, and `late_ids` from before.

    `late_ids` is a list of [first, last]; `open_gaps` one of {"ids": [[first, last], …], "held_by": [transaction, …]};
    `marks` has 4 bytes for each entry covered, by id, to name the one that was changed. See docs/algorithms/ledger.md.
    """

    no = models.BigIntegerField(primary_key=True)
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField(db_index=True)
    late_ids = models.JSONField()
    open_gaps = models.JSONField()
    entries = models.PositiveIntegerField()
    root = models.BinaryField()
    previous = models.BinaryField()
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()
    marks = models.BinaryField()

    class Meta:
        db_table = "ledger_seal"

    def __str__(self) -> str:
        return f"{self.no}: {self.from_id}-{self.to_id}"
