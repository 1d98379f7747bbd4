"""The Python environment `.venv`: exactly the locked packages, verified by hash, repaired when it was cut short.

The lock files are universal for Python 3.11 to 3.14; 3.11 is the version that the checks run on.
"""

import importlib.util
import os
import re
import shutil
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from liandong.launch import certificates, npm, pip_wheel, space, stamps
from liandong.launch.clone import Clone
from liandong.launch.failure import Failure, disk_full, error_words, tells_of_full_disk
from liandong.launch.processes import Outcome, run_lines
from liandong.launch.progress import Progress, Step

RUNNING = "requirements.lock"
TESTING = "requirements-test.lock"
STAMP = ".liandong-stamp"
PATH_FILE = "liandong.pth"
PIPS = 3
QUICK = (23, 3)
"""The first version of pip that isn't slow with large indexes."""
DEBIAN_WHEELS = "/usr/share/python-wheels"
SIZES_MB = {RUNNING: (800, 250), TESTING: (1090, 300)}
"""The sizes of each lock: installed, and downloaded."""
BAD_HASH = "DO NOT MATCH THE HASHES"
NO_NETWORK = re.compile(
    "Temporary failure in name resolution|Name or service not known|Network is unreachable|NewConnectionError"
    "|No route to host|Connection refused|ProxyError|ConnectTimeoutError|ReadTimeoutError|Failed to resolve"
    "|timed out|Tunnel connection failed|getaddrinfo|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH"
)


def is_ready(clone: Clone, lock_name: str = RUNNING) -> bool:
    """Whether the environment was finished from this very lock, for this very place."""
    wanted = _lock_digest(clone, lock_name)
    stamp = stamps.read(clone.venv / STAMP)
    return (
        stamp.get("state") == "done"
        and stamp.get(lock_name) == wanted
        and stamp.get("src") == str(clone.src)
        and os.access(clone.python, os.X_OK)
        and _is_src_on_path(clone)
    )


def ensure(clone: Clone, progress: Progress, lock_name: str = RUNNING, *, then: Iterable[space.Need] = ()) -> None:
    """Make or mend `.venv`; nothing happens when its stamp matches. The caller holds the clone's set-up lock.

    `then` is what the steps after it need of the disks: it is better said before the first than in the middle.
    """
    if is_ready(clone, lock_name):
        return
    clone.children.end_orphans()
    if _cut_short(clone):
        with progress.step("清理上次未完成的环境", "Clearing the unfinished environment"):
            shutil.rmtree(clone.venv)
    stays, passing = needs(clone, lock_name)
    space.check([*stays, *passing], [*stays, *then])
    before = stamps.read(clone.venv / STAMP)
    stamps.write(clone.venv / STAMP, {"state": "installing"})
    if not os.access(clone.python, os.X_OK):
        with progress.step("建立 Python 环境", "Making the Python environment") as step:
            _make_venv(clone, step)
    with progress.step("安装 Python 依赖", "Installing Python packages") as step:
        _install(clone, lock_name, step)
    _put_src_on_path(clone)
    stamps.write(clone.venv / STAMP, _finished(clone, lock_name, before))


def _finished(clone: Clone, lock_name: str, before: dict[str, object]) -> dict[str, object]:
    """The test lock holds everything of the running one; the running lock alone keeps what the test lock brought."""
    names = (RUNNING, TESTING) if lock_name == TESTING else (RUNNING,)
    kept = {TESTING: before[TESTING]} if TESTING in before and lock_name == RUNNING else {}
    digests = {name: _lock_digest(clone, name) for name in names}
    return {"state": "done", "src": str(clone.src), **kept, **digests}


def _cut_short(clone: Clone) -> bool:
    """A set-up was killed half-way, or the interpreter behind the environment has gone."""
    state = stamps.read(clone.venv / STAMP).get("state")
    broken = (clone.venv / "pyvenv.cfg").exists() and not os.access(clone.python, os.X_OK)
    return state == "installing" or broken


def _lock_digest(clone: Clone, lock_name: str) -> str:
    path = clone.root / lock_name
    if not path.is_file():
        raise Failure(
            f"克隆不完整，缺少 {lock_name}：请重新克隆。",
            f"The clone is incomplete, {lock_name} is missing: clone again.",
        )
    return stamps.digest([path], root=clone.root)


