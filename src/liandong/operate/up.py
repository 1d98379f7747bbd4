"""`./liandong up`: one command from a clone to a working county, kept running until it is stopped."""

import errno
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from liandong.app import serving
from liandong.launch import assets, names, processes, space
from liandong.launch.arguments import Arguments
from liandong.launch.clone import STARTED, Clone
from liandong.launch.failure import Failure, last_sentence, last_words, tail
from liandong.launch.locks import Lock, holding
from liandong.launch.progress import Progress
from liandong.operate import database, enforcing, taking_over
from liandong.operate.data_folder import DataFolder, open_data_folder
from liandong.operate.embedded_postgres import EmbeddedPostgres
from liandong.operate.later import Later
from liandong.operate.site import Site, loading, running_postgres
from liandong.operate.supervise import Service, Supervisor, answers

START_ATTEMPTS = 3
STANDSTILL_S = 300.0
ANYWHERE = "0.0.0.0"  # noqa: S104


def up(clone: Clone, found: Arguments, progress: Progress) -> int:
    """Returns 0 once it was told to stop and everything has ended."""
    space.check([*space.first_county(found.data, empty=found.empty), *assets.needs(clone)])
    data = open_data_folder(found.data)
    site_names = names.known(_environ(found))
    _tell_of_old_settings(progress)
    with ExitStack() as stack:
        earlier = taking_over.running(data) if found.takes_over else 0
        web = stack.enter_context(_taken_over(clone, data, found, progress, earlier)) if earlier else None
        stack.enter_context(holding(_owner_of(data)))
        data.children.end_orphans()
        if web is not None:
            data.announce(ready=False, port=found.port, lan=found.lan)
            _serve(web.site, found, progress, _prepared_anew(web, found, progress), site_names, web)
            return 0
        _check_port(found)
        building = stack.enter_context(_building(clone, progress))
        site = stack.enter_context(_opened(clone, data, found, progress))
        told = _prepare(site, found, progress)
        building()
        data.announce(ready=True, port=found.port, lan=found.lan)
        _serve(site, found, progress, told, site_names)
    return 0


@contextmanager
def _taken_over(
    clone: Clone, data: DataFolder, found: Arguments, progress: Progress, earlier: int
) -> Iterator[taking_over.Relay]:
    """Everything that can be done while the earlier version serves, then its end. An embedded database that was
    started anew is stopped after the block.
    """
    announced = data.announced()
    found.port, found.lan = int(announced["port"]), found.lan or bool(announced.get("lan"))
    with holding(clone.lock_setup()):
        assets.ensure(clone, progress)
    url = database.external_url()
    embedded = None if url else EmbeddedPostgres(data.path, data.logs)
    site = Site(clone, data, embedded.url if embedded else url, embedded, port=found.port, lan=found.lan)
    site.migrate(progress)
    with progress.step("新版本的网页服务待命", "The web server of this version gets ready"):
        web = taking_over.ready_web(site, _host(found), dict(os.environ))
    try:
        taking_over.turn_over(web, earlier, progress)
        yield web
    finally:
        web.end()
        if embedded is not None:
            embedded.stop()


def _prepared_anew(web: taking_over.Relay, found: Arguments, progress: Progress) -> str:
    """As after any start: mostly nothing is left to be done."""
    told = _prepare(web.site, found, progress)
    web.site.data.announce(ready=True, port=found.port, lan=found.lan)
    return told


def _tell_of_old_settings(progress: Progress) -> None:
    """Warns who moves up from a version that had a sender of its own for passwords: those mails would never come."""
    if os.environ.get("LIANDONG_SMTP_HOST"):
        progress.print(
            "! LIANDONG_SMTP_… 不再使用：所有邮件都由 LIANDONG_MAIL 发送，见 docs/operations.md。\n"
            "  LIANDONG_SMTP_… is no longer read: all mail goes out by LIANDONG_MAIL, see docs/operations.md."
        )


def _owner_of(data: DataFolder) -> Lock:
    """The owner lock; a short command that holds it is waited for, a running `up` is named."""
    lock = data.owner_lock
    if lock.take(patience_s=3):
        return lock
    owner = data.announced()
    raise Failure(
        f"数据文件夹 {data.path} 正由另一个联动进程（{owner.get('pid')}）使用：请先停止它，或用 --data 另选文件夹。",
        f"The data folder {data.path} is in use by another Liandong (process {owner.get('pid')}): "
        "stop that first, or choose another folder with --data.",
    )


