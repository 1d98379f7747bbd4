"""Numbers of persons in a text: telephone, identity and card numbers, plates, mail and chat addresses, however they are
written; and the name and number of the one who reported. What is found here is neither shown in public nor searched.
"""

import re
from collections.abc import Iterable, Sequence

from .addresses import addresses, plates
from .folding import DIGIT, GONE, PLAIN
from .numbers import numbers
from .reporter import Reporter, of_reporter
from .spans import Kind, Span

__all__ = ["HIDDEN", "Kind", "Reporter", "Span", "find", "masked"]

HIDDEN = "***"
_WORTH_A_LOOK = re.compile(rf"(?:{DIGIT}[^0-9\ue000-\ue009]{{0,3}}){{5}}|@|\(at\)|\[at\]|[a-z][\w-]{{4}}")


def masked(text: str, reporters: Sequence[Reporter] = ()) -> str:
    """The text with `***` in place of every number of a person, and of the name and addresses of its reporters."""
    if not text:
        return text
    parts, at = [], 0
    for span in find(text, reporters):
        parts += [text[at : span.start], HIDDEN]
        at = span.end
    return "".join([*parts, text[at:]]) if at else text


def find(text: str, reporters: Sequence[Reporter] = ()) -> list[Span]:
    """What has to be hidden, in order and without overlap."""
    plain = text.translate(PLAIN)
    known = [reporter for reporter in reporters if reporter.name or reporter.phone or reporter.email]
    if not known and not _WORTH_A_LOOK.search(plain):
        return []
    places: Sequence[int] = range(len(plain) + 1)
    if GONE in plain:
        places = [*(place for place, sign in enumerate(plain) if sign != GONE), len(plain)]
        plain = plain.replace(GONE, "")
    found = [*addresses(plain), *plates(plain), *numbers(plain)]
    for reporter in known:
        found += of_reporter(plain, reporter)
    return _merged(Span(places[span.start], places[span.end], span.kind) for span in found)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            merged.append(span)
    return merged
