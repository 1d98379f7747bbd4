"""A year of reports in the fictional county, with what became of each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from liandong.kernel import time
from liandong.sample import hours, weather, wording
from liandong.sample.lives import Fates, Life, Report
from liandong.sample.organisation import leaves
from liandong.sample.pace import ZONE
from liandong.sample.planted import PLANTED, occurrences, site
from liandong.sample.rows import CaseSeed, Channel, County, DivisionSeed, Outcome, Part
from liandong.sample.whereabouts import Found, Locator
from liandong.sample.wording import Answering, Kind, Whereabouts

_SPAN = timedelta(days=365)
_REPEATED = 0.055
_ENGLISH = 0.03
_PLANTED_SPREAD_M = 25
_GROWTH = 0.15
_FULL = 15_000
"""From this many cases on, every planted occurrence is reported; a shorter history has its share of them."""

_PUBLIC_CHANNELS = (Channel.WEB, Channel.GRID, Channel.HOTLINE, Channel.PHONE, Channel.OPEN311)
_PUBLIC_SHARES = (34, 58, 80, 93, 100)
_QUIET_CHANNELS, _QUIET_SHARES = (Channel.HOTLINE, Channel.WEB, Channel.PHONE), (40, 78, 100)
"""Shares are cumulated, in hundredths."""
_DEVICE_SHARE = 0.6
_LEAVES_CONTACT = {Channel.WEB: 0.7, Channel.PHONE: 0.85, Channel.HOTLINE: 0.95, Channel.OPEN311: 0.35}
_REPEATABLE = frozenset({"street", "road", "home", "estate", "park", "trade", "works", "water", "bridge"})


@dataclass(slots=True)
class _Draft:
    """A report before it has a number."""

    received_at: datetime
    leaf: Mapping[str, Any]
    kind: Kind
    found: Found
    cell: DivisionSeed | None = None
    planted: str = ""
    original: "_Draft | None" = None
    number: int = 0


def history(
    county: County, taxonomy: Mapping[str, Any], until: datetime, count: int = 25_000, seed: int = 1
) -> Iterator[CaseSeed]:
    """Exactly `count` reports received in the 365 days before `until` (aware), oldest first, lives up to `until`.

    About one in twenty is still open, one in eighteen repeats an earlier one, three in a hundred are in English.
    Hazards of `planted.PLANTED` recur within. Same arguments, same rows. Raises ValueError for a naive `until`.
    """
    if until.tzinfo is None:
        raise ValueError("until must be aware")
    until = until.astimezone(UTC).replace(microsecond=0)
    drafts = _Drafting(county, taxonomy, until, seed).drafts(count)
    telling = _Telling(county, until, seed)
    return (telling.case(draft) for draft in drafts)


class _Drafting:
    """Decides what is reported when and where."""

    def __init__(self, county: County, taxonomy: Mapping[str, Any], until: datetime, seed: int) -> None:
        self.rng = Random(f"liandong:{seed}:history")
        self.county = county
        self.until = until
        self.leaves = {leaf["code"]: leaf for leaf in leaves(taxonomy)}
        self.locator = Locator(self.rng, county)
        last = time.day_of(until, ZONE)
        self.days = weather.days(seed, last - _SPAN, last)

    def drafts(self, count: int) -> list[_Draft]:
        """All drafts, placed, numbered from 1 by time."""
        planted = self._planted(count)
        repeats = round(count * _REPEATED)
        drafts = [*planted, *self._usual(count - len(planted) - repeats)]
        drafts += self._repeats(drafts, repeats)
        self._place(drafts)
        drafts.sort(key=lambda draft: draft.received_at)
        for number, draft in enumerate(drafts, 1):
            draft.number = number
        return drafts

    def _planted(self, count: int) -> list[_Draft]:
        drafts = []
        for planted in PLANTED:
            leaf = self.leaves.get(planted.category)
            place = site(self.county, planted)
            for at in occurrences(self.rng, planted, self.days):
                if leaf is None or not self._is_within(at) or self.rng.random() > count / _FULL:
                    continue
                point = self.locator.near(place, _PLANTED_SPREAD_M)
                words = Whereabouts(place.name, f"at {place.name_en}", place.name_en)
                found = Found(place, point, words)
                drafts.append(_Draft(at.astimezone(UTC), leaf, wording.kind_of(leaf), found, planted=planted.key))
        return drafts[:count]

    def _is_within(self, at: datetime) -> bool:
        return self.until - _SPAN <= at <= self.until

    def _usual(self, count: int) -> Iterator[_Draft]:
        """The rest: so many of each category as its weight says, spread over the days of its season."""
        known = list(self.leaves.values())
        weights = [wording.kind_of(leaf).weight for leaf in known]
        drawn = Counter(self.rng.choices(range(len(known)), weights, k=max(count, 0)))
        for index in sorted(drawn):
            leaf = known[index]
            kind = wording.kind_of(leaf)
            for at in self._moments(kind, drawn[index]):
                yield _Draft(at, leaf, kind, self.locator.find(kind.where))

    def _moments(self, kind: Kind, count: int) -> Iterator[datetime]:
        cumulated = list(accumulate(self._day_weight(kind, number) for number in range(len(self.days))))
        for day in self.rng.choices(self.days, cum_weights=cumulated, k=count):
            at = self._time_on(day, kind)
            while not self._is_within(at):
                at = self._time_on(self.rng.choices(self.days, cum_weights=cumulated)[0], kind)
            yield at

    def _day_weight(self, kind: Kind, number: int) -> float:
        """Season, weekday and slow growth over the year."""
        day = self.days[number]
        growth = 1 + _GROWTH * number / len(self.days)
        return growth * weather.factor(kind.season, day) * hours.weekday_factor(kind.hours, day.on.weekday())

    def _time_on(self, day: weather.Day, kind: Kind) -> datetime:
        hour = hours.hour(self.rng, kind.hours)
        seconds = int(3600 * self.rng.random())
        at = datetime(day.on.year, day.on.month, day.on.day, hour, seconds // 60, seconds % 60, tzinfo=ZONE)
        return at.astimezone(UTC)

    def _repeats(self, drafts: Sequence[_Draft], count: int) -> Iterator[_Draft]:
        """Second and third reports of the same matter, hours or days later, a few steps away."""
        public = [draft for draft in drafts if draft.kind.where in _REPEATABLE and draft.kind.zh]
        if not public:
            yield from self._usual(count)
            return
        made = 0
        while made < count:
            original = self.rng.choice(public)
            at = original.received_at + timedelta(seconds=int(self.rng.expovariate(1 / 70_000)) + 120)
            if at > self.until:
                continue
            lon, lat = original.found.point
            point = round(lon + self.rng.gauss(0, 1.5e-4), 6), round(lat + self.rng.gauss(0, 1.5e-4), 6)
            found = Found(original.found.anchor, point, original.found.words)
            yield _Draft(at, original.leaf, original.kind, found, planted=original.planted, original=original)
            made += 1

    def _place(self, drafts: Sequence[_Draft]) -> None:
        """The grid cell of every draft; a point that fell outside the county goes back to its named place."""
        cells = self.locator.cells_of([draft.found.point for draft in drafts])
        for draft, cell in zip(drafts, cells, strict=True):
            if cell is None:
                anchor = draft.found.anchor
                draft.found = Found(anchor, (anchor.lon, anchor.lat), draft.found.words)
                draft.cell = self.locator.by_code[anchor.cell]
            else:
                draft.cell = cell


class _Telling:
    """Puts drafts into words and lets them live."""

    def __init__(self, county: County, until: datetime, seed: int) -> None:
        self.rng = Random(f"liandong:{seed}:telling")
        self.locator = Locator(Random(f"liandong:{seed}:words"), county)
        self.fates = Fates(self.rng, until)
        self.offices = {office.code: office for office in county.offices}
        self.leads: dict[tuple[str, str], str] = {}
        self.assists: dict[tuple[str, str], list[str]] = {}
        for duty in county.duties:
            key = duty.category, duty.division
            if duty.part is Part.LEAD:
                self.leads[key] = duty.office
            else:
                self.assists.setdefault(key, []).append(duty.office)

    def case(self, draft: _Draft) -> CaseSeed:
        """The finished row."""
        assert draft.cell is not None  # noqa: S101
        code, town = draft.leaf["code"], draft.cell.code[:9] + "000"
        lead = self.leads.get((code, town)) or self.leads[code, ""]
        channel = self._channel(draft)
        language = self._language(draft, channel)
        words = self._words(draft)
        contact = self._contact(draft, channel)
        about = Answering(draft.leaf, words, self.offices[lead].zh, language)
        is_reachable = bool(contact) or channel is Channel.WEB
        report = Report(draft.leaf, draft.received_at, channel, is_reachable, bool(draft.planted), about)
        life = self.fates.merged(report) if draft.original else self.fates.life(report)
        return self._row(draft, channel, language, words, contact, lead, life)

    def _row(
        self,
        draft: _Draft,
        channel: Channel,
        language: str,
        words: Whereabouts,
        contact: str,
        lead: str,
        life: Life,
    ) -> CaseSeed:
        assert draft.cell is not None  # noqa: S101
        code, town = draft.leaf["code"], draft.cell.code[:9] + "000"
        unclear = life.outcome is Outcome.UNCLEAR
        assists = (*self.assists.get((code, ""), ()), *self.assists.get((code, town), ()))
        lon, lat = draft.found.point
        return CaseSeed(
            number=draft.number,
            received_at=draft.received_at,
            category=code,
            channel=channel,
            language=language,
            description=self._description(draft, channel, language, words),
            address=self.locator.address(draft.cell, words, language),
            lon=lon,
            lat=lat,
            cell=draft.cell.code,
            contact=contact,
            outcome=life.outcome,
            lead_office="" if unclear else lead,
            assist_offices=() if unclear else assists,
            due_at=_whole(life.due_at),
            light=life.light,
            accepted_at=_whole(life.accepted_at) if life.accepted_at else None,
            answered_at=_whole(life.answered_at) if life.answered_at else None,
            closed_at=_whole(life.closed_at) if life.closed_at else None,
            answer=life.answer,
            verdict=life.verdict,
            reworks=tuple(life.reworks),
            pauses=tuple(life.pauses),
            duplicate_of=draft.original.number if draft.original else None,
            planted=draft.planted,
        )

    def _channel(self, draft: _Draft) -> Channel:
        flags = draft.leaf["flags"]
        if not draft.kind.zh or (draft.kind.device and not draft.original and self.rng.random() < _DEVICE_SHARE):
            return Channel.DEVICE
        if "open311" in flags:
            return self.rng.choices(_PUBLIC_CHANNELS, cum_weights=_PUBLIC_SHARES)[0]
        if "private" in flags or draft.kind.hours == "office":
            return self.rng.choices(_QUIET_CHANNELS, cum_weights=_QUIET_SHARES)[0]
        return self.rng.choices(_PUBLIC_CHANNELS[:-1], cum_weights=_PUBLIC_SHARES[:-1])[0]

    def _language(self, draft: _Draft, channel: Channel) -> str:
        """English by web, telephone and Open311 only, which makes three in a hundred of all."""
        share = {Channel.WEB: 2.2, Channel.PHONE: 1.0, Channel.OPEN311: 4.0}.get(channel, 0) * _ENGLISH
        return "en" if draft.kind.en and self.rng.random() < share else "zh-hans"

    def _words(self, draft: _Draft) -> Whereabouts:
        """How the report calls the place; one that repeats another may use other words."""
        if draft.original and not draft.planted and self.rng.random() < 0.5:
            return self.locator.words(draft.found.anchor, draft.kind.where)
        return draft.found.words

    def _description(self, draft: _Draft, channel: Channel, language: str, words: Whereabouts) -> str:
        if language == "en":
            return wording.report_en(self.rng, draft.leaf, words, draft.received_at)
        return wording.report_zh(self.rng, draft.leaf, words, draft.received_at, channel)

    def _contact(self, draft: _Draft, channel: Channel) -> str:
        """A telephone number that cannot exist: no number begins with 100 and has 11 digits."""
        if self.rng.random() > _LEAVES_CONTACT.get(channel, 0):
            return ""
        return f"100-{self.rng.randint(0, 9999):04}-{draft.number % 10_000:04}"


def _whole(moment: datetime) -> datetime:
    """Rounds up to the second, so that moments keep their order."""
    return moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)
