"""Lights 红黄灯: by the clock alone, never stored. Yellow at a share of the net budget, red when due."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


LIGHT_NAMES: Mapping[Light, str] = {
    Light.RED: "已超期",
    Light.YELLOW: "将到期",
    Light.GREEN: "正常",
    Light.NONE: "无时限",
}


def light(now: datetime, yellow_at: datetime | None, red_at: datetime | None) -> Light:
    """The light of a case whose running clocks turn at these moments; none when no clock runs."""
    if red_at is None:
        return Light.NONE
    if now >= red_at:
        return Light.RED
    return Light.YELLOW if yellow_at is not None and now >= yellow_at else Light.GREEN
