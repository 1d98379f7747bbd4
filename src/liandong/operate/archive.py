"""One file with everything of an installation, and back into an empty place.

The file is a tar: `backup.json`, `database.dump` (pg_dump's custom format) and `files/…` (blobs, keys, ledger seals,
secrets). The database is dumped first: a blob is on disk before the transaction that names it, so every file that the
dump names is among those copied after it.
"""

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import psycopg

from liandong.launch import stamps
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure, disk_full, failure_of, last_words, tells_of_full_disk
from liandong.launch.locks import holding
from liandong.launch.private import FILE_MODE, FOLDER_MODE
from liandong.launch.processes import run_lines
from liandong.launch.progress import Progress, Step
from liandong.operate import database
from liandong.operate.data_folder import BACKUPS, FORMAT, LAST_BACKUP, MARK, open_data_folder
from liandong.operate.embedded_postgres import POINTER, remove_outside
from liandong.operate.site import Site, running_postgres, visiting

KIND = "liandong backup"
NOT_KEPT = frozenset((MARK, POINTER, LAST_BACKUP, BACKUPS, "postgres", "logs", "run"))
DUMP = "database.dump"


def backup(clone: Clone, data: Path, target: Path, progress: Progress) -> int:
    """Write `target`; it appears whole or not at all, readable by its owner only."""
    _need_data_folder(data)
    target = target.absolute()
    if target.exists():
        raise Failure(
            f"{target} 已存在：备份不会覆盖它，请换一个文件名。",
            f"{target} exists already: a backup never overwrites, choose another name.",
        )
    with visiting(clone, data, progress) as site:
        write(site, target, progress)
    return 0


def write(site: Site, target: Path, progress: Progress) -> None:
    """As above, of a site that is open. Raises Failure."""
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as draft,
        progress.step("备份", "Backing up") as step,
    ):
        dump = Path(draft) / DUMP
        _dump(site, dump, step)
        whole = Path(draft) / "whole.tar"
        _pack(site, dump, whole, step)
        whole.rename(target)
        _sync_folder(target.parent)
        stamps.write(
            site.data.path / LAST_BACKUP,
            {"made": datetime.now(UTC).isoformat(timespec="seconds"), "bytes": target.stat().st_size},
            private=True,
        )
    progress.print(f"已备份到 Backed up to {target} ({target.stat().st_size / 1e6:.1f} MB)")


def restore(clone: Clone, data: Path, source: Path, progress: Progress) -> int:
    """Into a data folder and a database that hold nothing yet; on any failure what was written is removed again."""
    about = _read_about(source)
    _need_empty_folder(data)
    external = database.external_url()
    if external:
        database.check_external(external)
        if not database.is_empty(external):
            raise Failure(
                "DATABASE_URL 指定的数据库不是空的：恢复只写入空数据库，请新建一个。",
                "The database of DATABASE_URL is not empty: restore writes into an empty one only, create one.",
            )
    with _removed_on_failure(data):
        folder = open_data_folder(data)
        with holding(folder.owner_lock) as lock:
            if not lock.take():
                raise Failure(f"{data} 正在使用中。", f"{data} is in use.")
            with progress.step("恢复文件", "Restoring files") as step:
                dump = _unpack(source, folder.path, step)
            if external:
                _load(clone, external, dump, progress)
                _reconcile_seals(Site(clone, folder, external), progress)
            else:
                with running_postgres(folder, progress) as embedded:
                    _load(clone, embedded.url, dump, progress, embedded.programs())
                    _reconcile_seals(Site(clone, folder, embedded.url, embedded), progress)
                    database.write_state(embedded.url, database.State(sample="none", administrator=True))
            dump.unlink()
    progress.print(f"已恢复 {about['made']} 的备份到 Restored the backup of {about['made']} into {data}")
    return 0


def _reconcile_seals(site: Site, progress: Progress) -> None:
    """A running site is backed up with its seals file ahead of its database; sealing goes on once both agree. What is
    written for that needs the tables of this version: the backup may be of an earlier one.
    """
    with psycopg.connect(site.url, autocommit=True) as connection:
        found = connection.execute("SELECT to_regclass('ledger_seal')").fetchone()
    if found and found[0]:
        with progress.step("对齐留痕封存", "Reconciling the seals of the ledger") as step:
            site.manage(step, "migrate", "--no-input", "--verbosity=1")
            site.manage(step, "ledger", "reconcile")


def _need_data_folder(data: Path) -> None:
    if not (data / MARK).exists():
        raise Failure(
            f"{data} 不是联动的数据文件夹，没有可备份的内容：请用 --data 指定。",
            f"{data} is no data folder of Liandong, there is nothing to back up: name one with --data.",
        )


def _need_empty_folder(data: Path) -> None:
    if data.exists() and any(data.iterdir()):
        raise Failure(
            f"{data} 不是空的：恢复只写入新的或空的文件夹，请用 --data 指定。",
            f"{data} is not empty: restore writes into a new or empty folder only, name one with --data.",
        )


