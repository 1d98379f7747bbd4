"""A typed address → places: what it names exactly, else candidates with how near they come and why, best first. Only
what is exact is ever taken without a person's choice.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import geo, text

from .domain.address import (
    ABOVE_COUNTY,
    ADDED_TO_NUMBER,
    BEGINS_NUMBER,
    ENDS_IN_NUMBER,
    LEADS_IN,
    Address,
    Names,
    Part,
    Span,
    leaves_it,
    number_in,
    split,
)
from .queries import PlaceRow, search

_PARTS = {"county": Part.UPPER, "town": Part.TOWN, "village": Part.VILLAGE, "cell": Part.CELL}
_LOOKED_AT = 40
_SAME_PLACE_M = 200
"""Places of one name that are no further apart are one: a gate and its yard."""


class Precision(StrEnum):
    """How near a candidate comes to what was written."""

    EXACT = "exact"
    CROSSING = "crossing"
    ROAD = "road"
    SIMILAR = "similar"
    VILLAGE = "village"
    TOWN = "town"


class Reason(StrEnum):
    """Why a candidate is one; `Candidate.words` are the pieces of the text that speak for it."""

    NAMED = "named"
    SAME_NAME = "same_name"
    MEETING = "meeting"
    NUMBER = "number"
    ON_ROAD = "on_road"
    SHARED = "shared"
    DIVISION = "division"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something of the registers that an address may mean. Degrees WGS-84, for a division its middle; None where the
    register has no middle. `place_id` None for a division. `words`: what of the text speaks for it.
    """

    precision: Precision
    reason: Reason
    words: tuple[str, ...]
    name: str
    address: str
    lon: float | None
    lat: float | None
    division_id: int | None
    place_id: int | None = None


def _load_names() -> Names:
    registry = orgs.organisation()
    return Names((_PARTS[row.kind], row.name, row.id) for row in registry.by_code.values() if row.kind in _PARTS)


_names = Cached(_load_names, "divisions")


def parse(asked: str) -> Address:
    """The parts of an address text, by this county's registers."""
    return split(asked, _names.get())


def named_division(asked: str) -> int | None:
    """The one village, else the one town, that the text names whole; None where it names none, or several. Asks no
    database.
    """
    address = parse(asked)
    villages = _narrowed(address, Part.VILLAGE, _named(address, Part.TOWN))
    towns = _named(address, Part.TOWN)
    if len(villages) == 1:
        return villages.pop()
    if villages:
        towns = {upper for each in villages if (upper := orgs.organisation().place_ids(each)["town"]) is not None}
    return towns.pop() if len(towns) == 1 else None


def resolve(asked: str) -> PlaceRow | None:
    """The one place that an address text names: the text holds the place's whole name, or its address with the house
    number, and no longer one. None where it names places that lie apart.
    """
    found = _exact(asked, search(asked, limit=_LOOKED_AT))
    return found[0] if found and not _apart(found) else None


def candidates(asked: str, limit: int = 6) -> list[Candidate]:
    """Meanings of an address text, best first, each once."""
    if not asked.strip():
        return []
    address = parse(asked)
    near = search(asked, limit=_LOOKED_AT)
    exact = _exact(asked, near)
    rows: list[Candidate] = []
    apart = _apart(exact)
    for place in exact:
        precision, reason = (Precision.SIMILAR, Reason.SAME_NAME) if apart else (Precision.EXACT, Reason.NAMED)
        rows.append(_candidate(place, precision, reason, (place.name,)))
    rows += _on_roads(address)
    rest = set(text.query_tokens(_beside_divisions(address)))
    similar = [_candidate(row, Precision.SIMILAR, Reason.SHARED, _shared(asked, row)) for row in near[:limit]]
    rows += [row for row in similar if rest & set(row.words)]
    named, short = list(_divisions(address, whole=True)), list(_divisions(address, whole=False))
    return _once([*_once(rows)[: max(limit - len(named), 1)], *named, *similar, *short])[:limit]


def _beside_divisions(address: Address) -> str:
    """The text without the divisions that it names: what is left tells places of a village apart."""
    left, at = [], 0
    for span in address.spans:
        if span.divisions:
            left.append(address.text[at : span.start])
            at = span.end
    return " ".join([*left, address.text[at:]])


