"""Run a command that dies with whoever started it: `bound.py SIGNAL PARENT UID:GID FOLDER COMMAND…`, COMMAND a path.

A program of its own, because a fork in a process with threads may only exec. `-` keeps the account or the folder.
The account is changed before the death signal is asked for: the kernel forgets the signal when the account changes.
Nothing is imported after that: the other account may not be able to read this Python's library.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Never returns: becomes COMMAND, or ends with 127 when it cannot."""
    death_signal, parent, account, folder, *command = arguments
    if account != "-":
        uid, gid = (int(part) for part in account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if folder != "-":
        os.chdir(folder)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(0)
    try:
        os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        sys.exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
