"""A typed address → places: what it names exactly, else candidates with how near they come and why, best first. Only
what is exact is ever taken without a person's choice.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from liandong.foundation.orgs import public as orgs
from liandong.foundation.registers.public import Cached
from liandong.kernel import geo, text

from .domain.address import Address, Names, Part, split
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
    number; of several what is held longest. None where places of that name lie apart and the text doesn't say which.
    """
    found = _exact(asked, search(asked, limit=_LOOKED_AT), lambda: parse(asked))
    return found[0] if found and not _apart(found) else None


def candidates(asked: str, limit: int = 6) -> list[Candidate]:
    """What an address text may mean, best first, each once."""
    if not asked.strip():
        return []
    address = parse(asked)
    near = search(asked, limit=_LOOKED_AT)
    exact = _exact(asked, near, lambda: address)
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


def _exact(asked: str, near: Sequence[PlaceRow], address: Callable[[], Address]) -> list[PlaceRow]:
    """Places that the text names whole, of the name or address that it holds longest. Not what lies outside the village
    or town that the text names, and no road: that is a line.
    """
    folded = _folded(asked)
    held = [(signs, row) for row in near if (signs := _held(folded, row))]
    if not held:
        return []
    parsed = address()
    roads = {_folded(each) for each in parsed.of(Part.ROAD)}
    fitting = [(signs, row) for signs, row in held if _folded(row.name) not in roads and not _contradicts(row, parsed)]
    most = max((signs for signs, _ in fitting), default=0)
    return sorted((row for signs, row in fitting if signs == most), key=lambda row: row.id)


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


def _held(folded: str, row: PlaceRow) -> int:
    """Signs of the place's name or address that the text holds; an address without a number means many places."""
    own = [_folded(row.name)]
    if any(sign.isdigit() for sign in row.address):
        own.append(_folded(row.address))
    return max((len(name) for name in own if len(name) > 1 and _holds(folded, name)), default=0)


def _holds(folded: str, name: str) -> bool:
    """Whether the text holds the name, and not a longer number that only begins or ends as the name does."""
    at = folded.find(name)
    while at >= 0:
        before, after = folded[at - 1 : at], folded[at + len(name) : at + len(name) + 1]
        if not (name[0].isdigit() and before.isdigit()) and not (name[-1].isdigit() and after.isdigit()):
            return True
        at = folded.find(name, at + 1)
    return False


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
    roads = [_folded(each) for each in address.of(Part.ROAD)]
    known = {road: _within(_on(road), address) for road in dict.fromkeys(roads)}
    if address.of(Part.CROSSING) and len(known) > 1:
        first, second, *_ = known
        pairs = [(_distance_m(a, b), a.id, a) for a in known[first] for b in known[second]]
        if pairs:
            yield _candidate(min(pairs)[2], Precision.CROSSING, Reason.MEETING, (first, second))
    wanted = _first_number(address.of(Part.NUMBER))
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


def _on(road: str) -> list[PlaceRow]:
    return [row for row in search(road, limit=_LOOKED_AT) if road in _folded(row.address) or road in _folded(row.name)]


def _number_on(road: str, row: PlaceRow) -> int | None:
    _, found, rest = _folded(row.address).partition(road)
    return _first_number([rest]) if found and rest[:1].isdigit() else None


def _first_number(texts: Iterable[str]) -> int | None:
    for each in texts:
        digits = "".join(sign if sign.isascii() and sign.isdigit() else " " for sign in text.fold(each)).split()
        if digits:
            return int(digits[0][:9])
    return None


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
