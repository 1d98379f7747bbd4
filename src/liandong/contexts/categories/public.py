"""Door of categories 事项分类: the taxonomy, and what a report's words make of it."""

from .commands import import_taxonomy, keep_lesson
from .domain import rights
from .domain.answering import Frame, unfilled
from .domain.assessing import Assessed, assess
from .domain.learned import Figures, Lesson
from .domain.pairs import Answer, Pair
from .domain.proposal import Proposal
from .domain.taxonomy import CategoryRow, Taxonomy, from_document
from .queries import (
    SpeakingModel,
    answer_frames,
    asked_pair,
    assess_words,
    category_name,
    last_learned_at,
    leaf,
    leaves_since,
    speaking_model,
    taxonomy,
    tells_emergency,
    words_tell_danger,
)
from .shipped import taxonomy as shipped_taxonomy
from .shipped import voices as shipped_voices

__all__ = [
    "Answer",
    "Assessed",
    "CategoryRow",
    "Figures",
    "Frame",
    "Lesson",
    "Pair",
    "Proposal",
    "SpeakingModel",
    "Taxonomy",
    "answer_frames",
    "asked_pair",
    "assess",
    "assess_words",
    "category_name",
    "from_document",
    "import_taxonomy",
    "keep_lesson",
    "last_learned_at",
    "leaf",
    "leaves_since",
    "rights",
    "shipped_taxonomy",
    "shipped_voices",
    "speaking_model",
    "taxonomy",
    "tells_emergency",
    "unfilled",
    "words_tell_danger",
]