def _check_port(found: Arguments) -> None:
    """Tells a taken port at once, before anything slow."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host(found), found.port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Failure(
                    f"普通用户不能使用 1024 以下的端口 {found.port}：请换一个，例如 --port 8311。",
                    f"Port {found.port} is below 1024 and not for ordinary users: choose another, say --port 8311.",
                ) from error
            raise Failure(
                f"端口 {found.port} 已被其他程序占用：请停止它，或换一个端口，例如 --port {found.port + 1}。",
                f"Port {found.port} is taken by another program: stop that, or choose another, "
                f"say --port {found.port + 1}.",
            ) from error


def _host(found: Arguments) -> str:
    return ANYWHERE if found.lan else "127.0.0.1"


@contextmanager
def _building(clone: Clone, progress: Progress) -> Iterator[Callable[[], None]]:
    """Page assets are built beside the database's work; call what is given to wait for them (raises what they did)."""
    errors: list[BaseException] = []

    def build() -> None:
        try:
            with holding(clone.lock_setup()):
                assets.ensure(clone, progress)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    thread = threading.Thread(target=build, daemon=True)
    thread.start()

    def wait() -> None:
        while thread.is_alive():
            thread.join(0.2)
        if errors:
            raise errors[0]

    yield wait


@contextmanager
def _opened(clone: Clone, data: DataFolder, found: Arguments, progress: Progress) -> Iterator[Site]:
    url = database.external_url()
    if url:
        database.check_external(url)
        yield Site(clone, data, url, port=found.port, lan=found.lan)
        return
    with running_postgres(data, progress) as embedded:
        yield Site(clone, data, embedded.url, embedded, port=found.port, lan=found.lan)


def _prepare(site: Site, found: Arguments, progress: Progress) -> str:
    """Migrated, and either with its fictional county or with an administrator; what that printed for the terminal."""
    if site.embedded is None:
        site.migrate(progress)
        enforcing.enforce(site, progress)
        return _administrator(site, progress)
    if not found.empty and site.begin(progress):
        return ""
    site.migrate(progress)
    enforcing.enforce(site, progress)
    state = database.read_state(site.url)
    if state.sample == "" and not found.empty:
        state = database.write_state(site.url, state, sample="loading")
        with loading(progress) as step:
            site.manage(step, "seed")
        state = database.write_state(site.url, state, sample="loaded")
    if state.sample == "loaded":
        if found.empty:
            progress.print(
                "! 这个数据文件夹已装有示例数据，--empty 不起作用：要空的平台请用 --data 另选文件夹。\n"
                "  This data folder already holds the sample county, --empty changes nothing: "
                "choose another with --data."
            )
        return ""
    if state.administrator:
        return ""
    told = _administrator(site, progress)
    database.write_state(site.url, state, sample=state.sample or "none", administrator=True)
    return told


def _administrator(site: Site, progress: Progress) -> str:
    with progress.step("检查管理员账号", "Looking for an administrator") as step:
        return site.manage(step, "create_administrator", "--if-none", secret=True)


def _warn_of_few_connections(site: Site, progress: Progress) -> None:
    needed, allowed = serving.connections(os.environ), database.connections_allowed(site.url)
    if allowed < needed:
        progress.print(
            f"! 数据库只允许 {allowed} 个连接，网页和后台最多要 {needed} 个：请调高 max_connections，"
            "或减少 LIANDONG_WEB_CONNECTIONS。\n"
            f"  The database allows {allowed} connections, web and workers hold up to {needed}: raise "
            "max_connections, or lower LIANDONG_WEB_CONNECTIONS."
        )


def _serve(
    site: Site,
    found: Arguments,
    progress: Progress,
    told: str,
    site_names: names.Names,
    web: taking_over.Relay | None = None,
) -> None:
    supervisor = Supervisor(site.data.logs, progress.print)
    stop = _StopAsked()
    _warn_of_few_connections(site, progress)
    try:
        if site.embedded is not None:
            supervisor.add(_postgres_service(site.embedded), site.embedded.server)
        with progress.step("启动网页与后台任务", "Starting web and worker"):
            asked, welcome = _asked(site, "rooms", "--services"), _asked(site, "welcome")
            supervisor.add(_web_service(site, found), web.process if web else None)
            for service in _room_services(site, asked, supervisor, stop):
                supervisor.add(service)
            _wait_for_web(supervisor, site, stop)
            words = _words(welcome, supervisor, stop)
        if not stop.asked:
            progress.print(_addresses(found, site_names))
            progress.print("\n".join(filter(None, (words, told, _parting(site)))))
        later = Later(site, progress.print)
        while not stop.asked:
            supervisor.pump()
            later.look()
    finally:
        with progress.step("正在停止", "Stopping"):
            supervisor.stop()
            site.data.children.clear()


