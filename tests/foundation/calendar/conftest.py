"""The calendar of a Chinese county with all notices that come with the product."""

import pytest

from liandong.foundation.calendar.domain.china import builtin_china
from liandong.foundation.calendar.domain.work_calendar import WorkCalendar


@pytest.fixture(scope="session")
def county() -> WorkCalendar:
    notices = builtin_china()
    return WorkCalendar(known_until=notices.known_until, overrides=notices.days)
