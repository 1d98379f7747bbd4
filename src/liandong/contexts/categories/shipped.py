"""Files of the product from which the category proposal knows. Each process reads them once and needs no database."""

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

from .domain.assessing import Voices
from .domain.learned import StartModel
from .domain.pairs import Pair, pairs_from
from .domain.taxonomy import from_document

log = logging.getLogger(__name__)

DATA = Path(__file__).parent / "data"
START_MODEL = DATA / "start_model.npz"
"""Made at set-up (`tools/start_model.py`); not in the repository."""


@cache
def start_model() -> StartModel | None:
    """None, with a line in the log, where it wasn't made: the written synonyms propose alone then."""
    try:
        return StartModel.from_bytes(START_MODEL.read_bytes())
    except (OSError, ValueError, KeyError) as error:
        log.error("no start model, synonyms alone propose categories; run tools/start_model.py: %s", error)  # noqa: TRY400
        return None


@cache
def dangers() -> dict[str, Any]:
    document: dict[str, Any] = _document("dangers.json")
    return document


@cache
def voices() -> Voices:
    """The voices for the taxonomy that ships, without any county."""
    leaves = [row for row in from_document(taxonomy()) if row.leaf]
    return Voices.of(leaves, dangers(), start_model())


def taxonomy() -> dict[str, Any]:
    """The taxonomy file of the product, as `import taxonomy` reads it."""
    document: dict[str, Any] = _document("taxonomy.json")
    return document


@cache
def answers() -> dict[str, Any]:
    document: dict[str, Any] = _document("answers.json")
    return document


@cache
def pairs() -> list[Pair]:
    return pairs_from(_document("pairs.json"))


def _document(name: str) -> Any:
    return json.loads((DATA / name).read_text("utf-8"))
