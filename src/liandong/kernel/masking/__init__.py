"""Numbers of persons in a text: telephone, identity and card numbers, plates, mail and chat addresses, however they are
written; and the name and number of the one who reported. What is found here is neither shown in public nor searched.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from .addresses import PROVINCES, addresses, papers, plates
from .folding import DIGIT, GONE, PLAIN
from .numbers import numbers
from .reporter import Reporter, of_reporter
from .spans import Kind, Span

__all__ = ["HIDDEN", "Kind", "Reporter", "Span", "find", "masked"]

HIDDEN = "***"
_MOST_ROUNDS = 8
_COVER = HIDDEN[0]
"""Stands for each hidden sign while what was glued to it is looked for."""
_WORTH_A_LOOK = re.compile(
    rf"(?:{DIGIT}[^0-9\ue000-\ue009]{{0,3}}){{5}}|@|\(at\)|\[at\]|[a-z][\w-]{{4}}|[{PROVINCES}] ?[a-z]"
)


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
    """Finds the spans that have to be hidden, in order and without overlap."""
    plain = text.translate(PLAIN)
    known = [reporter for reporter in reporters if reporter.name or reporter.phone or reporter.email]
    places: Sequence[int] = range(len(plain) + 1)
    if GONE in plain:
        places = [*(place for place, sign in enumerate(plain) if sign != GONE), len(plain)]
        plain = plain.replace(GONE, "")
    found = list(_found(plain, known))
    rest = found
    for _ in range(_MOST_ROUNDS):
        if not rest:
            break
        for span in rest:
            plain = f"{plain[: span.start]}{_COVER * (span.end - span.start)}{plain[span.end :]}"
        rest = list(_found(plain, known))
        found += rest
    return _merged(Span(places[span.start], places[span.end], span.kind) for span in found)


def _found(plain: str, reporters: Sequence[Reporter]) -> Iterator[Span]:
    if _WORTH_A_LOOK.search(plain):
        yield from addresses(plain)
        yield from plates(plain)
        yield from papers(plain)
        yield from numbers(plain)
    for reporter in reporters:
        yield from of_reporter(plain, reporter)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            merged.append(span)
    return merged
