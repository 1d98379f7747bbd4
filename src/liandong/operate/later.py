"""`up` left something for later so that the county is served at once: the worker fills rows, `up` tells how far that is
and enforces when it is done.
"""

import subprocess
import time
from collections.abc import Callable

import psycopg

from liandong.launch import processes
from liandong.launch.failure import last_sentence, last_words
from liandong.operate import database
from liandong.operate.site import Site

LOOK_EVERY_S = 5.0
TELL_EVERY_S = 30.0
_ASK = "SELECT key, progress, died_at IS NOT NULL FROM jobs_job WHERE kind = 'jobs.backfill' AND key <> '' ORDER BY key"


class Later:
    """Looks when it is called; never waits."""

    def __init__(self, site: Site, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._site, self._say, self._clock = site, say, clock
        self._waits = site.waits
        self._look_at = clock() + LOOK_EVERY_S
        self._tell_at = clock()
        self._enforcing: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """A turn of it."""
        if not self._waits or self._clock() < self._look_at:
            return
        self._look_at = self._clock() + LOOK_EVERY_S
        if self._enforcing is not None:
            self._end_of_enforcing(self._enforcing)
            return
        try:
            with psycopg.connect(self._site.url, connect_timeout=3) as connection:
                rows = connection.execute(_ASK).fetchall()
        except psycopg.Error:
            return
        if not rows:
            self._enforcing = self._enforce()
        elif self._clock() >= self._tell_at:
            self._tell_at = self._clock() + TELL_EVERY_S
            for name, progress, died in rows:
                done, of = progress.get("done", 0), progress.get("of", 0)
                end = "，已放弃，见 ./liandong status · given up, see ./liandong status" if died else ""
                self._say(f"  补写 backfill {name} {done * 100 // of if of else 0} % ({done:,} / {of:,}){end}")

    def _enforce(self) -> "subprocess.Popen[bytes]":
        command = self._site.command("migrate", "--no-input", "--verbosity=1", "--fill-within=0")
        return processes.start(
            command,
            record=self._site.data.children,
            env=self._site.environment(),
            folder=self._site.clone.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def _end_of_enforcing(self, process: "subprocess.Popen[bytes]") -> None:
        if process.poll() is None:
            return
        self._enforcing = None
        text = process.communicate()[0].decode(errors="replace")
        if process.returncode:
            self._look_at = self._clock() + 10 * LOOK_EVERY_S
            self._say("! " + " ".join(last_sentence(text)))
        elif database.WAITS in text:
            self._say(f"  {last_words(text)}")
        else:
            self._waits = False
            self._site.keep_migrated()
            self._say("  旧行已补齐，约束已生效 · rows of before are filled, and it is enforced")
