"""A day is the county's: at every hour, in every zone, over New Year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from liandong.contexts.intake.importing.mapping import Translator, parse
from liandong.foundation.access.models import ApiKey, Staff
from liandong.foundation.calendar import public as calendar
from liandong.foundation.calendar.models import Day, Notice
from liandong.foundation.orgs import public as orgs
from liandong.foundation.orgs.models import Division
from liandong.kernel import time
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")
HOURS = [(0, 30), (3, 8), (7, 59), (8, 1), (23, 50)]
ZONES = ["Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Pacific/Kiritimati"]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    orgs.set_up_county(actor=SYSTEM, zone=request.param)
    return request.param


@pytest.fixture(params=HOURS, ids=["{:02}:{:02}".format(*hour) for hour in HOURS])
def new_year(request: pytest.FixtureRequest, zone: str) -> Iterator[date]:
    """The first day of a year by the county's clocks, at some hour."""
    with time.at(datetime(2027, 1, 1, *request.param, tzinfo=orgs.county().tz)):
        yield date(2027, 1, 1)


def test_today_is_what_the_countys_clocks_say(new_year: date) -> None:
    assert orgs.today() == orgs.day_of(time.now()) == new_year


def test_divisions_without_a_date_are_valid_from_the_countys_today(new_year: date, tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(f"code,name,kind,parent_code\n990101003000,新街道,town,{county.COUNTY}\n")
    call_command("import", "divisions", path)
    assert Division.objects.get(code="990101003000").valid_from == new_year
    path.write_text(f"code,name,kind,parent_code\n990101003000,老街道,town,{county.COUNTY}\n")
    call_command("import", "divisions", path, "--valid-from", new_year.isoformat())
    assert [row.name for row in Division.objects.filter(code="990101003000", valid_to=None)] == ["老街道"]


def test_the_countys_today_is_not_the_future_and_tomorrow_is(new_year: date, tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(f"code,name,kind,parent_code\n990101003000,新街道,town,{county.COUNTY}\n")
    with pytest.raises(Exception, match="将来"):
        call_command("import", "divisions", path, "--valid-from", (new_year + timedelta(days=1)).isoformat())
    call_command("import", "divisions", path, "--valid-from", new_year.isoformat())


def test_a_calendar_without_notices_is_known_to_the_end_of_the_countys_last_year(new_year: date, zone: str) -> None:
    Day.objects.all().delete()
    Notice.objects.all().delete()
    calendar.set_office_hours(actor=SYSTEM, spans=calendar.work_calendar(zone).office_hours, weekdays=range(5))
    assert calendar.work_calendar(zone).known_until == date(2026, 12, 31)


def test_times_of_a_source_that_names_no_zone_are_the_countys(zone: str) -> None:
    mapping = '[source]\nname = "x"\n[columns]\nreceived_at = "t"\ntext = "w"\n'
    at = datetime(2026, 11, 29, 3, 8, tzinfo=orgs.county().tz)
    found = Translator(parse(mapping.encode()), at.astimezone(UTC), zone).translate({"t": "2026-11-29 03:08", "w": "x"})
    assert found.received_at == at


def test_administration_shows_the_countys_day_and_ends_nothing_tomorrow(new_year: date, client: Client) -> None:
    client.force_login(Staff.objects.get(username="admin"))
    ApiKey.objects.create(name="系统", key_hash=b"x" * 32, created_at=time.now())
    page = client.get("/admin/access/apikey/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "2027-01-01" in page
    village = Division.objects.get(code=county.VILLAGES["B2"])
    path = f"/admin/orgs/division/{village.pk}/change/"
    sent = {"name": village.name, "name_en": "", "successor": "", "valid_to": "2027-01-02"}
    assert "停用日期不能在将来" in client.post(path, sent, headers={"accept-language": "zh-hans"}).content.decode()
    client.post(path, sent | {"valid_to": "2027-01-01"})
    assert Division.objects.get(pk=village.pk).valid_to == new_year
