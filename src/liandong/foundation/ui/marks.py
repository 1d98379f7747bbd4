"""Marks that stand in every row of a list: light, number, what is left, moment. Written as text, not by templates, for
there are hundreds of them on a page; the tags of `{% load ui %}` give the same.
"""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from . import island_words
from .wording import due_words, exact_words, grouped, is_over, moment_words

SHAPES = {
    "green": '<circle cx="6" cy="6" r="5"/>',
    "yellow": '<path d="M6 .8 11.6 11H.4z"/>',
    "red": '<path d="M1 1h10v10H1z"/>',
    "none": '<circle class="hollow" cx="6" cy="6" r="4.2"/>',
}


def light(state: str, *, compact: bool = False) -> SafeString:
    """A light as colour, shape and word; an empty or unknown state counts as without a time limit."""
    state = str(state) if str(state) in SHAPES else "none"
    return _light(state, compact, str(island_words.LIGHT_WORDS[state]))


@lru_cache(maxsize=64)
def _light(state: str, compact: bool, word: str) -> SafeString:
    word = escape(word)
    title, kind = (f' title="{word}"', "visually-hidden") if compact else ("", "light-word")
    return mark_safe(
        f'<span class="light light-{state}"{title}><svg class="light-mark" viewBox="0 0 12 12" aria-hidden="true">'
        f'{SHAPES[state]}</svg><span class="{kind}">{word}</span></span>'
    )


def case_number(number: str) -> SafeString:
    """Groups are set apart by style only, so that a copied number has no gaps."""
    groups = "".join(f"<span>{escape(group)}</span>" for group in grouped(number))
    return mark_safe(f'<span class="case-number num">{groups}</span>')


def due(until: datetime | None, zone: tzinfo, count: int | None = None, unit: str = "") -> SafeString:
    """The time that is left until then, in words; see `wording.due_words`."""
    words = escape(due_words(until, count, unit))
    over = " is-over" if is_over(until, count) else ""
    if until is None:
        return mark_safe(f'<span class="due num{over}">{words}</span>')
    return mark_safe(
        f'<time class="due num{over}" datetime="{_in_utc(until)}" title="{exact_words(until, zone)}">{words}</time>'
    )


def moment(at: datetime | None, zone: tzinfo, style: str = "both") -> SafeString:
    """A moment in the zone; an absent one gives an empty text."""
    if at is None:
        return mark_safe("")
    told = f' data-moment="{style}"' if style in {"both", "relative"} else ""
    return mark_safe(
        f'<time class="moment num" datetime="{_in_utc(at)}" title="{exact_words(at, zone)}"{told}>'
        f"{escape(moment_words(at, zone, style))}</time>"
    )


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
