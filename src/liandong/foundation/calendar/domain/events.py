"""What happens to the working calendar."""

from liandong.foundation.facts import Count, Day, Facts


class CalendarLoaded(Facts, frozen=True):
    """A notice came or went, or office hours changed: due times of open cases are recomputed."""

    source: str = ""
    days: Count = 0
    covers_until: Day = ""
    withdrawn: bool = False
