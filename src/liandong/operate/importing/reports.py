"""Progress of a run over a file of reports, at the terminal."""

import time
from pathlib import Path

from django.core.management.base import OutputWrapper

from liandong.contexts.intake import importing
from liandong.contexts.intake.importing import Tally

LINE_EVERY_S = 5.0
BAR_SIGNS = 24
_MOST_REASONS = 20


class Progress:
    """A bar that moves on a terminal, a plain line every five seconds elsewhere."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._tty = stream.isatty()
        self._last = time.monotonic()
        self._drawn = False

    def __call__(self, tally: Tally) -> None:
        if self._tty:
            done = round(tally.share * BAR_SIGNS)
            bar = "█" * done + "░" * (BAR_SIGNS - done)
            self._stream.write(f"\r{bar} {tally.share:4.0%}  {_counts(tally)}\x1b[K", ending="")
            self._drawn = True
        elif time.monotonic() - self._last >= LINE_EVERY_S:
            self._last = time.monotonic()
            self._stream.write(f"{tally.share:4.0%}  {_counts(tally)}\n")
        self._stream.flush()

    def end(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K", ending="")
            self._drawn = False


def _counts(tally: Tally) -> str:
    return f"{tally.read:,} 行 rows · 拒收 rejected {tally.rejected:,} · {_rate(tally):,}/s"


def _rate(tally: Tally) -> int:
    return round(tally.read / tally.seconds) if tally.seconds else 0


def summary(tally: Tally, *, rejected: Path, dry_run: bool) -> list[str]:
    """The last lines of a run."""
    read, taken, repeated, rejects = tally.read, tally.taken, tally.repeated, tally.rejected
    pace = f"{tally.seconds:.1f} s, {_rate(tally):,}/s"
    lines = [
        f"读 {read:,} 行：收下 {taken:,}，已有 {repeated:,}，拒收 {rejects:,}（{pace}）。",
        f"{read:,} rows read: {taken:,} taken, {repeated:,} known already, {rejects:,} rejected ({pace}).",
    ]
    if tally.twice:
        lines.append(f"其中 {tally.twice:,} 行的编号在文件里不止一次，内容相同。")
        lines.append(f"Of these {tally.twice:,} have a key that the file has more than once, with the same content.")
    if tally.blank:
        lines.append(f"略过空行 {tally.blank:,} 行 · blank rows passed over: {tally.blank:,}")
    made = tally.made
    if made.categories or made.offices or made.divisions:
        lines.append(f"新建分类 {made.categories}、部门 {made.offices}、区划 {made.divisions}。")
        lines.append(f"Created {made.categories} categories, {made.offices} offices, {made.divisions} divisions.")
    if tally.missing_columns:
        names = "、".join(tally.missing_columns)
        lines.append(f"文件没有这些列，按空值处理 · columns that the file lacks, taken as empty: {names}")
    for message, count in tally.remarks.most_common():
        zh, en = importing.in_both(message)
        lines.append(f"  {count:,} × {zh} {en}")
    lines += _reasons(tally)
    if tally.rejected:
        lines.append(f"拒收的行及原因在 · rejected rows with their reasons are in {rejected}")
    if dry_run:
        lines.append("试运行：什么都没有写入。 Dry run: nothing was written.")
    return lines


def _reasons(tally: Tally) -> list[str]:
    lines = [f"  拒收 rejected {count:,} × {zh} {en}" for (zh, en), count in tally.reasons.most_common(_MOST_REASONS)]
    more = len(tally.reasons) - _MOST_REASONS
    return [*lines, f"  … {more} 种其他原因 · {more} other reasons"] if more > 0 else lines
