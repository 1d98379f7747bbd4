"""Lights 红黄灯: by the clock alone, never stored. Yellow at a share of the net budget, red when due."""

from datetime import datetime
from enum import StrEnum


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


def light(now: datetime, yellow_at: datetime | None, red_at: datetime | None) -> Light:
    """The light of a case whose running clocks turn at these moments; none when no clock runs."""
    if red_at is None:
        return Light.NONE
    if now >= red_at:
        return Light.RED
    return Light.YELLOW if yellow_at is not None and now >= yellow_at else Light.GREEN