def needs(clone: Clone, lock_name: str) -> tuple[list[space.Need], list[space.Need]]:
    """Disk space for the environment: what stays, and what is needed besides while it is made."""
    installed, downloaded = SIZES_MB[lock_name]
    if is_ready(clone):
        installed, downloaded = (each - had for each, had in zip(SIZES_MB[lock_name], SIZES_MB[RUNNING], strict=True))
    return space.packages(clone.venv, installed, downloaded)


def _make_venv(clone: Clone, step: Step) -> None:
    """Debian and Ubuntu keep `ensurepip` in a package of its own; without it pip's wheel comes from the index."""
    if importlib.util.find_spec("venv") is None and not apt_install([_venv_package()], step):
        raise _lacks_venv("")
    _must_run(clone, step, [sys.executable, "-m", "venv", "--without-pip", clone.venv])
    wheel = bundled_pip() or _fetched_pip(clone, step)
    with zipfile.ZipFile(wheel) as content:
        content.extractall(clone.site_packages)
    if is_slow(wheel):
        _renew_pip(clone, step)
    _must_run(clone, step, [clone.python, "-m", "pip", "install", "--help"])


def is_slow(wheel: Path) -> bool:
    """Whether this pip compares every file of an index with hundreds of tags one by one: half of all it does."""
    found = re.match(r"pip-(\d+)\.(\d+)", wheel.name)
    return found is not None and (int(found[1]), int(found[2])) < QUICK


def _renew_pip(clone: Clone, step: Step) -> None:
    """By itself, from the index that it knows, known by its hash. Where that has none, the older one does the work."""
    lock = clone.venv / "pip.lock"
    lock.write_text(f"pip=={pip_wheel.VERSION} --hash=sha256:{pip_wheel.SHA256}\n")
    _pip(clone, lock, step, retries=0)
    lock.unlink()


def _fetched_pip(clone: Clone, step: Step) -> Path:
    """Fetches pip. It tells an index that can't be reached or trusted: the packages would not come from it either."""
    step.say(pip_wheel.NAME)
    try:
        return pip_wheel.fetch(clone.venv)
    except pip_wheel.Unreachable as error:
        said = str(error)
        if apt_install([_venv_package()], step) and (wheel := bundled_pip()):
            return wheel
        if is_known(said):
            raise explained(said, clone, "pip 下载失败", "pip could not be fetched") from error
        raise _lacks_venv(said) from error


def _venv_package() -> str:
    return f"python3.{sys.version_info.minor}-venv"


def _lacks_venv(said: str) -> Failure:
    """`said`: why pip could not be fetched, where that is the trouble."""
    zh = f"，也无法从软件源取得 pip（{error_words(said)}）" if said else ""
    en = f" and pip can't be fetched ({error_words(said)})" if said else ""
    return Failure(
        f"这台机器的 Python 缺少 venv{zh}：请先运行 apt-get install {_venv_package()}（需要管理员权限），"
        "或用 PIP_INDEX_URL 指定软件源，再运行同一命令。",
        f"This Python lacks venv{en}: run apt-get install {_venv_package()} as root first, "
        "or name a package index in PIP_INDEX_URL; then the same command again.",
    )


def bundled_pip() -> Path | None:
    """The pip wheel that comes with this Python; Debian keeps it in a folder of its own. Unpacking
    it is what `ensurepip` does, but for compiling all of it.

    The first run of pip compiles the part that is used, once, before several pips start at the same time.
    """
    spec = importlib.util.find_spec("ensurepip")
    own = [Path(place) / "_bundled" for place in (spec.submodule_search_locations or ())] if spec else []
    folders = [*own, Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or DEBIAN_WHEELS)]
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*-none-any.whl"))]
    return wheels[0] if wheels else None


def _must_run(clone: Clone, step: Step, command: list[str | Path]) -> None:
    outcome = run_lines(command, step.say, log=clone.log, record=clone.children, env=clone.environment())
    if outcome.code:
        raise explained(outcome.text, clone, "Python 环境建立失败", "The Python environment could not be made")


def _outer() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")}


