"""Parts as the case page shows them: with names, words and the forms of what the post may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from liandong.contexts.cases import public as cases
from liandong.contexts.joint.public import (
    PART_ACTIONS,
    SOURCE_NAMES,
    PartAction,
    PartRow,
    Source,
    Standing,
    actions_of,
    helps,
)
from liandong.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PartForm:
    """An action as a page offers it; `words`: the label of what is written; `unit`: of what is counted, "" for none."""

    action: str
    label: str
    words: str
    needs_words: bool
    takes_files: bool
    unit: str
    means: str

    @property
    def is_at_once(self) -> bool:
        """Whether a button is all."""
        return not (self.words or self.unit)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part with its words and forms. `left`, `unit`: what is left until its light turns red."""

    row: PartRow
    office: str
    standing: str
    source: str
    asked: str
    answer: str
    left: int | None
    unit: str
    extension: str
    is_own: bool
    forms: Sequence[PartForm]


def shown_parts(
    row: cases.CaseRow, parts: Sequence[PartRow], texts: Mapping[int, str], actor: Actor
) -> list[ShownPart]:
    """`texts`: what the post may read of the messages of the case, by id."""
    return [_shown(row, part, texts, actor) for part in parts]


def _shown(row: cases.CaseRow, part: PartRow, texts: Mapping[int, str], actor: Actor) -> ShownPart:
    left, unit = part.left
    return ShownPart(
        row=part,
        office=cases.names.office(part.office_id),
        standing=_standing(part),
        source=gettext(SOURCE_NAMES[Source(part.source)]),
        asked=texts.get(part.asked_id or 0, ""),
        answer=texts.get(part.answer_id or 0, ""),
        left=left,
        unit=unit,
        extension=cases.budget_words(part.extension_asked) if part.extension_asked else "",
        is_own=helps(part, actor) and part.ended_at is None,
        forms=[form_of(action, part) for action in actions_of(row, part, actor)],
    )


def _standing(part: PartRow) -> str:
    match part.standing:
        case Standing.ASKED:
            return gettext("等待签收")
        case Standing.WORKING:
            return gettext("正在办")
        case Standing.ENDED:
            return cases.names.outcome(part.outcome)


def form_of(action: PartAction, part: PartRow) -> PartForm:
    """The form of an action in the language of the request."""
    spec = PART_ACTIONS[action]
    return PartForm(
        action=action.value,
        label=gettext(spec.name),
        words=gettext(spec.words) if spec.words else "",
        needs_words=spec.needs_words,
        takes_files=spec.takes_files,
        unit=cases.unit_words(part.finish_budget) if spec.asks_count else "",
        means=gettext(spec.means) if spec.means else "",
    )
