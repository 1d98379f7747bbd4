"""Strangers' files are read by a process of its own, which is given neither our secrets nor more than its share of the
machine: a crafted file that brings it down brings nothing else down.
"""

import os
import resource
import subprocess
import sys

SECONDS = 20
"""How long a file that is read apart may take."""
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")


def run(module: str, content: bytes, *arguments: str) -> tuple[int, bytes]:
    """The exit code and what the module wrote; a negative code where it was ended or took too long."""
    command = [sys.executable, "-I", "-m", f"{__package__}.{module}", *arguments]
    env = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        ended = subprocess.run(  # noqa: S603 (our own module)
            command, input=content, capture_output=True, timeout=SECONDS, env=env, check=False
        )
    except subprocess.TimeoutExpired:
        return -1, b""
    return ended.returncode, ended.stdout


def bound(memory_bytes: int) -> None:
    """Called first by the process itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
