"""The generator's output: frozen rows that know nothing of any table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from liandong.kernel.roles import Role

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = tuple[Point, ...]


class Level(StrEnum):
    """The four levels of a division."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class DivisionSeed:
    """One division with its area.

    `code` has 12 digits (15 for a grid cell); the first six are no GB/T 2260 code. `rings` are closed, in WGS-84
    longitude and latitude of 6 decimals: the outer one anticlockwise, then holes clockwise. Neighbours share their
    border vertex by vertex. `centre` lies inside. `urban_rural` is the 3-digit class (111-220), empty for the
    county and the towns. `population` is an invented count.
    """

    code: str
    parent: str
    level: Level
    zh: str
    en: str
    rings: tuple[Ring, ...]
    centre: Point
    population: int
    urban_rural: str = ""

    @property
    def geojson(self) -> dict[str, object]:
        """A GeoJSON Polygon (RFC 7946)."""
        return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in self.rings]}


@dataclass(frozen=True, slots=True)
class OfficeSeed:
    """One office. `role` is a department code of the taxonomy; `division` is the county or the town it serves."""

    code: str
    zh: str
    en: str
    role: str
    division: str


class Part(StrEnum):
    """The part of an office in a duty."""

    LEAD = "lead"
    ASSIST = "assist"


@dataclass(frozen=True, slots=True)
class DutySeed:
    """One row of the duty list 权责清单. `division` narrows it to one town; empty means the whole county."""

    category: str
    office: str
    part: Part
    division: str
    basis: str


@dataclass(frozen=True, slots=True)
class StaffSeed:
    """One post, named by its work, never by a person. `cells` is filled for grid workers only."""

    username: str
    zh: str
    en: str
    role: Role
    office: str
    division: str
    cells: tuple[str, ...] = ()


class PlaceKind(StrEnum):
    """Kinds of named places in the register."""

    ROAD = "road"
    VILLAGE = "village"
    ESTATE = "estate"
    SCHOOL = "school"
    PARK = "park"
    MARKET = "market"
    BRIDGE = "bridge"
    SCENIC = "scenic"
    BUS_STOP = "bus_stop"
    CLINIC = "clinic"
    WORKS = "works"
    HALL = "hall"


@dataclass(frozen=True, slots=True)
class PlaceSeed:
    """One invented named place; the point lies in the grid cell `cell`."""

    name: str
    name_en: str
    kind: PlaceKind
    lon: float
    lat: float
    cell: str


@dataclass(frozen=True, slots=True)
class GroundSeed:
    """One invented road or water. `kind`: road or water; `rank`: 1 the widest to 3; `geometry`: GeoJSON, WGS-84."""

    kind: str
    rank: int
    name: str
    name_en: str
    geometry: dict[str, object]


@dataclass(frozen=True, slots=True)
class County:
    """Everything that stands still. `divisions` come parents first, each level ordered by code."""

    divisions: tuple[DivisionSeed, ...]
    offices: tuple[OfficeSeed, ...]
    duties: tuple[DutySeed, ...]
    staff: tuple[StaffSeed, ...]
    places: tuple[PlaceSeed, ...]
    ground: tuple[GroundSeed, ...] = ()

    def of_level(self, level: Level) -> tuple[DivisionSeed, ...]:
        """The divisions of one level, ordered by code."""
        return tuple(division for division in self.divisions if division.level is level)


class Channel(StrEnum):
    """How a report came in."""

    WEB = "web"
    PHONE = "phone"
    GRID = "grid"
    OPEN311 = "open311"
    HOTLINE = "hotline"
    DEVICE = "device"


class Outcome(StrEnum):
    """Where a case stands at the end of the history.

    Open: `received` (not accepted yet), `unclear` (accepted, waits for the coordination desk to name an office),
    `handling`, `paused` (clock stopped), `answered` (waits for the reporter's verdict), `rework` (sent back).
    Ended: `closed`, `merged` (joined to an earlier case), `referred` (handed over, only the record is kept),
    `withdrawn` (by the reporter).
    """

    RECEIVED = "received"
    UNCLEAR = "unclear"
    HANDLING = "handling"
    PAUSED = "paused"
    ANSWERED = "answered"
    REWORK = "rework"
    CLOSED = "closed"
    MERGED = "merged"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self not in {Outcome.CLOSED, Outcome.MERGED, Outcome.REFERRED, Outcome.WITHDRAWN}


class Light(StrEnum):
    """The generator's own estimate; the product reckons the real one from its calendar."""

    NONE = "none"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which the clock stood; `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rework:
    """A case sent back after a poor verdict; `answered_at` is None while it is worked on again."""

    sent_back_at: datetime
    reason: str
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reporter's verdict: solved or not, and satisfaction from 1 to 5."""

    at: datetime
    solved: bool
    satisfied: int


@dataclass(frozen=True, slots=True)
class CaseSeed:
    """One report with the life of its case. Moments are aware and in UTC, in the order of the fields.

    `number` counts from 1 by `received_at`. `contact` is empty or a telephone number of a range that does not exist.
    `lead_office` is empty while the case is `unclear` or `received`. `duplicate_of` and `planted` are empty for
    most: the number of the earlier case that this report joins, the key in `planted.PLANTED`. `light` holds for
    open cases; `due_at` knows weekends but no public holidays. `verdict` is the last one given.
    """

    number: int
    received_at: datetime
    category: str
    channel: Channel
    language: str
    description: str
    address: str
    lon: float
    lat: float
    cell: str
    contact: str
    outcome: Outcome
    lead_office: str
    assist_offices: tuple[str, ...]
    due_at: datetime
    light: Light
    accepted_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    answer: str
    verdict: Verdict | None
    reworks: tuple[Rework, ...]
    pauses: tuple[Pause, ...]
    duplicate_of: int | None
    planted: str
