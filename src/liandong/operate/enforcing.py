"""A step after which an earlier version can't go on: `up` asks first, where there is a terminal, and backs up."""

import sys

from liandong import __version__
from liandong.kernel import time
from liandong.launch.private import FOLDER_MODE
from liandong.launch.progress import Progress
from liandong.operate import archive
from liandong.operate.data_folder import BACKUPS
from liandong.operate.site import Site

QUESTION = (
    "旧行已补齐。约束生效后，较早的版本不能再用这个数据库；先备份，再生效。现在执行？[y/N] \n"
    "Rows of before are filled. Once it is enforced an earlier version can't use this database any more; a backup is "
    "made first. Do it now? [y/N] "
)


def enforce(site: Site, progress: Progress) -> None:
    """Nothing where no step waits for it; where the answer is no it waits for the next start."""
    if not site.may_enforce:
        return
    if not agreed():
        progress.print("  留待下次启动 · left for the next start")
        return
    folder = site.data.path / BACKUPS
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    archive.write(site, folder / f"before-{__version__}-{time.now():%Y%m%dT%H%M%SZ}.tar", progress)
    site.enforce(progress)


def agreed() -> bool:
    """Whoever starts it without a terminal, such as a service unit, has agreed: the backup leads back."""
    if not sys.stdin.isatty():
        return True
    sys.stdout.write(QUESTION)
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")
