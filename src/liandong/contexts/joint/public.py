"""Door of the parts of a case 协办."""

from .commands import give_part, take_part_action
from .domain import rights
from .domain.parts import PART_ACTIONS, SOURCE_NAMES, PartAction, PartSpec, Source, Standing
from .queries import (
    PartDraft,
    PartRow,
    actions_of,
    answers_of,
    draft_parts,
    find_part,
    gives,
    helps,
    offered,
    parts_of,
    parts_shown,
    why_due,
)

__all__ = [
    "PART_ACTIONS",
    "SOURCE_NAMES",
    "PartAction",
    "PartDraft",
    "PartRow",
    "PartSpec",
    "Source",
    "Standing",
    "actions_of",
    "answers_of",
    "draft_parts",
    "find_part",
    "give_part",
    "gives",
    "helps",
    "offered",
    "parts_of",
    "parts_shown",
    "rights",
    "take_part_action",
    "why_due",
]
