"""`up` left something for later so that the county is served at once: the worker fills rows, `up` tells how far that
is, and when it is done. What is to be enforced is so at the next start, which asks first and backs up.
"""

import time
from collections.abc import Callable

import psycopg

from liandong.launch.progress import share
from liandong.operate.site import Site

LOOK_EVERY_S = 5.0
TELL_EVERY_S = 30.0
_ASK = "SELECT key, progress, died_at IS NOT NULL FROM jobs_job WHERE kind = 'jobs.backfill' AND key <> '' ORDER BY key"


class Later:
    """Looks when it is called; never waits."""

    def __init__(self, site: Site, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._site, self._say, self._clock = site, say, clock
        self._waits = site.fills or (site.waits and not site.may_enforce)
        self._look_at = self._tell_at = clock() + LOOK_EVERY_S

    def look(self) -> None:
        """A turn of it."""
        if not self._waits or self._clock() < self._look_at:
            return
        self._look_at = self._clock() + LOOK_EVERY_S
        try:
            with psycopg.connect(self._site.url, connect_timeout=3) as connection:
                rows = connection.execute(_ASK).fetchall()
        except psycopg.Error:
            return
        if not rows:
            self._waits = False
            self._say("  旧行已补齐 · rows of before are filled")
            if self._site.waits and not self._site.may_enforce:
                self._say("  下次启动时约束生效 · the next start enforces it")
        elif self._clock() >= self._tell_at:
            self._tell_at = self._clock() + TELL_EVERY_S
            for name, progress, died in rows:
                end = "，已放弃，见 ./liandong status · given up, see ./liandong status" if died else ""
                self._say(f"  补写 backfill {name} {share(progress.get('done', 0), progress.get('of', 0))}{end}")
