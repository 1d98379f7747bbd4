import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean

import pytest
import shapely

from liandong.sample import planted, seeding, weather, wording
from liandong.sample.history import history
from liandong.sample.organisation import leaves
from liandong.sample.pace import ZONE
from liandong.sample.planted import PLANTED, Rhythm
from liandong.sample.rows import Channel, Level, Light, Outcome, Part
from liandong.sample.terrain import plane


def _local(case):
    return case.received_at.astimezone(ZONE)


def _per_day(cases, days):
    """Reports on an average day of those days."""
    return sum(_local(case).date() in days for case in cases) / max(len(days), 1)


def _of(cases, *codes):
    return [case for case in cases if case.category.startswith(codes) and not case.planted]


@pytest.fixture(scope="module")
def days(until):
    last = until.astimezone(ZONE).date()
    return weather.days(1, last - timedelta(days=365), last)


def test_there_are_as_many_as_asked_for_in_order_and_within_the_year(cases, until):
    assert len(cases) == 25_000
    assert [case.number for case in cases] == list(range(1, 25_001))
    assert all(a.received_at <= b.received_at for a, b in pairwise(cases))
    assert timedelta(days=360) < cases[-1].received_at - cases[0].received_at <= timedelta(days=365)
    assert cases[-1].received_at <= until


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_short_histories_have_the_count_asked_for(county, taxonomy, count, until):
    assert len(list(history(county, taxonomy, until, count))) == count


def test_the_same_arguments_give_the_same_history_and_another_seed_another(county, taxonomy, until):
    once = list(history(county, taxonomy, until, 400, seed=5))
    assert once == list(history(county, taxonomy, until, 400, seed=5))
    assert once != list(history(county, taxonomy, until, 400, seed=6))


DIGEST = """
import hashlib
from datetime import UTC, datetime
from liandong.sample.county import build_county, product_taxonomy
from liandong.sample.history import history
county = build_county(1)
rows = list(history(county, product_taxonomy(), datetime(2026, 11, 20, tzinfo=UTC), 300))
print(hashlib.sha256(repr((county, rows)).encode()).hexdigest())
"""


def test_the_order_of_sets_and_hashes_plays_no_part():
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": "src"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_naive_end_is_refused(county, taxonomy):
    with pytest.raises(ValueError, match="aware"):
        history(county, taxonomy, datetime(2026, 1, 1))  # noqa: DTZ001


def test_every_leaf_occurs_and_is_told_in_at_least_four_ways(cases, taxonomy):
    told = {case.category for case in cases}
    for leaf in leaves(taxonomy):
        kind = wording.kinds()[leaf["code"]]
        assert leaf["code"] in told
        assert len({*kind.zh, *kind.device}) >= 4, leaf["code"]


def test_a_category_added_by_the_county_is_told_by_its_name(county, taxonomy, until):
    added = {**leaves(taxonomy)[0], "code": "019001", "zh": "共享单车乱放", "en": "Shared bikes left about"}
    only = {**taxonomy, "categories": [added]}
    duties = (*county.duties, *[_with_category(duty, "019001") for duty in county.duties[:1]])
    rows = list(history(_with_duties(county, duties), only, until, 30))
    assert len(rows) == 30
    assert all("共享单车乱放" in row.description or row.language == "en" for row in rows)


def _with_category(duty, code):
    return type(duty)(code, duty.office, duty.part, duty.division, duty.basis)


def _with_duties(county, duties):
    return type(county)(county.divisions, county.offices, duties, county.staff, county.places)


def test_points_lie_in_the_cell_that_is_named(cases, county):
    polygons = {cell.code: shapely.Polygon(cell.rings[0]) for cell in county.of_level(Level.CELL)}
    assert all(polygons[case.cell].intersects(shapely.Point(case.lon, case.lat)) for case in cases)


def test_most_is_reported_where_people_are_close_together(cases, county):
    seat = {town.code[:9] for town in county.of_level(Level.TOWN)[:3]}
    share = sum(case.cell[:9] in seat for case in cases) / len(cases)
    assert 0.35 < share < 0.7
    assert len({case.cell[:12] for case in cases}) == 150


