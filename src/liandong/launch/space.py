"""Whether the disks hold what is about to be written. The clone, temporary files, the caches of pip and npm at home and
the data folder may each lie on a disk of their own, or all on one.
"""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from liandong.launch import homes
from liandong.launch.failure import Failure

MB = 1024 * 1024
SAMPLE_COUNTY_MB, EMPTY_COUNTY_MB, TEST_DATABASE_MB = 350, 100, 300
ROOM_FOR_CACHES_BYTES = 4 * 1024 * MB
NEARLY_FULL_BYTES = 16 * 1024 * 1024
"""Less than this is as good as nothing: a database takes steps of it."""


@dataclass(frozen=True, slots=True)
class Need:
    """So many bytes below a folder, which need not be there yet."""

    place: Path
    bytes: int


def cache_home() -> Path | None:
    """Where pip and npm keep what they fetched for another time; none without room, or without a home of ours."""
    home = homes.expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    if home is None:
        return None
    try:
        has_room = os.access(existing(home), os.W_OK) and free_bytes(home) >= ROOM_FOR_CACHES_BYTES
    except PermissionError:
        return None
    return home if has_room else None


def packages(venv: Path, size_mb: int, downloads_mb: int) -> tuple[list[Need], list[Need]]:
    """Space that installing Python packages takes: for good, and as long as it goes on."""
    cache = cache_home()
    caches = [Need(cache, downloads_mb * MB)] if cache else []
    return [Need(venv, size_mb * MB), *caches], [Need(Path(tempfile.gettempdir()), downloads_mb * MB)]


def first_county(data: Path, *, empty: bool) -> list[Need]:
    """Space for what the first start writes into an empty data folder; none where the folder holds something."""
    if os.environ.get("DATABASE_URL") or (data.is_dir() and any(data.iterdir())):
        return []
    return [Need(data, (EMPTY_COUNTY_MB if empty else SAMPLE_COUNTY_MB) * MB)]


def check(*moments: Iterable[Need]) -> None:
    """A `Failure` that names the first disk which any moment would overfill."""
    for moment in moments:
        together: dict[int, list[Need]] = {}
        for need in moment:
            together.setdefault(existing(need.place).stat().st_dev, []).append(need)
        for needs in together.values():
            wanted = sum(need.bytes for need in needs)
            free = free_bytes(needs[0].place)
            if free < wanted:
                raise too_small([need.place for need in needs], wanted, free)


def too_small(places: list[Path], wanted: int, free: int) -> Failure:
    """One sentence for the places of one disk."""
    zh, en = "、".join(map(str, dict.fromkeys(places))), ", ".join(map(str, dict.fromkeys(places)))
    return Failure(
        f"磁盘空间不够：{zh} 所在的磁盘需要 {wanted / MB:.0f} MB，只剩 {free / MB:.0f} MB。"
        "请腾出空间后再运行同一命令。",
        f"Too little disk space: the disk of {en} needs {wanted / MB:.0f} MB and has {free / MB:.0f} MB left. "
        "Free some space, then run the same command again.",
    )


def nearly_full(places: Iterable[Path]) -> Path | None:
    """The first of the places whose disk has nothing left worth the name."""
    return next((place for place in places if free_bytes(place) < NEARLY_FULL_BYTES), None)


def free_bytes(place: Path) -> int:
    """Bytes that an ordinary user may still write there."""
    found = os.statvfs(existing(place))
    return found.f_bavail * found.f_frsize


def existing(place: Path) -> Path:
    """The place, or the nearest folder above it that is there."""
    return next(each for each in (place, *place.parents) if each.exists())
