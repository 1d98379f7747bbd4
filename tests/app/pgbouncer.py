"""A real pgbouncer before the database of the checks, one connection to the server for each of its pools."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

CONFIGURED = """
[databases]
* = host={host} port={port} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 200
default_pool_size = {pool}
server_reset_query =
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def transaction_pooler(folder: Path, database: str, *, pool: int = 1) -> Iterator[str]:
    """The URL through it. Skips where this machine has no pgbouncer."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("this machine has no pgbouncer")
    server = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    port, user = free_port(), server["user"]
    file = folder / "pgbouncer.ini"
    text = CONFIGURED.format(host=server["host"], port=server.get("port", 5432), user=user, listen=port, pool=pool)
    file.write_text(text)
    file.chmod(0o644)
    as_whom = ["-u", "nobody"] if os.geteuid() == 0 else []
    running = subprocess.Popen([program, "-q", *as_whom, file], stderr=subprocess.PIPE)
    try:
        url = f"postgresql://{user}@127.0.0.1:{port}/{database}"
        for _ in range(200):
            if running.poll() is not None:
                raise RuntimeError((running.stderr.read() if running.stderr else b"").decode())
            try:
                psycopg.connect(url).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.05)
        yield url
    finally:
        running.terminate()
        running.wait(10)
