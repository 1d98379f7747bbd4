"""What the person at the terminal reads when something cannot go on: one sentence, with the way out."""

import errno
from pathlib import Path


class Failure(Exception):
    """Ends the command with `exit_code`; `zh` and `en` each are one sentence naming what happened and the way out."""

    def __init__(self, zh: str, en: str, *, exit_code: int = 1) -> None:
        self.zh = zh
        self.en = en
        self.exit_code = exit_code
        super().__init__(en)

    def __str__(self) -> str:
        return self.zh if self.zh == self.en else f"{self.zh}\n  {self.en}"


class Interrupted(BaseException):
    """Ctrl-C or SIGTERM while something was still being prepared."""


def failure_of(error: OSError) -> Failure:
    """The sentence for an error of the operating system: disk full, no permission, read-only, or its own words."""
    place = error.filename or ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place)
    if error.errno in (errno.EACCES, errno.EPERM):
        return Failure(
            f"没有权限访问 {place}：请改用其所有者运行，或用 chown 把它交给当前用户。",
            f"No permission for {place}: run as its owner, or give it to this user with chown.",
        )
    if error.errno == errno.EROFS:
        return Failure(
            f"{place} 所在的磁盘是只读的：请把克隆或 --data 放到可写的磁盘上。",
            f"{place} lies on a read-only disk: put the clone or --data on a disk that can be written.",
        )
    return Failure(
        f"操作系统拒绝了一项操作（{error.strerror} {place}）：请按其提示处理后重试。",
        f"The operating system refused ({error.strerror} {place}): mend that, then try again.",
    )


def disk_full(place: object = "", needed_bytes: int = 0) -> Failure:
    """`place` is the path that could not be written, or empty."""
    needed = f", {needed_bytes / 1e6:.0f} MB" if needed_bytes else ""
    at = f" ({place}{needed})" if place else ""
    return Failure(
        f"磁盘已满{at}：请腾出空间后再运行同一命令，它会从中断处继续。",
        f"The disk is full{at}: free some space and run the same command again, it goes on where it stopped.",
    )


def last_words(text: str, limit: int = 300) -> str:
    """The last line that says something, for a sentence that quotes a tool."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:limit] if lines else ""


def error_words(text: str) -> str:
    """The last line of an installer's output that tells of an error; its last line when none does."""
    told = [line for line in text.splitlines() if "error" in line.lower() and "complete log" not in line]
    return last_words(told[-1] if told else text)


def last_sentence(text: str) -> tuple[str, str]:
    """What a command of ours ended with, in Chinese and English; its last words twice when it died otherwise."""
    _, mark, sentence = text.rpartition("✗ ")
    zh, *en = sentence.strip().splitlines() if mark else [last_words(text)]
    return zh, " ".join(line.strip() for line in en) or zh


def tail(path: Path, bytes_: int = 4096) -> str:
    """The end of a log file; empty where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - bytes_))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