def test_addresses_say_town_and_village(cases, county):
    names = {division.code: division for division in county.divisions}
    for case in cases[:3000]:
        town, village = names[case.cell[:9] + "000"], names[case.cell[:12]]
        if case.language == "en":
            assert case.address.endswith(town.en)
        else:
            assert case.address.startswith(town.zh + village.zh)


def test_mornings_are_busy_and_nights_are_quiet(cases):
    by_hour = Counter(_local(case).hour for case in cases)
    assert by_hour[9] > 4 * by_hour[3]


def test_the_weekend_is_quieter_and_enquiries_nearly_stop(cases):
    by_weekday = Counter(_local(case).weekday() for case in cases)
    assert by_weekday[6] < 0.85 * mean(by_weekday[day] for day in range(5))
    enquiries = Counter(_local(case).weekday() for case in _of(cases, "120101"))
    assert enquiries[6] < 0.45 * enquiries[0]


def test_noise_is_a_matter_of_summer_nights(cases):
    noise = _of(cases, "050302")
    months = Counter(_local(case).month for case in noise)
    assert months[7] + months[8] > 2.5 * (months[1] + months[2])
    hours = Counter(_local(case).hour for case in noise)
    assert sum(hours[hour] for hour in (20, 21, 22, 23)) > 2 * sum(hours[hour] for hour in (8, 9, 10, 11))


def test_heating_is_a_matter_of_winter(cases):
    months = Counter(_local(case).month for case in _of(cases, "030302"))
    assert months[1] + months[12] + months[2] > 20 * (months[6] + months[7] + months[8] + 1) / 4


def test_streets_flood_on_wet_days(cases, days):
    floods = _of(cases, "020104")
    wet = {day.on for day in days if day.rain_mm >= 20}
    dry = {day.on for day in days if day.rain_mm == 0 and day.before_mm == 0}
    assert _per_day(floods, wet) > 8 * _per_day(floods, dry)


def test_bins_overflow_around_the_spring_festival(cases, days):
    bins = _of(cases, "010102")
    around = {day.on for day in days if -9 <= day.feast <= 8}
    others = {day.on for day in days} - around
    assert _per_day(bins, around) > 1.8 * _per_day(bins, others)


def test_wages_are_claimed_before_the_new_year(cases):
    months = Counter(_local(case).month for case in _of(cases, "0801"))
    assert months[1] + months[12] > 1.5 * (months[6] + months[7])


@pytest.mark.parametrize("hazard", PLANTED, ids=lambda hazard: hazard.key)
def test_planted_hazards_recur_at_one_place_in_their_rhythm(cases, county, days, hazard):
    found = [case for case in cases if case.planted == hazard.key]
    assert {case.category for case in found} == {hazard.category}
    place = planted.site(county, hazard)
    here = plane(place.lon, place.lat)
    assert all(_km(here, plane(case.lon, case.lat)) < 0.2 for case in found)
    firsts = {_local(case).date() for case in found if case.duplicate_of is None}
    weather_on = {day.on: day for day in days}
    if hazard.rhythm is Rhythm.WEEKLY:
        assert {day.weekday() for day in firsts} == {hazard.beat}
        assert len(firsts) >= 51
    elif hazard.rhythm is Rhythm.MONTHLY:
        assert {day.day for day in firsts} == {hazard.beat}
        assert len(firsts) == 12
    else:
        assert all(weather_on[day].rain_mm >= hazard.beat for day in firsts)
        assert len(firsts) >= 6