def _dump(site: Site, dump: Path, step: Step) -> None:
    """Dumps with the wheel's pg_dump, for DATABASE_URL with the one on PATH (it must not be older than the server)."""
    program = site.embedded.programs() / "pg_dump" if site.embedded else Path(_on_path("pg_dump"))
    url, env = database.for_tools(site.url)
    outcome = run_lines(
        [program, "--format=custom", "--no-owner", "--no-privileges", "--verbose", f"--file={dump}", url],
        lambda line: step.say(line.removeprefix("pg_dump: ")),
        record=site.data.children,
        env=env,
    )
    if outcome.code:
        raise _failed("pg_dump", outcome.text)


def _on_path(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Failure(
            f"找不到 {program}：使用 DATABASE_URL 时请先安装客户端（Debian：apt-get install postgresql-client）。",
            f"{program} is not on PATH: with DATABASE_URL, install the PostgreSQL client first "
            "(Debian: apt-get install postgresql-client).",
        )
    return found


def _failed(program: str, words: str) -> Failure:
    if tells_of_full_disk(words):
        return disk_full()
    return Failure(f"{program} 没有完成（{last_words(words)}）。", f"{program} did not finish ({last_words(words)}).")


def _pack(site: Site, dump: Path, whole: Path, step: Step) -> None:
    about = {"kind": KIND, "format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds")}
    with whole.open("xb") as file:
        whole.chmod(0o600)
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            text = json.dumps(about).encode()
            entry = tarfile.TarInfo("backup.json")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
            tar.add(dump, DUMP)
            for path in _kept_files(site.data.path):
                name = path.relative_to(site.data.path)
                step.say(str(name))
                _add(tar, path, f"files/{name}")
        file.flush()
        os.fsync(file.fileno())


def _kept_files(folder: Path) -> Iterator[Path]:
    for top in sorted(folder.iterdir()):
        if top.name not in NOT_KEPT and not top.is_symlink():
            yield from (path for path in (top, *sorted(top.rglob("*"))) if path.is_file() or path.is_dir())


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """A file of which more is appended meanwhile goes in with the length it had; one swept meanwhile stays out."""
    try:
        with path.open("rb") if path.is_file() else io.BytesIO() as content:
            tar.addfile(tar.gettarinfo(path, name), content if path.is_file() else None)
    except FileNotFoundError:
        return


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _read_about(source: Path) -> dict[str, str]:
    try:
        with tarfile.open(source) as tar:
            first = tar.next()
            content = tar.extractfile(first) if first and first.name == "backup.json" else None
            about = json.loads(content.read()) if content else {}
    except (tarfile.TarError, ValueError):
        about = {}
    except OSError as error:
        raise failure_of(error) from error
    if about.get("kind") != KIND or about.get("format") != FORMAT:
        raise Failure(
            f"{source} 不是联动的备份文件，或已损坏。", f"{source} is no backup of Liandong, or it is broken."
        )
    return dict(about)


@contextmanager
def _removed_on_failure(data: Path) -> Iterator[None]:
    """The folder was empty or missing before: it is so again when the block raises."""
    try:
        yield
    except BaseException:
        remove_outside(data)
        shutil.rmtree(data, ignore_errors=True)
        raise


def _unpack(source: Path, folder: Path, step: Step) -> Path:
    """The files into the folder, the dump beside them; names that lead elsewhere are refused."""
    dump = folder / "run" / DUMP
    try:
        with tarfile.open(source) as tar:
            for entry in tar:
                if entry.name == DUMP:
                    entry.name = f"run/{DUMP}"
                elif entry.name.startswith("files/"):
                    entry.name = entry.name.removeprefix("files/")
                else:
                    continue
                step.say(entry.name)
                _extract(tar, entry, folder)
    except (tarfile.TarError, EOFError) as error:
        raise Failure(f"{source} 已损坏（{error}）。", f"{source} is broken ({error}).") from error
    if not dump.exists():
        raise Failure(f"{source} 中缺少数据库。", f"{source} holds no database.")
    return dump


def _extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Plain files and folders below `folder` only. (The standard library's filters came with 3.11.4.)"""
    path = PurePosixPath(entry.name)
    if path.is_absolute() or ".." in path.parts or not (entry.isfile() or entry.isdir()):
        raise tarfile.TarError(entry.name)
    target = folder / path
    if entry.isdir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        content = tar.extractfile(entry)
        if content is None:
            raise tarfile.TarError(entry.name)
        with content, target.open("xb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
    target.chmod(FOLDER_MODE if entry.isdir() else FILE_MODE)


def _load(clone: Clone, url: str, dump: Path, progress: Progress, programs: Path | None = None) -> None:
    """All of the dump in one transaction."""
    program = programs / "pg_restore" if programs else Path(_on_path("pg_restore"))
    plain_url, env = database.for_tools(url)
    flags = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--verbose")
    with progress.step("恢复数据库", "Restoring the database") as step:
        outcome = run_lines([program, *flags, f"--dbname={plain_url}", dump], step.say, log=clone.log, env=env)
        if outcome.code:
            raise _failed("pg_restore", outcome.text)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")