class _StopAsked:
    """A signal is a wish that the loop sees from here on, so that stopping itself is never interrupted."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _postgres_service(embedded: EmbeddedPostgres) -> Service:
    def launch() -> subprocess.Popen[bytes]:
        embedded.end_leftovers()
        return embedded.launch()

    return Service("postgresql", launch, stop_signal=signal.SIGINT, stop_patience_s=30, floor=0)


def _web_service(site: Site, found: Arguments) -> Service:
    env = site.environment(**serving.environment(os.environ))
    command = serving.command(site.clone.python, host=_host(found), port=found.port, environ=os.environ)
    serving.allow_open_files()
    return Service("web", lambda: _logged(site, command, env))


def _room_services(
    site: Site, asked: subprocess.Popen[bytes], supervisor: Supervisor, stop: _StopAsked
) -> list[Service]:
    """Services that the rooms bring, as the installed product says (`rooms.Service`), lowest floor first."""
    out, err = _said_by(asked, supervisor, stop)
    if stop.asked:
        return []
    if asked.returncode:
        zh, en = last_sentence(err)
        raise Failure(f"问不到要启动的进程：{zh}", f"The product doesn't say which processes to start: {en}")
    return [_room_service(site, told) for told in sorted(json.loads(out), key=lambda told: told["floor"])]


def _room_service(site: Site, told: Mapping[str, Any]) -> Service:
    """One name over all its restarts, so that the next process frees what the one before had in hand."""
    service, name = str(told["name"]), f"{socket.gethostname()}-{uuid4().hex[:12]}"
    for left in site.data.run.glob(f"{service}.{socket.gethostname()}-*.beat"):
        left.unlink(missing_ok=True)
    beat = site.data.run / f"{service}.{name}.beat" if told["beats"] else None
    env = site.environment(LIANDONG_WORKER=name, **({"LIANDONG_BEAT": str(beat)} if beat else {}))
    command = site.command(*told["command"])
    return Service(
        service, lambda: _logged(site, command, env), floor=told["floor"], beat=beat, standstill_s=_standstill_s()
    )


def _standstill_s() -> float:
    given = os.environ.get("LIANDONG_STANDSTILL_S", "")
    try:
        return float(given) if given else STANDSTILL_S
    except ValueError:
        raise Failure(
            f"LIANDONG_STANDSTILL_S 应是秒数，而不是 {given}。", f"LIANDONG_STANDSTILL_S is seconds, not {given}."
        ) from None


def _logged(site: Site, command: list[str | Path], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return processes.start(
        command,
        record=site.data.children,
        env=env,
        folder=site.clone.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _asked(site: Site, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A management command whose lines are collected while the web server starts."""
    return processes.start(
        site.command(name, *arguments),
        record=site.data.children,
        env=site.environment(),
        folder=site.clone.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _wait_for_web(supervisor: Supervisor, site: Site, stop: _StopAsked) -> None:
    while not stop.asked and not answers(site.port):
        supervisor.pump(0.1)
        if supervisor.exits_of("web") >= START_ATTEMPTS:
            log = site.data.logs / "web.log"
            words = last_words(tail(log))
            raise Failure(
                f"网页服务启动后随即退出（{words}）：详情见 {log}。",
                f"The web server ends right after its start ({words}): see {log}.",
            )


def _words(welcome: subprocess.Popen[bytes], supervisor: Supervisor, stop: _StopAsked) -> str:
    out, err = _said_by(welcome, supervisor, stop)
    if not stop.asked and welcome.returncode:
        return "! " + " ".join(last_sentence(err))
    return out


def _said_by(asked: subprocess.Popen[bytes], supervisor: Supervisor, stop: _StopAsked) -> tuple[str, str]:
    """The output of a command on stdout and stderr to its end; nothing where a stop is asked for before."""
    while asked.poll() is None and not stop.asked:
        supervisor.pump(0.1)
    if stop.asked:
        processes.stop_session(asked, 1)
        return "", ""
    out, err = (text.decode(errors="replace").rstrip() for text in asked.communicate())
    return out, err


def _environ(found: Arguments) -> dict[str, str]:
    """Variables that the settings of the web server will see."""
    return {**os.environ, "LIANDONG_PORT": str(found.port), "LIANDONG_LAN": "1" if found.lan else "0"}


def _addresses(found: Arguments, site_names: names.Names) -> str:
    """Each is answered; the public one where the proxy in front of us is there."""
    took_s = time.monotonic() - float(os.environ.get(STARTED, time.monotonic()))
    lines = [
        "",
        f"联动已就绪 Liandong is ready · {took_s:.0f} s",
        f"  本机 this machine   http://127.0.0.1:{found.port}/",
    ]
    if site_names.given:
        lines.append(f"  网址 public         {site_names.url}/")
    if found.lan:
        lines += [f"  局域网 network      http://{address}:{found.port}/" for address in names.lan_addresses()]
    return "\n".join(lines)


def _parting(site: Site) -> str:
    return f"\nCtrl-C 停止 stops · 日志 logs: {site.data.logs}"
