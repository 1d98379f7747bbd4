"""Candidates for the same matter on real messages without places: what the words alone find.

Nobody has marked which messages are one matter. Two stand-ins: a message sent again in the same words, which must be
found; and messages whose titles name the same place (an estate, a village, a school), which mostly are one matter where
candidates are offered for them: the share of candidates that name it too is a lower bound of those that are right.
"""

import csv
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from liandong.contexts.cases.domain.sameness import ALIKE, MUCH_ALIKE, WORDS_DAYS, Rarity, Signs, likeness
from liandong.kernel import text

MESSAGES = Path("messages_zh/messages_hot.csv")
_OFFERED, _TELLING = 5, 12
_COMMONEST = 1_000
_NAMED_OFTEN = 6
_PLACE = re.compile(rf"[{text.HAN}]{{2,4}}(?:小区|新城|花园|广场|家园|公寓|学校|中学|苑|湾|府|城|村)")
_BLANK = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Message:
    """`place`: the last four signs of the place that its title names, or ""."""

    signs: Signs
    plain: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """Of a kind of truth: messages with an earlier one of the same, those that were offered it, offers, right ones."""

    due: int
    met: int
    offered: int
    right: int


@dataclass(frozen=True, slots=True)
class Figures:
    messages: int
    again: Found
    named: Found
    named_much: Found


def messages(folder: Path) -> list[Message]:
    """The messages below a folder of real data, the oldest first."""
    with (folder / MESSAGES).open(encoding="utf-8-sig", newline="") as file:
        read = sorted(map(_message, csv.DictReader(file)), key=lambda each: each.signs.received_at)
    often = Counter(each.place for each in read)
    return [each if often[each.place] >= _NAMED_OFTEN else replace(each, place="") for each in read]


def _message(row: dict[str, str]) -> Message:
    title, body = row["留言主题"].strip(), row["留言详情"].strip()
    named = _PLACE.findall(title)
    signs = Signs(frozenset(text.tokens(f"{title} {body}")), "", None, _moment(row["留言时间"]))
    return Message(signs, _BLANK.sub("", body), named[-1][-4:] if named else "")


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
    offers = [_offers(read, place, rarity) for place in range(len(read))]
    plain, named = [each.plain for each in read], [each.place for each in read]
    return Figures(
        messages=len(read),
        again=_found(read, offers, plain, ALIKE),
        named=_found(read, offers, named, ALIKE),
        named_much=_found(read, offers, named, MUCH_ALIKE),
    )


def _earlier(read: Sequence[Message], place: int) -> range:
    """Places of the messages of the 90 days before."""
    since = read[place].signs.received_at - timedelta(days=WORDS_DAYS)
    return range(bisect_left(read, since, hi=place, key=lambda each: each.signs.received_at), place)


def _offers(read: Sequence[Message], place: int, rarity: Rarity) -> list[tuple[float, int]]:
    telling = set(rarity.rarest(read[place].signs.words, _TELLING))
    sharing = (other for other in _earlier(read, place) if not telling.isdisjoint(read[other].signs.words))
    alike = ((likeness(read[place].signs, read[other].signs, rarity), other) for other in sharing)
    return sorted(((like.words, other) for like, other in alike if like is not None), reverse=True)[:_OFFERED]


def _found(
    read: Sequence[Message], offers: Sequence[Sequence[tuple[float, int]]], truth: Sequence[str], least: float
) -> Found:
    """`truth`: what messages of one matter have in common; "" for those that nothing is known of."""
    due = met = offered = right = 0
    for place, own in enumerate(truth):
        if own:
            same = {other for other in _earlier(read, place) if truth[other] == own}
            shown = {other for words, other in offers[place] if words >= least}
            due, met = due + bool(same), met + bool(same & shown)
            offered, right = offered + len(shown), right + len(same & shown)
    return Found(due, met, offered, right)


def told(figures: Figures) -> Iterator[str]:
    """The figures as lines."""
    yield f"留言 · messages                                     {figures.messages:>8,}"
    rows = {
        "原文再次来信 · sent again in the same words": figures.again,
        "同名地点 · the same named place": figures.named,
        "同名地点，很可能 · the same, very likely": figures.named_much,
    }
    for name, found in rows.items():
        right = f"{found.right / found.offered:.1%}" if found.offered and found is not figures.again else "—"
        yield (
            f"{name:<44} 找到 found {found.met:>4} / {found.due:<4} ({found.met / max(found.due, 1):.1%})"
            f" · 候选 offered {found.offered:>5} · 其中同一 same {right}"
        )
