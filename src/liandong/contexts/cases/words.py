"""The words of a case as they may be shown and searched: without the numbers of persons and its reporters' names."""

from collections.abc import Sequence
from dataclasses import dataclass

from liandong.foundation.places import public as places
from liandong.kernel import text
from liandong.kernel.masking import Reporter, masked
from liandong.kernel.shown import one_line, seen

TITLE_SIGNS = 60
NO_WORDS = "（无文字说明）"
"""Title of a case without words and category."""
_TITLE_KEPT, _ADDRESS_KEPT = 120, 200


@dataclass(frozen=True, slots=True)
class Words:
    """`title` may be empty; `text` is what the report said; `public_address` ends at the street; `tokens` as a
    PostgreSQL vector.
    """

    title: str
    text: str
    public_address: str
    tokens: str


def words_of(*, title: str, address: str, words: str, reporters: Sequence[Reporter] = ()) -> Words:
    """Takes numbers of persons and the names of its reporters out of a report's words."""
    title, address, words = (masked(each, reporters) for each in (title, address, words))
    return Words(
        title=title[:_TITLE_KEPT] or headline(words),
        text=seen(words),
        public_address=places.to_the_street(address)[:_ADDRESS_KEPT] if address else "",
        tokens=text.vector(text.tokens(f"{title} {address} {words}")),
    )


def shown_to_anybody(words: str, reporters: Sequence[Reporter]) -> str:
    """Words as they become public: masked, and without signs that turn or hide what stands beside them."""
    return seen(masked(words, reporters))


def headline(report: str) -> str:
    """The first sentence of a report, at most 60 signs."""
    words = one_line(report)
    for end in "。！？!?；;":
        cut = words.find(end)
        if 8 <= cut < TITLE_SIGNS:
            return words[:cut]
    return words if len(words) <= TITLE_SIGNS else words[: TITLE_SIGNS - 1] + "…"
