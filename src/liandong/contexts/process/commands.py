"""Loading a process: a drawing that was read and fits the lifecycle becomes the version that new runs begin with."""

import hashlib

from django.db import transaction

from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import Actor

from .checking import check, shipped
from .domain import running
from .domain.drawing import Drawing, DrawingRefused, read
from .models import Definition
from .queries import DefinitionRow, current_definition
from .variants import Variant


def load_definition(*, actor: Actor, source: bytes) -> DefinitionRow:
    """Makes the drawing the next version of its process; the present one again changes nothing. Cases that run keep
    the version they began with. Raises DrawingRefused.
    """
    drawing = check(source)
    with transaction.atomic():
        return _load(actor, drawing, source, is_shipped=False)


def lay_shipped(*, actor: Actor) -> None:
    """Loads the product's own drawings where the county has none of its own, and newer ones over older of ours."""
    for variant in Variant:
        source = shipped(variant)
        present = current_definition(variant)
        if present is not None and (not present.shipped or present.sha256 == _sha256(source)):
            continue
        with transaction.atomic():
            _load(actor, read(source), source, is_shipped=True)


def _load(actor: Actor, drawing: Drawing, source: bytes, *, is_shipped: bool) -> DefinitionRow:
    versions = Definition.objects.select_for_update().filter(key=drawing.process).order_by("-version")
    last = versions.only("version", "sha256", "current").first()
    if last is None or not last.current or last.sha256 != _sha256(source):
        version = last.version + 1 if last else 1
        versions.filter(current=True).update(current=False)
        made = Definition.objects.create(
            key=drawing.process,
            version=version,
            shipped=is_shipped,
            name=drawing.name,
            name_en=drawing.name_en,
            sha256=_sha256(source),
            xml=source.decode(),
            spec=running.compiled(drawing),
            loaded_at=time.now(),
        )
        facts = {"process": made.key, "version": version, "sha256": made.sha256}
        ledger.append(actor=actor, stream=("process", made.pk), action="ProcessLoaded", payload=facts)
    row = current_definition(drawing.process)
    if row is None:
        raise DrawingRefused
    return row


def _sha256(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()