def apt_install(packages: list[str], step: Step) -> bool:
    """Install Debian packages; package lists are fetched when the first attempt fails. False when it cannot be done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = _outer() | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for command in (install, ["apt-get", "update"], install):
        outcome = run_lines(command, step.say, env=env)
        if command is install and outcome.code == 0:
            return True
    return False


def _install(clone: Clone, lock_name: str, step: Step) -> None:
    """Several pips side by side, each with a share of the packages: most of their time is waiting and unpacking."""
    shares = [clone.venv / f"share-{number}.lock" for number in range(PIPS)]
    for path, share in zip(shares, split_lock((clone.root / lock_name).read_text(), PIPS), strict=True):
        path.write_text(share)
    with ThreadPoolExecutor(PIPS) as pool:
        running = [pool.submit(_pip, clone, path, step) for path in shares]
        try:
            outcomes = [future.result() for future in running]
        except BaseException:
            clone.children.end_orphans()
            raise
    for outcome in outcomes:
        if outcome.code:
            raise explained(outcome.text, clone, "Python 依赖安装失败", "Python packages could not be installed")
    for path in shares:
        path.unlink()


def split_lock(text: str, shares: int) -> list[str]:
    """The entries of a lock file (a name at the line's beginning, its hashes indented below) dealt out in turn."""
    entries = [entry for entry in re.split(r"(?m)^(?=[A-Za-z0-9])", text) if "==" in entry]
    return ["".join(entries[number::shares]) for number in range(shares)]


def _pip(clone: Clone, lock: Path, step: Step, *, retries: int = 3) -> Outcome:
    command: list[str | Path] = [
        clone.python, "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-deps", "--no-compile",
        "--disable-pip-version-check", "--no-input", f"--retries={retries}", "--timeout=30", "--progress-bar=off",
        "-r", lock,
    ]  # fmt: skip
    if space.cache_home() is None:
        command.append("--no-cache-dir")

    def say(line: str) -> None:
        words = _pip_words(line)
        if words:
            step.say(words)

    env = certificates.trusting(clone, clone.environment())
    return run_lines(command, say, log=clone.log, record=clone.children, env=env)


def _pip_words(line: str) -> str:
    """Pip's work in short: a package, or that it writes them; empty where a line says nothing of that."""
    words = line.split()
    if words[:1] == ["Collecting"] and len(words) > 1:
        return words[1]
    if words[:1] == ["Downloading"] and len(words) > 1:
        return " ".join([words[1].rsplit("/", 1)[-1], *words[2:4]])
    if line.startswith("Installing collected packages"):
        return "写入 installing"
    return ""


def is_known(text: str) -> bool:
    """Whether `explained` has a sentence of its own for these words."""
    return bool(
        tells_of_full_disk(text) or BAD_HASH in text or NO_NETWORK.search(text) or "certificate" in text.lower()
    )


def explained(text: str, clone: Clone, zh: str, en: str) -> Failure:
    """The sentence for a failed installer, by what it said."""
    places = (clone.root, Path(tempfile.gettempdir()), npm.cache(clone))
    if tells_of_full_disk(text) or space.nearly_full(places):
        return disk_full(space.nearly_full(places) or ", ".join(map(str, places)))
    if BAD_HASH in text:
        return Failure(
            f"{zh}：下载的包与锁文件的校验值不符，可能被篡改，请检查软件源。",
            f"{en}: a download does not match the hash in the lock file; check the package index.",
        )
    if NO_NETWORK.search(text):
        return Failure(
            f"{zh}：连接不到软件源。请检查网络、代理或 PIP_INDEX_URL，再运行同一命令。",
            f"{en}: the package index cannot be reached. Check network, proxy or PIP_INDEX_URL; then run it again.",
        )
    if "certificate" in text.lower():
        return Failure(
            f"{zh}：软件源的证书不受信任。请用 SSL_CERT_FILE 指定本单位的证书文件，再运行同一命令。",
            f"{en}: the certificate of the registry is not trusted. "
            "Name your authority's file in SSL_CERT_FILE; then run it again.",
        )
    words = error_words(text)
    return Failure(
        f"{zh}（{words}）：详情见 {clone.log}，处理后再运行同一命令。",
        f"{en} ({words}): see {clone.log}, mend that, then run it again.",
    )


def _is_src_on_path(clone: Clone) -> bool:
    """An environment of an earlier version may name our source by signs that not every locale shows."""
    try:
        return (clone.site_packages / PATH_FILE).read_bytes().isascii()
    except OSError:
        return False


def _put_src_on_path(clone: Clone) -> None:
    """Relative, so in ASCII whatever the clone's folder is called: Python reads `.pth` files in the locale's encoding,
    and not at all where that can't show a sign of it.
    """
    way = os.path.relpath(clone.src, clone.site_packages)
    (clone.site_packages / PATH_FILE).write_text(f"{way}\n", encoding="ascii")
