"""One sentence for the person at the terminal when something cannot go on, with the way out."""

import errno
import re
import shutil
from pathlib import Path

FULL_DISK = re.compile(
    r"no space left on device|disk quota exceeded|\bENOSPC\b|\bEDQUOT\b|\[Errno (?:28|122)\]|\(os error (?:28|122)\)",
    re.IGNORECASE,
)


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
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or tells_of_full_disk(str(error)):
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
    words = f"{error.strerror} {place}" if error.strerror else _own_words(error)
    return Failure(
        f"操作系统拒绝了一项操作（{words}）：请按其提示处理后重试。",
        f"The operating system refused ({words}): mend that, then try again.",
    )


def _own_words(error: OSError) -> str:
    """The words of an error that carries no number. Copying a folder lists what could not be copied, and why."""
    copied = error.args[0] if isinstance(error, shutil.Error) and error.args else None
    return str(copied[0][-1])[:300] if isinstance(copied, list) and copied else last_words(str(error))


def tells_of_full_disk(text: str) -> bool:
    """Whether a program's words, ours or another's, say that a disk or a quota is used up."""
    return FULL_DISK.search(text) is not None


def disk_full(place: object = "") -> Failure:
    """`place` is the path that could not be written, or empty."""
    at = f" ({place})" if place else ""
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
    """The sentence with which a command of ours ended, in Chinese and English; its last words twice when it died
    otherwise.
    """
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
