"""How every command of ours ends: an exit code and, when something went wrong, one sentence and never a traceback."""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from liandong.launch import space
from liandong.launch.failure import Failure, Interrupted, disk_full, failure_of, tells_of_full_disk
from liandong.launch.private import open_private

INTERRUPTED = 130
READER_GONE = 141


def guarded(action: Callable[[], int], log: Callable[[], Path]) -> int:
    """The exit code of `action`; what it did not foresee goes with its traceback into the file that `log` names."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        return action()
    except Failure as failure:
        return _tell(failure)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except OSError as error:
        path = log()
        _keep_traceback(path)
        return _tell(_full_disk(path, error) or failure_of(error))
    except (KeyboardInterrupt, Interrupted):
        sys.stderr.write("\n已中止。 Stopped.\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001
        path = log()
        _keep_traceback(path)
        full = _full_disk(path, error)
        if full:
            return _tell(full)
        words = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return _tell(
            Failure(
                f"出现意外错误（{words}）：详情已写入 {path}，请连同它一起报告。",
                f"Something unexpected happened ({words}): the details are in {path}, please report them.",
            )
        )


def _full_disk(log: Path, error: Exception) -> Failure | None:
    """Tells of a full disk to which we write: that is what went wrong, whatever the words were."""
    full = space.nearly_full([log.parent, Path(tempfile.gettempdir())])
    if full or tells_of_full_disk(str(error)):
        return disk_full(getattr(error, "filename", None) or full or "")
    return None


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


def _tell(failure: Failure) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"✗ {failure}\n")
    return failure.exit_code


def _keep_traceback(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_private(path, "a") as file:
            file.write(f"{datetime.now(UTC).isoformat()}\n{traceback.format_exc()}\n")
    except OSError:
        return
