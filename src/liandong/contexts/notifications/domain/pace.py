"""When something may be sent: batched by the interval, quiet by night, what is most urgent at once. And when again."""

from datetime import datetime, timedelta

QUIET_FROM, QUIET_UNTIL = 22, 7
INTERVAL_MIN = 15
INTERVALS_MIN = (0, 15, 60, 240, 1440)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""Waits after the first failure, the second …; after one more the delivery is dead."""
KEPT = timedelta(days=90)


def is_quiet(local: datetime, begins: int, ends: int) -> bool:
    """Whether the local hour lies in the quiet ones, `begins` to before `ends`, also over midnight; equal: never."""
    if begins <= ends:
        return begins <= local.hour < ends
    return local.hour >= begins or local.hour < ends


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after that many failures; None: never."""
    return now + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None