def _km(a, b):
    return ((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5


def test_about_one_in_twenty_is_open_in_every_open_state_with_every_light(cases):
    still_open = [case for case in cases if case.outcome.is_open]
    assert 0.03 < len(still_open) / len(cases) < 0.07
    assert {case.outcome for case in still_open} == {outcome for outcome in Outcome if outcome.is_open}
    lights = Counter(case.light for case in still_open)
    assert lights[Light.GREEN] > lights[Light.RED] > 50
    assert lights[Light.YELLOW] >= 10
    assert all(case.light is Light.NONE for case in cases if not case.outcome.is_open)


def test_moments_are_in_order_and_none_lies_beyond_the_end(cases, until):
    for case in cases:
        moments = [case.received_at, case.accepted_at, case.answered_at, case.closed_at]
        known = [moment for moment in moments if moment is not None]
        assert all(a < b for a, b in pairwise(known)), case.number
        assert all(moment.tzinfo is not None for moment in known)
        assert known[-1] <= until + timedelta(seconds=1)
        assert (case.closed_at is None) == case.outcome.is_open


def test_states_hold_what_they_say(cases, until):
    for case in cases:
        if case.outcome in {Outcome.RECEIVED, Outcome.UNCLEAR}:
            assert case.accepted_at is None
        if case.outcome is Outcome.UNCLEAR:
            assert case.lead_office == ""
        else:
            assert case.lead_office != ""
        if case.outcome in {Outcome.HANDLING, Outcome.PAUSED}:
            assert case.accepted_at is not None
            assert case.answered_at is None
            assert case.answer == ""
        if case.outcome is Outcome.PAUSED:
            assert case.pauses[-1].until is None
        else:
            assert all(pause.until is not None for pause in case.pauses)
        if case.outcome in {Outcome.CLOSED, Outcome.ANSWERED}:
            assert case.answered_at is not None
            assert case.answer
        if case.outcome is Outcome.REWORK:
            assert case.reworks[-1].answered_at is None
            assert case.verdict is not None
            assert not case.verdict.solved


def test_pauses_reworks_and_verdicts_lie_within_the_life(cases, until):
    for case in cases:
        for pause in case.pauses:
            assert case.received_at < pause.since <= until
            assert pause.until is None or pause.since < pause.until <= (case.answered_at or until)
        for rework in case.reworks:
            assert case.answered_at < rework.sent_back_at <= until
            assert rework.answered_at is None or rework.sent_back_at < rework.answered_at <= until
        if case.verdict:
            assert case.answered_at < case.verdict.at <= until
            assert case.verdict.satisfied in range(1, 6)


def test_most_are_answered_in_time_and_offices_differ(cases):
    late: dict[str, list[bool]] = {}
    for case in cases:
        if case.answered_at and not case.reworks:
            late.setdefault(case.lead_office, []).append(case.answered_at > case.due_at)
    assert 0.02 < mean(value for values in late.values() for value in values) < 0.12
    shares = [mean(values) for values in late.values() if len(values) > 300]
    assert max(shares) > 2 * min(shares)


def test_those_who_say_solved_are_content_and_the_others_not(cases):
    verdicts = [case.verdict for case in cases if case.verdict]
    solved = [verdict.satisfied for verdict in verdicts if verdict.solved]
    unsolved = [verdict.satisfied for verdict in verdicts if not verdict.solved]
    assert len(unsolved) > 100
    assert mean(solved) > 4
    assert mean(unsolved) < 3


def test_the_lead_office_is_that_of_the_duty_list(cases, county):
    leads = {(duty.category, duty.division): duty.office for duty in county.duties if duty.part is Part.LEAD}
    for case in cases:
        if case.lead_office:
            expected = leads.get((case.category, case.cell[:9] + "000")) or leads[case.category, ""]
            assert case.lead_office == expected
            assert case.lead_office not in case.assist_offices


def test_repeats_join_an_earlier_near_report_of_the_same_kind(cases):
    repeats = [case for case in cases if case.duplicate_of]
    assert 0.04 < len(repeats) / len(cases) < 0.07
    for case in repeats:
        original = cases[case.duplicate_of - 1]
        assert original.received_at < case.received_at
        assert original.category == case.category
        assert _km(plane(original.lon, original.lat), plane(case.lon, case.lat)) < 0.6


def test_private_kinds_come_by_no_public_channel_and_say_no_exact_place(cases, county, taxonomy):
    private = {leaf["code"] for leaf in leaves(taxonomy) if "private" in leaf["flags"]}
    villages = {place.cell[:12]: (place.lon, place.lat) for place in county.places if place.kind == "village"}
    for case in cases:
        if case.category in private - {"120301"}:
            assert (case.lon, case.lat) == villages[case.cell[:12]]
        if case.category in private:
            assert case.channel in {Channel.WEB, Channel.PHONE, Channel.HOTLINE}


def test_open311_carries_published_kinds_only_and_devices_machine_kinds_only(cases, taxonomy):
    flags = {leaf["code"]: leaf["flags"] for leaf in leaves(taxonomy)}
    assert {case.channel for case in cases} == set(Channel)
    for case in cases:
        if case.channel is Channel.OPEN311:
            assert "open311" in flags[case.category]
        if case.channel is Channel.DEVICE:
            assert "machine" in flags[case.category]
            assert not case.contact


def test_referred_kinds_end_with_the_hand_over(cases):
    assert {case.outcome for case in cases if case.category == "110101"} <= {
        Outcome.REFERRED,
        Outcome.RECEIVED,
        Outcome.MERGED,
    }


def test_three_in_a_hundred_are_in_english(cases):
    english = [case for case in cases if case.language == "en"]
    assert 0.02 < len(english) / len(cases) < 0.04
    for case in english:
        assert not re.search(r"[\u4e00-\u9fff{}]", case.description + case.address)
    assert not re.search(r"[\u4e00-\u9fff]", "".join(case.answer for case in english))


def test_nobody_reports_snow_in_summer_or_bathing_in_winter(cases):
    for case in cases:
        month = _local(case).month
        if month in {5, 6, 7, 8, 9}:
            assert not re.search("雪(?!坞|埠|冲|湖)|结冰|暖气", case.description.replace("霁雪", ""))
        if month in {12, 1, 2}:
            assert not re.search("游泳|台风", case.description)


def test_few_reports_read_alike_and_no_slot_is_left_open(cases):
    assert len({case.description for case in cases}) > 0.95 * len(cases)
    assert not [case.description for case in cases if re.search(r"[{}]|  |。。|，，|，。", case.description)]
    assert not [case.answer for case in cases if re.search(r"[{}]|。。|，，|，。", case.answer)]


def test_no_text_holds_what_looks_like_a_mobile_or_an_identity_number(cases, county):
    mobile, identity = re.compile(r"1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}"), re.compile(r"\d{15}|\d{17}[\dXx]")
    for case in cases:
        texts = (case.description, case.address, case.answer, case.contact)
        assert not any(mobile.search(text) or identity.search(text) for text in texts)
    assert not [post for post in county.staff if mobile.search(post.zh)]


def test_contacts_are_numbers_that_cannot_exist(cases):
    given = [case.contact for case in cases if case.contact]
    assert 0.4 < len(given) / len(cases) < 0.8
    assert all(re.fullmatch(r"100-\d{4}-\d{4}", contact) for contact in given)


def test_nobody_is_called_by_name(cases):
    named = re.compile(r"(先生|女士|张三|李四|王五|某某)")
    assert not [case.description for case in cases if named.search(case.description)]


def test_one_day_s_weather_does_not_depend_on_the_days_around_it(days):
    alone = weather.days(1, days[200].on, days[200].on)
    assert alone == [days[200]]
    assert any(day.gale for day in days)


@pytest.mark.parametrize("day", [8, 13])
def test_what_repeats_an_open_matter_comes_in_as_unclear_as_that(county, taxonomy, day):
    """Else the one is public and the other private, which nobody can join."""
    until = datetime(2026, 11, day, 2, 46, tzinfo=ZONE)
    rows = {row.number: (row, original) for row, original in seeding.unjoined(history(county, taxonomy, until))}
    same = [(row, rows[original][0]) for row, original in rows.values() if original]
    assert Outcome.UNCLEAR in {original.outcome for _, original in same}
    assert [(row.number, original.number) for row, original in same if row.closed_at or original.closed_at] == []
    assert {
        (seeding.incoming(row).category_code, seeding.incoming(original).category_code)
        for row, original in same
        if seeding.incoming(row).category_code != seeding.incoming(original).category_code
    } == set()
