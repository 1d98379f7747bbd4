"""Lets stopped processes go on as soon as nobody holds its standard input any more: each line of that is a number of
one. A program of its own, because who stops them may be killed in the middle. Needs nothing but the standard library.
"""

import os
import signal
import sys


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for pid in reversed(sys.stdin.read().split()):
        try:
            os.kill(int(pid), signal.SIGCONT)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