def _exact(asked: str, near: Sequence[PlaceRow]) -> list[PlaceRow]:
    """Places that the text names whole, those first of which it holds the longest name or address. Not what lies
    outside the village or town that the text names or on another road, and no road: that is a line. What is only a part
    of another's name is none.
    """
    folded = text.fold(asked)
    written, places = _without_blanks(folded)
    there = [(row, names) for row in near if (names := list(_names_in(written, row)))]
    if not there:
        return []
    address = parse(folded)
    roads = {_folded(each) for each in address.of(Part.ROAD)}
    held: list[tuple[int, int, PlaceRow]] = []
    for row, names in there:
        found = [each for name in names for each in _whole(name, written, places, address)]
        if not found or _folded(row.name) in roads or _contradicts(row, address):
            continue
        start, end = max(found, key=lambda each: each[1] - each[0])
        if not _is_elsewhere(row, address, start, end):
            held.append((start, end, row))
    outer = [each for each in held if not any(_is_within(each, other) for other in held)]
    return [row for *_, row in sorted(outer, key=lambda each: (each[0] - each[1], each[2].id))]


def _is_within(one: tuple[int, int, PlaceRow], other: tuple[int, int, PlaceRow]) -> bool:
    return other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0]


def _names_in(written: str, row: PlaceRow) -> Iterator[str]:
    """The words of a text that name the place alone: its name, or its address where that has a house number."""
    name, address = _folded(row.name), _folded(row.address)
    if len(name) > 1 and name in written:
        yield name
    if len(address) > 1 and address in written and parse(row.address).of(Part.NUMBER):
        yield address


def _without_blanks(folded: str) -> tuple[str, list[int]]:
    places = [place for place, sign in enumerate(folded) if not sign.isspace()]
    return "".join(folded[place] for place in places), places


def _whole(name: str, written: str, places: Sequence[int], address: Address) -> Iterator[tuple[int, int]]:
    """Where the text has the name, and neither a longer one nor a longer number around it."""
    at = written.find(name)
    while at >= 0:
        start, end = places[at], places[at + len(name) - 1] + 1
        if _begins_whole(name, start, address) and _ends_whole(name, end, address.text):
            yield start, end
        at = written.find(name, at + 1)


def _begins_whole(name: str, start: int, address: Address) -> bool:
    """Whether what stands before the name is no part of it: nothing, a mark, a division, its road and number."""
    before = address.text[:start].rstrip()
    if not before or LEADS_IN.search(before):
        return True
    if not _is_sign(before[-1]):
        return not (_is_figure(name[0]) and before[-1] in _JOINTS)
    parts = _DIVISIONS if _is_figure(name[0]) else _BEFORE_NAME
    return any(span.end == len(before) and span.part in parts and _is_known(span, before) for span in address.spans)


def _ends_whole(name: str, end: int, folded: str) -> bool:
    """Whether what stands behind the name leaves it as it is: nothing, a mark, a word of nearness, a part of the house.
    No mark parts a house number from what goes on counting.
    """
    behind = folded[end:].lstrip()
    at = len(folded) - len(behind)
    if not behind:
        return True
    if _is_sign(behind[0]):
        return not _is_figure(name[-1]) and leaves_it(folded, at)
    if behind[0] in _OPENING:
        return leaves_it(folded, at + 1)
    following = behind[1:].lstrip()
    if not following or not _is_sign(following[0]):
        return True
    if behind[0] in _JOINTS:
        return False
    goes_on = number_in(following[0]) is not None or following[0] in ADDED_TO_NUMBER
    return not (goes_on and ENDS_IN_NUMBER.search(name)) or leaves_it(folded, len(folded) - len(following))


_DIVISIONS = frozenset({Part.UPPER, Part.TOWN, Part.VILLAGE, Part.CELL})
_BEFORE_NAME = _DIVISIONS | {Part.ROAD, Part.NUMBER, Part.ZONE}
_JOINTS, _OPENING = frozenset("-~/#&+_.—·"), frozenset("([{【〔「『《")


