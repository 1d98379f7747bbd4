"""Loading a process: a drawing that was read and fits the lifecycle becomes the version that new runs begin with."""

import hashlib

from django.db import connection, transaction

from liandong.foundation.ledger import public as ledger
from liandong.kernel import time
from liandong.kernel.actor import Actor

from .checking import check, shipped
from .domain import running
from .domain.drawing import Drawing, read, text_of
from .domain.events import ProcessLoaded
from .models import Definition
from .queries import DefinitionRow, current_definition, definitions
from .variants import Variant

VERSIONS_LOCK = 0x50524F43


def load_definition(*, actor: Actor, source: bytes) -> DefinitionRow:
    """Makes the drawing the next version of its process; the present one again changes nothing. Cases that run keep
    the version they began with. Raises DrawingRefused.
    """
    drawing = check(source)
    with transaction.atomic():
        _lock_versions()
        return _load(actor, drawing, source, is_shipped=False)


def lay_shipped(*, actor: Actor) -> None:
    """Loads the product's own drawings where the county has none of its own, and newer ones over older of ours."""
    with transaction.atomic():
        _lock_versions()
        for variant in Variant:
            source, present = shipped(variant), current_definition(variant)
            if present is None or (present.shipped and present.sha256 != _sha256(source)):
                _load(actor, read(source), source, is_shipped=True)


def _lock_versions() -> None:
    """One at a time, whoever loads what: the next version number is nobody else's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VERSIONS_LOCK])


def _load(actor: Actor, drawing: Drawing, source: bytes, *, is_shipped: bool) -> DefinitionRow:
    versions = Definition.objects.filter(key=drawing.process).order_by("-version")
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
            xml=text_of(source),
            spec=running.compiled(drawing),
            loaded_at=time.now(),
        )
        facts = ProcessLoaded(process=made.key, version=version, sha256=made.sha256)
        ledger.record(actor=actor, stream=("process", made.pk), facts=facts)
    return next(row for row in definitions(drawing.process) if row.current)


def _sha256(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()
