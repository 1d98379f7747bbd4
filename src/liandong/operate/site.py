"""A data folder together with its database, ready for commands: opened by its owner, or as the guest of another."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from liandong.launch import space
from liandong.launch.arguments import DEFAULT_PORT
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure, disk_full, last_sentence, tells_of_full_disk
from liandong.launch.locks import Lock, holding
from liandong.launch.processes import alive, run_lines
from liandong.launch.progress import Progress, Step
from liandong.operate import database
from liandong.operate.data_folder import DataFolder, open_data_folder
from liandong.operate.embedded_postgres import DATABASE, EmbeddedPostgres

OWNER_PATIENCE_S = 600.0
FILL_BEFORE_SERVING_S = 60
"""Whatever takes longer goes on beside the service."""


@dataclass(slots=True)
class Site:
    """The database, folder and names that a command of the product needs; `embedded` is None with DATABASE_URL."""

    clone: Clone
    data: DataFolder
    url: str
    embedded: EmbeddedPostgres | None = None
    port: int = DEFAULT_PORT
    lan: bool = False
    waits: bool = False
    """A migration that enforces something was left for later."""
    may_enforce: bool = False
    """Nothing lacks any more what such a migration enforces."""

    def environment(self, **more: str) -> dict[str, str]:
        """For `python -m liandong` and the web server."""
        return self.clone.environment() | {
            "LIANDONG_DATA": str(self.data.path),
            "DATABASE_URL": self.url,
            "LIANDONG_PORT": str(self.port),
            "LIANDONG_LAN": "1" if self.lan else "0",
            "LIANDONG_UPLOADS": str(self.data.uploads),
            "DJANGO_SETTINGS_MODULE": "liandong.app.settings",
            **more,
        }

    def command(self, name: str, *arguments: str) -> list[str | Path]:
        """A management command."""
        return [self.clone.python, "-m", "liandong", name, *arguments]

    def manage(self, step: Step, name: str, *arguments: str, secret: bool = False) -> str:
        """Run a management command to its end; what it said. A `secret` one leaves nothing in the logs."""
        return self._manage(step.say, name, *arguments, secret=secret)

    def _manage(self, say: Callable[[str], None], name: str, *arguments: str, secret: bool = False) -> str:
        log = self.data.logs / "setup.log"
        outcome = run_lines(
            self.command(name, *arguments),
            say,
            log=None if secret else log,
            record=self.data.children,
            env=self.environment(),
            folder=self.clone.root,
        )
        if outcome.code:
            full = space.nearly_full([self.data.path, *([self.embedded.home] if self.embedded else [])])
            if full or tells_of_full_disk(outcome.text):
                raise disk_full(full or self.data.path)
            zh, en = last_sentence(outcome.text)
            raise Failure(
                f"{name} 没有完成：{zh} 详情见 {log}，处理后再运行同一命令。",
                f"{name} did not finish: {en} See {log}, mend that, then run it again.",
            )
        return outcome.text

    def migrate(self, progress: Progress) -> None:
        """Bring the database to this version; an embedded one is skipped while nothing has changed."""
        self._clear_half_loaded(progress)
        wanted = database.migrations_digest(self.clone)
        state = database.read_state(self.url) if self.embedded else database.State()
        if state.migrations == wanted:
            return
        with _updating(progress) as step:
            told = self.manage(
                step,
                *("migrate", "--no-input", "--verbosity=1", "--adopt", "--enforce-later"),
                f"--fill-within={FILL_BEFORE_SERVING_S}",
            )
        self.may_enforce = database.ENFORCEABLE in told
        self.waits = database.WAITS in told or self.may_enforce
        if not self.waits:
            self.keep_migrated()

    def enforce(self, progress: Progress) -> None:
        """Steps for which nothing lacks any more."""
        with _updating(progress) as step:
            told = self.manage(step, "migrate", "--no-input", "--verbosity=1", "--fill-within=0")
        self.may_enforce, self.waits = False, database.WAITS in told
        if not self.waits:
            self.keep_migrated()

    def keep_migrated(self) -> None:
        """Writes down that an embedded database is of this version."""
        if self.embedded:
            state = database.read_state(self.url)
            database.write_state(self.url, state, migrations=database.migrations_digest(self.clone))

    def begin(self, progress: Progress) -> bool:
        """Structure and fictional county by one process, in an embedded database that nothing was done to before;
        whether it was such. What is cut short begins anew at the next start.
        """
        self._clear_half_loaded(progress)
        wanted, state = database.migrations_digest(self.clone), database.read_state(self.url)
        if state != database.State():
            return False
        state = database.write_state(self.url, state, sample="loading")
        with ExitStack() as steps:
            say = steps.enter_context(_updating(progress)).say

            def follow(line: str) -> None:
                nonlocal say
                if line == database.LAID_OUT:
                    steps.close()
                    say = steps.enter_context(loading(progress)).say
                else:
                    say(line)

            self._manage(follow, "seed", "--from-nothing")
        database.write_state(self.url, state, migrations=wanted, sample="loaded")
        return True

    def _clear_half_loaded(self, progress: Progress) -> None:
        """A start was killed while it loaded the fictional county: nobody has used that database, it begins anew."""
        if self.embedded is None or database.read_state(self.url).sample != "loading":
            return
        with progress.step("清理上次未装完的示例数据", "Clearing sample data that was cut short"):
            database.recreate(self.embedded.url_of("postgres"), DATABASE)
            for name in ("blobs", "ledger", "mark"):
                shutil.rmtree(self.data.path / name, ignore_errors=True)


def _updating(progress: Progress) -> AbstractContextManager[Step]:
    return progress.step("更新数据库结构", "Updating the database")


def loading(progress: Progress) -> AbstractContextManager[Step]:
    return progress.step("装入示例县（虚构数据）", "Loading the fictional county")


@contextmanager
def visiting(clone: Clone, path: Path, progress: Progress) -> Iterator[Site]:
    """For one command: the running PostgreSQL of the data folder, or one started now and stopped at the end."""
    data = open_data_folder(path)
    url = database.external_url()
    if url:
        database.check_external(url)
        yield _site(clone, data, url)
        return
    guests = data.guest_lock
    while True:
        owner = data.owner_lock
        if owner.take():
            with holding(owner), running_postgres(data, progress) as embedded:
                site = _site(clone, data, embedded.url, embedded)
                site.migrate(progress)
                data.announce(ready=True)
                try:
                    yield site
                finally:
                    _wait_for_guests(guests, progress)
            return
        if guests.take(shared=True, patience_s=1):
            with holding(guests):
                if _owner_is_ready(data, progress):
                    embedded = EmbeddedPostgres(data.path, data.logs)
                    yield _site(clone, data, embedded.url, embedded)
                    return
        time.sleep(0.1)


def _site(clone: Clone, data: DataFolder, url: str, embedded: EmbeddedPostgres | None = None) -> Site:
    announced = data.announced()
    return Site(
        clone,
        data,
        url,
        embedded,
        port=int(os.environ.get("LIANDONG_PORT") or announced.get("port") or DEFAULT_PORT),
        lan=bool(announced.get("lan")),
    )


@contextmanager
def running_postgres(data: DataFolder, progress: Progress) -> Iterator[EmbeddedPostgres]:
    """An embedded PostgreSQL for the holder of the owner lock, stopped at the end of the block."""
    announced = data.announced()
    data.announce(ready=False, port=announced.get("port"), lan=announced.get("lan"))
    data.children.end_orphans()
    embedded = EmbeddedPostgres(data.path, data.logs)
    try:
        with progress.step("启动数据库", "Starting the database") as step:
            embedded.start(data.children, step.say)
        for home in embedded.abandoned():
            progress.print(
                f"! {home} 是此处以前的数据文件夹留下的数据库，现已不用，可以删除。\n"
                "  That is the database of a former data folder at this place; it is not used and can be removed."
            )
        yield embedded
    finally:
        embedded.stop()


def _owner_is_ready(data: DataFolder, progress: Progress) -> bool:
    """Waits while the owner is still preparing; False when it has gone."""
    with progress.step("等待数据库就绪", "Waiting for the database"):
        deadline = time.monotonic() + OWNER_PATIENCE_S
        while time.monotonic() < deadline:
            announced = data.announced()
            if announced.get("ready") and alive(int(announced["pid"])):
                return True
            if not data.owner_lock.held_by_someone():
                return False
            time.sleep(0.2)
    raise Failure(
        f"占用 {data.path} 的另一个进程（{announced.get('pid')}）迟迟没有就绪：请结束它后重试。",
        f"Another process ({announced.get('pid')}) that holds {data.path} does not get ready: end it, then try again.",
    )


def _wait_for_guests(guests: Lock, progress: Progress) -> None:
    if guests.take():
        guests.release()
        return
    with progress.step("等待使用同一数据库的其他命令", "Waiting for other commands on this database"):
        guests.take(patience_s=OWNER_PATIENCE_S)
    guests.release()
