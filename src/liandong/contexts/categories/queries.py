"""The taxonomy, and what a report's words make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min

from liandong.foundation.language import in_language
from liandong.foundation.registers.public import Cached
from liandong.kernel.errors import InvalidInput

from . import shipped
from .domain.answering import Frame, frames
from .domain.assessing import Assessed, Voices, assess, tells_danger
from .domain.learned import Learned
from .domain.pairs import Pair, pair_asked
from .domain.taxonomy import CategoryRow, Taxonomy
from .models import Category, LearnedModel


def _load_taxonomy() -> Taxonomy:
    rows = Category.objects.order_by("code", "version").values_list(
        "current", "code", "version", "parent_code", "zh", "en", "leaf", "owner", "co_owners", "severity",
        "accept_budget", "finish_budget", "flags", "keywords_zh", "keywords_en",
    )  # fmt: skip
    current: dict[str, CategoryRow] = {}
    retired: dict[str, CategoryRow] = {}
    for is_current, code, *row in rows:
        (current if is_current else retired)[code] = _category(code, *row)
    return Taxonomy(current, retired)


def _category(*columns: Any) -> CategoryRow:
    *plain, flags, keywords_zh, keywords_en = columns
    plain[7] = tuple(plain[7])
    return CategoryRow(*(*plain, frozenset(flags), tuple(keywords_zh), tuple(keywords_en)))


def _load_voices() -> Voices:
    return Voices.of(_load_taxonomy().leaves(), shipped.dangers(), shipped.start_model(), _load_learned())


def _load_learned() -> Learned | None:
    """The county's own model; None where it has none, or one of an earlier form, until the next night."""
    weights = LearnedModel.objects.exclude(weights=None).order_by("-id").values_list("weights", flat=True).first()
    try:
        return Learned.from_bytes(bytes(weights)) if weights else None
    except (KeyError, ValueError):
        return None


_taxonomy = Cached(_load_taxonomy, "taxonomy")
_voices = Cached(_load_voices, "taxonomy", "learned")


def answer_frames(code: str, language: str, *, named_in: str) -> list[Frame]:
    """Answers to begin with for a category: `frames` of the file that ships."""
    return frames(shipped.answers(), code, language, named_in)


def taxonomy() -> Taxonomy:
    """The current categories."""
    return _taxonomy.get()


def assess_words(text: str) -> Assessed:
    """Assesses a report's words: up to three leaves with reasons, the one that is taken, and danger."""
    return assess(text, _voices.get())


def words_tell_danger(text: str) -> bool:
    """Whether a report's words tell of a danger, whatever its category is."""
    return tells_danger(text, _voices.get())


def tells_emergency(category_code: str, text: str) -> bool:
    """Whether the emergency numbers come with a report: its category is such a one, or its words tell of a danger."""
    category = taxonomy().named(category_code)
    return (category is not None and category.is_emergency) or words_tell_danger(text)


def asked_pair(settled: str, proposed: Sequence[str]) -> Pair | None:
    """The question that a form asks where its leaf, or one of those proposed, differs from another only by what is
    wanted; `settled` "" where none is chosen or clear.
    """
    return pair_asked(shipped.pairs(), settled, proposed, taxonomy().by_code)


@dataclass(frozen=True, slots=True)
class SpeakingModel:
    """Which model proposes categories. `is_own`: the county's, taught from its confirmed cases too; else the start
    model, or where `has_start` is False the written synonyms alone.

    `learned_at`: the last training; `figures`: what it found, by the names of `Figures`, {} where too little was there.
    """

    is_own: bool
    has_start: bool
    learned_at: datetime | None
    figures: Mapping[str, Any]


def speaking_model() -> SpeakingModel:
    """For the administrator's page."""
    last = LearnedModel.objects.order_by("-id").defer("weights").first()
    return SpeakingModel(
        is_own=_load_learned() is not None,
        has_start=shipped.start_model() is not None,
        learned_at=last.learned_at if last else None,
        figures=last.figures if last else {},
    )


def last_learned_at() -> datetime | None:
    """When the category proposal was last trained, with or without a result."""
    return LearnedModel.objects.order_by("-id").values_list("learned_at", flat=True).first()


def leaves_since() -> dict[str, datetime]:
    """Since when each code of a leaf is known, in whatever version."""
    rows = Category.objects.filter(leaf=True).values_list("code").annotate(since=Min("valid_from"))
    return dict(rows)


def category_name(code: str) -> str:
    """In the language of the request, also after the category was retired; "" where there is none."""
    row = taxonomy().named(code)
    return in_language(row.zh, row.en) if row else ""


def leaf(code: str) -> CategoryRow:
    category = taxonomy().leaf(code)
    if category is None:
        raise InvalidInput("没有这个事项分类。", field="category_code")
    return category
