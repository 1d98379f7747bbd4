"""Tells what is going on, a line a step: moving on a terminal, plain lines elsewhere, never two silent seconds."""

import shutil
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SILENCE_S = 1.8
FRAME_S = 0.12


class Step:
    """One running step; `detail` is the newest word about it (a package, a count)."""

    def __init__(self, name: str, started: float) -> None:
        self.name = name
        self.started = started
        self.detail = ""

    def say(self, detail: str) -> None:
        """Replace the detail; only the newest is shown."""
        self.detail = " ".join(detail.split())

    def line(self, now: float) -> str:
        """Elapsed seconds, name, detail."""
        text = f"{now - self.started:5.1f} s  {self.name}"
        return f"{text} … {self.detail}" if self.detail else text


class Progress:
    """Steps may run side by side in threads; every line that is printed goes through one lock.

    With `terse`, steps that end well before anyone wondered (two seconds) are not mentioned.
    """

    def __init__(self, stream: TextIO, *, terse: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._terse = terse
        self._stream = stream
        self._clock = clock
        self._tty = stream.isatty()
        self._lock = threading.Lock()
        self._steps: list[Step] = []
        self._drawn = False
        self._last = clock()
        self._frame = 0

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[Step]:
        """A step; its line is printed when it ends (✓, or ✗ when it raises)."""
        step = Step(f"{zh} {en}", self._clock())
        stop = threading.Event()
        with self._lock:
            self._steps.append(step)
        ticker = threading.Thread(target=self._tick, args=(stop,), daemon=True)
        ticker.start()
        mark = "✗"
        try:
            yield step
            mark = "✓"
        finally:
            stop.set()
            ticker.join()
            with self._lock:
                self._steps.remove(step)
            self._finish(step, mark)

    def print(self, text: str) -> None:
        """A whole line of its own, whatever is being drawn."""
        with self._lock:
            self._erase()
            self._write(text + "\n")

    def _finish(self, step: Step, mark: str) -> None:
        took_s = self._clock() - step.started
        if mark == "✗":
            self.print(f"✗ {step.line(self._clock())}")
        elif not self._terse or took_s > SILENCE_S:
            self.print(f"✓ {took_s:5.1f} s  {step.name}")
        else:
            with self._lock:
                self._erase()

    def _tick(self, stop: threading.Event) -> None:
        while not stop.wait(FRAME_S):
            with self._lock:
                if self._tty:
                    self._draw()
                elif self._clock() - self._last >= SILENCE_S and self._steps:
                    self._write("  " + self._now() + "\n")

    def _now(self) -> str:
        now = self._clock()
        return " | ".join(step.line(now).strip() for step in self._steps)

    def _draw(self) -> None:
        if not self._steps:
            return
        self._frame = (self._frame + 1) % len(FRAMES)
        columns = shutil.get_terminal_size().columns
        self._erase()
        self._write(cut(f"{FRAMES[self._frame]} {self._now()}", columns - 1))
        self._drawn = True

    def _erase(self) -> None:
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _write(self, text: str) -> None:
        self._last = self._clock()
        try:
            self._stream.write(text)
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            self._tty = False


def percent(done: int, of: int) -> int:
    """0 where nothing is known to be done."""
    return done * 100 // of if of else 0


def share(done: int, of: int) -> str:
    """How far counted work is."""
    return f"{percent(done, of)} % ({done:,} / {of:,})"


def cut(text: str, columns: int) -> str:
    """The beginning of a text that fits `columns`; Chinese characters take two."""
    width = 0
    for index, character in enumerate(text):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return text[:index]
    return text


def speak_any_terminal() -> None:
    """Let a terminal that cannot show a character show `?` instead of ending the command; print without delay."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)