def _is_sign(sign: str) -> bool:
    """Whether it is a letter, a number or a mark on one."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def _is_figure(sign: str) -> bool:
    """Whether it may be one sign of a longer number or code."""
    return sign.isnumeric() or number_in(sign) is not None or (sign.isascii() and sign.isalpha())


def _is_known(span: Span, before: str) -> bool:
    """Whether a division is one of the register, or lies above the county."""
    return span.part not in _DIVISIONS or bool(span.divisions) or before.endswith(ABOVE_COUNTY)


def _is_elsewhere(row: PlaceRow, address: Address, start: int, end: int) -> bool:
    """Whether the text, apart from the name, tells another road than the place's address, or a village or town that the
    register doesn't have.
    """
    around = [span for span in address.spans if span.end <= start or span.start >= end]
    if any(span.part in (Part.TOWN, Part.VILLAGE) and not span.divisions and span.end <= start for span in around):
        return True
    told = {_folded(address.text[span.start : span.end]) for span in around if span.part is Part.ROAD}
    own = {_folded(each) for each in parse(row.address).of(Part.ROAD)} if told else set()
    return bool(told and own) and not told & own


def _contradicts(row: PlaceRow, address: Address) -> bool:
    """Whether the text names a village or town, and the place lies in another."""
    named = _narrowed(address, Part.VILLAGE, _named(address, Part.TOWN)) or _named(address, Part.TOWN)
    path = orgs.organisation().path(row.division_id)
    return bool(named and path) and not named & set(path)


def _within(rows: list[PlaceRow], address: Address) -> list[PlaceRow]:
    """Those in the village or town that the text names; all, where none of them is."""
    return [row for row in rows if not _contradicts(row, address)] or rows


def _apart(rows: Sequence[PlaceRow]) -> bool:
    first = rows[0] if rows else None
    return any(_distance_m(first, row) > _SAME_PLACE_M for row in rows[1:]) if first else False


def _distance_m(a: PlaceRow, b: PlaceRow) -> float:
    return geo.distance_m(geo.LonLat(a.lon, a.lat), geo.LonLat(b.lon, b.lat))


def _folded(name: str) -> str:
    return text.fold(name).replace(" ", "")


def _named(address: Address, part: Part) -> set[int]:
    return {each for span in address.spans if span.part is part and span.whole for each in span.divisions}


def _narrowed(address: Address, part: Part, uppers: set[int]) -> set[int]:
    """Divisions of this name, of namesakes those in the upper ones that the text names too."""
    registry = orgs.organisation()
    found = _named(address, part)
    inside = {each for each in found if uppers & set(registry.path(each))}
    return inside or found


def _on_roads(address: Address) -> Iterator[Candidate]:
    """Known places on the roads that the text names: at a crossing those of one road nearest to the other, else the
    nearest house number.
    """
    written = {_folded(each): each for each in address.of(Part.ROAD)}
    known = {road: _within(_on(road, each), address) for road, each in written.items()}
    if address.of(Part.CROSSING) and len(known) > 1:
        first, second, *_ = known
        pairs = [(_distance_m(a, b), a.id, a) for a in known[first] for b in known[second]]
        if pairs:
            yield _candidate(min(pairs)[2], Precision.CROSSING, Reason.MEETING, (first, second))
    wanted = next((number for each in address.of(Part.NUMBER) if (number := number_in(each)) is not None), None)
    for road, rows in known.items():
        if wanted is None:
            yield from (_candidate(row, Precision.ROAD, Reason.ON_ROAD, (road,)) for row in rows[:2])
            continue
        numbered = [
            (abs(number - wanted), row.id, row) for row in rows if (number := _number_on(road, row)) is not None
        ]
        yield from (
            _candidate(row, Precision.ROAD, Reason.NUMBER, (road, str(_number_on(road, row))))
            for *_, row in sorted(numbered, key=lambda each: each[:2])[:2]
        )
        if not numbered:
            yield from (_candidate(row, Precision.ROAD, Reason.ON_ROAD, (road,)) for row in rows[:2])


def _on(road: str, written: str) -> list[PlaceRow]:
    return [
        row for row in search(written, limit=_LOOKED_AT) if road in _folded(row.address) or road in _folded(row.name)
    ]


def _number_on(road: str, row: PlaceRow) -> int | None:
    before, found, rest = _folded(row.address).partition(road)
    if found and (behind := BEGINS_NUMBER.match(rest)):
        return number_in(behind.group())
    ahead = _NUMBER_AHEAD.search(before) if found else None
    return int(ahead.group(1)) if ahead else None


_NUMBER_AHEAD = re.compile(r"([0-9]{1,9}),?$")


def _divisions(address: Address, *, whole: bool) -> Iterator[Candidate]:
    """Villages and towns that the text names, by their middles, the finer first; whole, or by a short form, which says
    less: a person decides.
    """
    registry = orgs.organisation()
    for part, precision in ((Part.VILLAGE, Precision.VILLAGE), (Part.TOWN, Precision.TOWN)):
        seen: set[int] = set()
        for span in address.spans:
            if span.part is not part or span.whole is not whole:
                continue
            for division_id in span.divisions:
                row = registry.divisions[division_id]
                if division_id in seen:
                    continue
                seen.add(division_id)
                words = (address.text[span.start : span.end],)
                yield Candidate(precision, Reason.DIVISION, words, row.name, "", row.lon, row.lat, row.id)


def _candidate(row: PlaceRow, precision: Precision, reason: Reason, words: tuple[str, ...]) -> Candidate:
    return Candidate(precision, reason, words, row.name, row.address, row.lon, row.lat, row.division_id, row.id)


def _shared(asked: str, row: PlaceRow) -> tuple[str, ...]:
    own = set(text.tokens(row.name + row.address))
    return tuple(word for word in text.query_tokens(asked) if word in own)


def _once(rows: Iterable[Candidate]) -> list[Candidate]:
    """Each place and division once, at its best."""
    found: dict[tuple[int | None, int | None], Candidate] = {}
    for row in rows:
        found.setdefault((row.place_id, None if row.place_id else row.division_id), row)
    return list(found.values())
