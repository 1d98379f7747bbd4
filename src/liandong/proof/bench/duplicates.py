"""Candidates for the same matter on real messages without places: what the words alone find.

Two stand-ins for the truth: a message sent again in the same words, which must be found; and messages whose titles name
the same place (an estate, a village, a school), which mostly are one matter where candidates are offered for them: the
share of candidates that name it too is a lower bound of those that are right. Where pairs that people judged lie beside
the messages, what is told as very likely is measured on them.
"""

import csv
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from liandong.contexts.cases.domain.sameness import WORDS_DAYS, Rarity, Signs, likeness
from liandong.kernel import text

MESSAGES = Path("messages_zh/messages_hot.csv")
JUDGED = Path("judged/same_matter.tsv")
"""Pairs of message numbers with `same` or `subject`, and `test` where they helped to choose no threshold: `one`,
`other`, `label`, `split`.
"""
_OFFERED, _TELLING = 5, 12
_COMMONEST = 1_000
_NAMED_OFTEN = 6
_PLACE = re.compile(rf"[{text.HAN}]{{2,4}}(?:小区|新城|花园|广场|家园|公寓|学校|中学|苑|湾|府|城|村)")
_BLANK = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Message:
    """`place`: the last four signs of the place that its title names, or ""."""

    number: str
    signs: Signs
    plain: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """Figures of a kind of truth: messages with an earlier one of the same, those that were offered it, offers, right
    ones.
    """

    due: int
    met: int
    offered: int
    right: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs that people judged: those that are one matter, those told as very likely, those of these that are right."""

    same: int
    likely: int
    right: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`judged` by split; empty where no pairs lie there."""

    messages: int
    again: Found
    named: Found
    named_likely: Found
    judged: Mapping[str, Judged]


@dataclass(frozen=True, slots=True)
class Offer:
    is_likely: bool
    score: float
    place: int


def messages(folder: Path) -> list[Message]:
    """The messages below a folder of real data, the oldest first."""
    with (folder / MESSAGES).open(encoding="utf-8-sig", newline="") as file:
        read = sorted(map(_message, csv.DictReader(file)), key=lambda each: each.signs.received_at)
    often = Counter(each.place for each in read)
    return [each if often[each.place] >= _NAMED_OFTEN else replace(each, place="") for each in read]


def _message(row: dict[str, str]) -> Message:
    title, body = row["留言主题"].strip(), row["留言详情"].strip()
    named = _PLACE.findall(title)
    signs = Signs(frozenset(text.tokens(f"{title} {body}")), "", None, _moment(row["留言时间"]), title)
    return Message(row["留言编号"], signs, _BLANK.sub("", body), named[-1][-4:] if named else "")


def _moment(told: str) -> datetime:
    for form in ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"):
        try:
            return datetime.strptime(told.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(told)


def measure(folder: Path) -> Figures:
    """Every message against those of the 90 days before it, as a desk would have met them."""
    read = messages(folder)
    counts = Counter(word for each in read for word in each.signs.words)
    rarity = Rarity.of({word: count / len(read) for word, count in counts.most_common(_COMMONEST)})
    offers = _offers(read, rarity)
    plain, named = [each.plain for each in read], [each.place for each in read]
    return Figures(
        messages=len(read),
        again=_found(read, offers, plain),
        named=_found(read, offers, named),
        named_likely=_found(read, [[each for each in row if each.is_likely] for row in offers], named),
        judged=dict(_judged(folder, {each.number: each.signs for each in read}, rarity)),
    )


def _earlier(read: Sequence[Message], place: int) -> range:
    """Places of the messages of the 90 days before."""
    since = read[place].signs.received_at - timedelta(days=WORDS_DAYS)
    return range(bisect_left(read, since, hi=place, key=lambda each: each.signs.received_at), place)


def _offers(read: Sequence[Message], rarity: Rarity) -> list[list[Offer]]:
    """For each message what a desk would have been shown, in its order."""
    having: dict[str, list[int]] = defaultdict(list)
    found: list[list[Offer]] = []
    for place, message in enumerate(read):
        since = _earlier(read, place).start
        telling = rarity.rarest(message.signs.words, _TELLING)
        sharing = {other for word in telling for other in having[word][bisect_left(having[word], since) :]}
        alike = ((likeness(message.signs, read[other].signs, rarity), other) for other in sharing)
        offers = [Offer(like.is_likely, like.score, other) for like, other in alike if like is not None]
        offers.sort(key=lambda each: (not each.is_likely, -each.score, each.place))
        found.append(offers[:_OFFERED])
        for word in message.signs.words:
            having[word].append(place)
    return found


def _found(read: Sequence[Message], offers: Sequence[Sequence[Offer]], truth: Sequence[str]) -> Found:
    """`truth`: what messages of one matter have in common; "" for those that nothing is known of."""
    due = met = offered = right = 0
    for place, own in enumerate(truth):
        if own:
            same = {other for other in _earlier(read, place) if truth[other] == own}
            shown = {each.place for each in offers[place]}
            due, met = due + bool(same), met + bool(same & shown)
            offered, right = offered + len(shown), right + len(same & shown)
    return Found(due, met, offered, right)


def _judged(folder: Path, signs: Mapping[str, Signs], rarity: Rarity) -> Iterator[tuple[str, Judged]]:
    if not (folder / JUDGED).is_file():
        return
    pairs: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    with (folder / JUDGED).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            like = likeness(signs[row["one"]], signs[row["other"]], rarity)
            pairs[row["split"]].append((row["label"] == "same", like is not None and like.is_likely))
    for split, rows in sorted(pairs.items()):
        likely = [is_same for is_same, is_likely in rows if is_likely]
        yield split, Judged(sum(is_same for is_same, _ in rows), len(likely), sum(likely))


def lines(figures: Figures) -> Iterator[str]:
    """The figures as lines."""
    yield f"留言 · messages                                     {figures.messages:>8,}"
    rows = {
        "原文再次来信 · sent again in the same words": figures.again,
        "同名地点 · the same named place": figures.named,
        "同名地点，很可能 · the same, very likely": figures.named_likely,
    }
    for name, found in rows.items():
        right = f"{found.right / found.offered:.1%}" if found.offered and found is not figures.again else "—"
        yield (
            f"{name:<44} 找到 found {found.met:>4} / {found.due:<4} ({found.met / max(found.due, 1):.1%})"
            f" · 候选 offered {found.offered:>5} · 其中同一 same {right}"
        )
    for split, judged in figures.judged.items():
        yield (
            f"人工判断 · judged by people ({split}){'':<10} 很可能 likely {judged.likely:>4}"
            f" · 其中同一 same {judged.right / max(judged.likely, 1):.1%}"
            f" · 同一事项的 of the same matters {judged.right} / {judged.same}"
        )
    if not figures.judged:
        yield f"没有人工判断的成对留言 · no pairs judged by people: {JUDGED}"
