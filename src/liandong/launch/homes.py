"""The account that we run as and its home. One without an entry in the machine's list, as containers like to run one,
has no home, and PostgreSQL makes no database for it.
"""

import os
import pwd
from pathlib import Path

from liandong.launch.failure import Failure


def expanded(text: str) -> Path | None:
    """`text` with its `~` replaced; None where there is no such home."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return None


def check_account() -> None:
    """A `Failure` where the machine knows no name for the account: `initdb` refuses it."""
    number = os.geteuid()
    try:
        pwd.getpwuid(number)
    except KeyError:
        raise Failure(
            f"这台机器没有编号为 {number} 的用户，内置的 PostgreSQL 需要一个：请以 /etc/passwd 中的用户运行，"
            "或用 DATABASE_URL 指定数据库。",
            f"This machine has no account of the number {number}, and the embedded PostgreSQL needs one: "
            "run as an account of /etc/passwd, or name a database in DATABASE_URL.",
        ) from None
